package tocsin.connector.kinesis.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private final Backoff backoff =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10), new Random(1));

  @Test
  void doublesWithEachFaultUpToTheCeilingAndStaysInTheUpperHalfOfItsRange() {
    long range = 200;
    for (int fault = 1; fault <= 40; fault++) {
      assertThat(backoff.nextDelayMs()).isBetween(range / 2, range);
      range = Math.min(range * 2, 10_000);
    }
    assertThat(backoff.faults()).isEqualTo(40);
  }

  @Test
  void startsFromTheFirstDelayAgainAfterASuccess() {
    for (int fault = 0; fault < 8; fault++) {
      backoff.nextDelayMs();
    }
    backoff.reset();
    assertThat(backoff.nextDelayMs()).isBetween(100L, 200L);
  }

  @Test
  void spreadsReadersThatWereThrottledTogether() {
    var delays = new HashSet<Long>();
    for (int reader = 0; reader < 50; reader++) {
      backoff.reset();
      delays.add(backoff.nextDelayMs());
    }
    assertThat(delays).hasSizeGreaterThan(20);
  }

  @Test
  void refusesACeilingBelowTheFirstDelay() {
    assertThatThrownBy(
            () -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1), new Random()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
