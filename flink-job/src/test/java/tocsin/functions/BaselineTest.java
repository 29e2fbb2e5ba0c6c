package tocsin.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** Mean and σ of the newest values, beside the same in numbers of many digits. */
class BaselineTest {
  private static final int LIMIT = 50;
  private static final MathContext DIGITS = new MathContext(150);

  private final Random random = new Random(3);

  @Test
  void itAgreesWithExactArithmetic() {
    agrees(() -> 100 + 15 * random.nextGaussian());
  }

  @Test
  void farFromZeroToo() {
    agrees(() -> 1e9 + random.nextGaussian());
  }

  @Test
  void whileValuesMoveAway() {
    double[] level = {0};
    agrees(() -> level[0] += 1_000 + random.nextGaussian());
  }

  @Test
  void beforeWhileAndAfterThereIsAnOutlier() {
    int[] place = {0};
    agrees(() -> ++place[0] % 120 == 7 ? 1e13 : 5 + 0.001 * random.nextGaussian());
  }

  @Test
  void whenASeriesStandsStillAndMovesAgain() {
    int[] place = {0};
    agrees(() -> ++place[0] / 130 % 2 == 0 ? 0.1 : 7 + random.nextGaussian());
  }

  @Test
  void aConstantSeriesHasNoDeviationAtAll() {
    Baseline baseline = new Baseline();
    for (int i = 0; i < 60; i++) {
      baseline.add(random.nextGaussian() * 1e6, LIMIT);
      baseline.measure();
    }
    for (int i = 0; i < LIMIT; i++) {
      baseline.add(0.1, LIMIT);
      baseline.measure();
    }
    assertThat(baseline.mean()).isEqualTo(0.1);
    assertThat(baseline.stddev()).isEqualTo(0.0);
  }

  @Test
  void aValueTooLargeToSquareHidesBothUntilItHasLeft() {
    Baseline baseline = new Baseline();
    baseline.add(1e200, LIMIT);
    for (int i = 1; i < LIMIT; i++) {
      baseline.add(i % 2, LIMIT);
      baseline.measure();
      assertThat(baseline.mean()).isNaN();
    }
    baseline.add(0, LIMIT);
    baseline.measure();
    assertThat(baseline.mean()).isEqualTo(0.5);
    assertThat(baseline.stddev()).isEqualTo(0.5);
  }

  @Test
  void whatWasBeforeItBeganAnewIsInNoFigure() {
    Baseline baseline = new Baseline();
    baseline.add(10, LIMIT);
    for (int i = 0; i < LIMIT; i++) {
      baseline.add(i % 2 == 0 ? 5 : 15, LIMIT);
    }
    double[] others = new double[LIMIT + 10];
    Arrays.fill(others, 30);
    others[0] = 1e200;
    baseline.beginAnew(Ring.of(others), LIMIT);
    baseline.measure();
    assertThat(baseline.mean()).isEqualTo(30);
    assertThat(baseline.stddev()).isZero();
  }

  @Test
  void withoutValuesThereIsNeither() {
    Baseline baseline = new Baseline();
    baseline.measure();
    assertThat(baseline.mean()).isNaN();
    assertThat(baseline.stddev()).isNaN();
  }

  @Test
  void whoGoesOnFromWhatWasWrittenSaysTheSameToTheLastDigit() throws IOException {
    Baseline always = new Baseline();
    Baseline restored = new Baseline();
    for (int i = 0; i < 500; i++) {
      double value = 3 + 0.1 * random.nextGaussian();
      always.add(value, LIMIT);
      restored.add(value, LIMIT);
      if (i % 7 == 0) {
        var out = new DataOutputSerializer(64);
        restored.write(out);
        restored = new Baseline();
        restored.read(new DataInputDeserializer(out.getCopyOfBuffer()));
        restored = (Baseline) restored.clone();
      }
      always.measure();
      restored.measure();
      assertThat(restored.mean()).isEqualTo(always.mean());
      assertThat(restored.stddev()).isEqualTo(always.stddev());
    }
  }

  private void agrees(DoubleSupplier values) {
    Baseline baseline = new Baseline();
    Deque<Double> kept = new ArrayDeque<>();
    for (int i = 0; i < 600; i++) {
      double value = values.getAsDouble();
      baseline.add(value, LIMIT);
      kept.add(value);
      if (kept.size() > LIMIT) {
        kept.remove();
      }
      baseline.measure();
      BigDecimal count = BigDecimal.valueOf(kept.size());
      BigDecimal mean =
          kept.stream()
              .map(BigDecimal::new)
              .reduce(BigDecimal.ZERO, BigDecimal::add)
              .divide(count, DIGITS);
      double stddev =
          kept.stream()
              .map(each -> new BigDecimal(each).subtract(mean).pow(2))
              .reduce(BigDecimal.ZERO, BigDecimal::add)
              .divide(count, DIGITS)
              .sqrt(DIGITS)
              .doubleValue();
      assertThat(baseline.mean())
          .isCloseTo(
              mean.doubleValue(), within(1e-9 * stddev + 1e-15 * Math.abs(mean.doubleValue())));
      assertThat(baseline.stddev()).isCloseTo(stddev, within(1e-9 * stddev));
    }
  }
}
