package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tocsin.functions.AlarmState;

/** Whose state is found by the bytes of a series. */
class SeriesMapTest {
  private final SeriesMap map = new SeriesMap();

  @Test
  void seriesThatDifferInEitherHalfAreTwo() {
    State state = new State();
    map.put(series(1, 2), state);
    assertThat(map.get(series(1, 2))).isSameAs(state);
    assertThat(map.get(series(1, 3))).isNull();
    assertThat(map.get(series(2, 2))).isNull();
    assertThat(map.get(series(2, 1))).isNull();
  }

  @Test
  void seriesOfOnePlaceStandBesideEachOther() {
    Map<Long, State> told = new HashMap<>();
    for (long tail = 0; tail < 1_000; tail++) {
      told.put(tail, new State());
      map.put(series(-1, tail), told.get(tail));
    }
    told.forEach((tail, state) -> assertThat(map.get(series(-1, tail))).isSameAs(state));
  }

  @Test
  void itHoldsWhatAnyMapHolds() {
    var random = new Random(11);
    Map<Integer, State> told = new HashMap<>();
    int cleared = 0;
    for (int i = 0; i < 50_000; i++) {
      int number = random.nextInt(5_000);
      assertThat(map.get(hashed(number))).isSameAs(told.get(number));
      told.put(number, new State());
      map.put(hashed(number), told.get(number));
      if (random.nextInt(10_000) == 0) {
        map.clear();
        told.clear();
        cleared++;
      }
    }
    assertThat(cleared).isPositive();
    assertThat(told).hasSizeGreaterThan(2_000);
  }

  private static byte[] hashed(int number) {
    var random = new Random(number);
    return series(random.nextLong(), random.nextLong());
  }

  private static byte[] series(long head, long tail) {
    return ByteBuffer.allocate(16).putLong(head).putLong(tail).array();
  }

  private static final class State extends AlarmState {}
}
