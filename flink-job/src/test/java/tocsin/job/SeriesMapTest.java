package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is found by the bytes of a series. */
class SeriesMapTest {
  private final SeriesMap<String> map = new SeriesMap<>();

  @Test
  void seriesThatDifferInEitherHalfAreTwo() {
    map.put(series(1, 2), "this");
    assertThat(map.get(series(1, 2))).isEqualTo("this");
    assertThat(map.get(series(1, 3))).isNull();
    assertThat(map.get(series(2, 2))).isNull();
    assertThat(map.get(series(2, 1))).isNull();
  }

  @Test
  void seriesOfOnePlaceStandBesideEachOther() {
    for (long tail = 0; tail < 100; tail++) {
      map.put(series(-1, tail), "tail " + tail);
    }
    for (long tail = 0; tail < 100; tail++) {
      assertThat(map.get(series(-1, tail))).isEqualTo("tail " + tail);
    }
  }

  @Test
  void itHoldsWhatAnyMapHolds() {
    var random = new Random(11);
    Map<Integer, String> told = new HashMap<>();
    for (int i = 0; i < 50_000; i++) {
      int number = random.nextInt(5_000);
      assertThat(map.get(hashed(number))).isEqualTo(told.get(number));
      told.put(number, "value " + i);
      map.put(hashed(number), "value " + i);
      if (random.nextInt(20_000) == 0) {
        map.clear();
        told.clear();
      }
    }
    assertThat(told).hasSizeGreaterThan(2_000);
  }

  private static byte[] hashed(int number) {
    var random = new Random(number);
    return series(random.nextLong(), random.nextLong());
  }

  private static byte[] series(long head, long tail) {
    return ByteBuffer.allocate(16).putLong(head).putLong(tail).array();
  }
}
