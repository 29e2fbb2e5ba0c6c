package tocsin.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ZoneClockTest {
  @Test
  void aClockShowsTheTimeOfItsZoneAcrossEveryChangeOfItsOffset() {
    Random random = new Random(1);
    for (String zone : List.of("UTC", "Europe/Paris", "America/St_Johns", "Australia/Lord_Howe")) {
      ZoneClock clock = new ZoneClock(zone);
      long timeMs = Instant.parse("1905-01-01T00:00:00Z").toEpochMilli();
      for (int reading = 0; reading < 20_000; reading++) {
        assertThat(clock.localMs(timeMs)).isEqualTo(localMs(zone, timeMs));
        // Mostly onwards by some days, now and then back.
        timeMs += (long) ((random.nextDouble() - 0.1) * 5 * 86_400_000);
      }
    }
  }

  @Test
  void theOffsetChangesInTheMillisecondInWhichItDoes() {
    ZoneClock clock = new ZoneClock("Europe/Paris");
    long summer = Instant.parse("2026-03-29T01:00:00Z").toEpochMilli();
    for (long timeMs : new long[] {summer, summer - 1, summer + 1, summer - 1, summer}) {
      assertThat(clock.localMs(timeMs)).isEqualTo(localMs("Europe/Paris", timeMs));
    }
  }

  private static long localMs(String zone, long timeMs) {
    return LocalDateTime.ofInstant(Instant.ofEpochMilli(timeMs), ZoneId.of(zone))
        .toInstant(ZoneOffset.UTC)
        .toEpochMilli();
  }
}
