package tocsin.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.Test;

/**
 * Readings become parts of windows: each that is not late is in one, and no part comes too late.
 */
class WindowPartsTest {
  private static final int EVENT_TIME = 0;
  private static final int ARRIVAL_TIME = 1;
  private static final int SUMS = 2;
  private static final int SERIES = 3;
  private static final WindowSlices SLICES = new WindowSlices(10_000, 4_000);

  private final List<Told> told = new ArrayList<>();
  private final WindowParts parts =
      new WindowParts(
          SLICES,
          row ->
              told.add(
                  new Told(
                      new String(row.getBinary(SERIES), StandardCharsets.UTF_8),
                      row.getTimestamp(EVENT_TIME, 3).getMillisecond(),
                      row.getTimestamp(ARRIVAL_TIME, 3).getMillisecond(),
                      Sums.of(row.getBinary(SUMS)))));

  @Test
  void readingsOfOneSliceAreToldAtOnceWhenTimeHasComeToItsLastInstant() throws Exception {
    WindowPart part = part("a", "tumbling");
    add(part, 1, 10_000, 70);
    add(part, 5, 19_999, 50);
    add(part, 3, 15_000, 90);
    parts.endUntil(19_998);
    assertThat(told).isEmpty();
    parts.endUntil(19_999);
    assertThat(told).hasSize(1);
    assertThat(told.get(0).eventMs).isEqualTo(19_999);
    assertThat(told.get(0).arrivalMs).isEqualTo(90);
    assertThat(told.get(0).sums.readings()).isEqualTo(3);
    assertThat(told.get(0).sums.total()).isEqualTo(9);
    parts.endAll();
    assertThat(told).hasSize(1);
  }

  @Test
  void aReadingOfAnotherSliceEndsThePartAlsoOfAnEarlierOne() throws Exception {
    WindowPart part = part("a", "hopping");
    add(part, 1, 3_999, 0);
    add(part, 2, 4_000, 0);
    add(part, 3, -1, 0);
    add(part, 4, 3_998, 0);
    parts.endAll();
    assertThat(told).extracting(Told::eventMs).containsExactly(3_999L, 4_000L, -1L, 3_998L);
    assertThat(told).extracting(each -> each.sums.total()).containsExactly(1.0, 2.0, 3.0, 4.0);
  }

  @Test
  void whateverEndsAPartEachReadingIsInOneThatItsWindowsStillTake() throws Exception {
    Random random = new Random(20_261_121);
    Map<String, Sums> expected = new HashMap<>();
    List<WindowPart> series = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      series.add(part(String.valueOf(i), i % 2 == 0 ? "tumbling" : "hopping"));
    }
    long watermark = 0;
    for (int step = 0; step < 20_000; step++) {
      int choice = random.nextInt(series.size());
      long eventMs = watermark + 1 + random.nextInt(12_000);
      double value = random.nextGaussian() * 1e6;
      add(series.get(choice), value, eventMs, step);
      Sums of = expected.computeIfAbsent(slice(choice, eventMs), name -> Sums.of("avg"));
      of.add(value);
      int before = told.size();
      if (random.nextInt(20) == 0) {
        long next = watermark + random.nextInt(3_000);
        parts.endUntil(next);
        assertNoneIsOver(told.subList(before, told.size()), watermark);
        watermark = next;
      } else if (random.nextInt(50) == 0) {
        parts.endAll();
        assertNoneIsOver(told.subList(before, told.size()), watermark);
      }
    }
    parts.endAll();
    Map<String, Sums> sums = new HashMap<>();
    for (Told each : told) {
      sums.computeIfAbsent(
              slice(Integer.parseInt(each.series), each.eventMs), name -> Sums.of("avg"))
          .add(each.sums);
    }
    assertThat(sums.keySet()).isEqualTo(expected.keySet());
    sums.forEach(
        (slice, of) -> {
          assertThat(of.readings()).isEqualTo(expected.get(slice).readings());
          assertThat(of.mean()).isEqualTo(expected.get(slice).mean());
        });
    // Far fewer rows than readings, or none of this would be worth its while.
    assertThat(told.size()).isLessThan(20_000);
  }

  /** A window takes rows until the watermark is at its last instant. */
  private static void assertNoneIsOver(List<Told> rows, long watermark) {
    for (Told row : rows) {
      long length = SLICES.lengthMs(Integer.parseInt(row.series) % 2 == 1);
      long endMs = Math.floorDiv(row.eventMs, length) * length + length;
      assertThat(endMs - 1).isGreaterThan(watermark);
    }
  }

  private static String slice(int series, long eventMs) {
    return series + " " + Math.floorDiv(eventMs, SLICES.lengthMs(series % 2 == 1));
  }

  private void add(WindowPart part, double value, long eventMs, long arrivalMs) {
    parts.add(part, reading(value, eventMs, arrivalMs));
  }

  private static PackedReading.Shared reading(double value, long eventMs, long arrivalMs) {
    return new PackedReading.Shared(
        new byte[0],
        value,
        TimestampData.fromEpochMillis(eventMs),
        TimestampData.fromEpochMillis(arrivalMs),
        false);
  }

  private static WindowPart part(String series, String window) throws Exception {
    Rule rule =
        Rule.parse(
            "{\"id\":\"w\",\"kind\":\"window\",\"source\":\"pumps\",\"metric\":\"bar\","
                + "\"aggregate\":\"avg\",\"high\":1,\"window\":\""
                + window
                + "\"}");
    return new WindowPart(
        WindowPart.OfRule.of(rule, 1, false),
        new PackedReading.OfSeries(series.getBytes(StandardCharsets.UTF_8), 0, new byte[0]));
  }

  private record Told(String series, long eventMs, long arrivalMs, Sums sums) {}
}
