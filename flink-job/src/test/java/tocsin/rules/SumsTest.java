package tocsin.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

/** Sums of readings are exact, so that nobody sees in which parts they were added up. */
class SumsTest {
  private static final int ROUNDS = 400;
  private static final int READINGS = 60;
  private static final Random RANDOM = new Random(20_261_121);

  @Test
  void aSumIsTheDoubleThatIsNearestToTheExactOneWhateverTheNumbers() {
    for (double[] values : samples()) {
      BigDecimal exact =
          Arrays.stream(values).mapToObj(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add);
      assertThat(of("sum", values).total()).isEqualTo(exact.doubleValue());
    }
  }

  @Test
  void sigmaHasAllItsDigitsWhateverTheNumbers() {
    for (double[] values : samples()) {
      double expected = exactSigma(values);
      assertThat(of("stddev", values).deviation()).isCloseTo(expected, within(expected * 4e-16));
    }
  }

  @Test
  void whatIsToldIsTheSameToTheLastBitInAnyGroupsAndOrder() {
    for (double[] values : samples()) {
      for (String aggregate : new String[] {"count", "avg", "stddev"}) {
        Sums whole = of(aggregate, values);
        Sums grouped = Sums.of(aggregate);
        shuffle(values);
        for (int from = 0; from < values.length; ) {
          int to = Math.min(values.length, from + 1 + RANDOM.nextInt(20));
          byte[] part = of(aggregate, Arrays.copyOfRange(values, from, to)).toBytes();
          grouped.add(Sums.of(part));
          from = to;
        }
        assertThat(told(grouped)).isEqualTo(told(whole));
      }
    }
  }

  @Test
  void sigmaOfAConstantIsZeroAlsoWhereItsSquareFitsInNoDouble() {
    for (double value : new double[] {0.1, -1e9 / 3, 1e-300, 1e200}) {
      assertThat(of("stddev", value, value, value).deviation()).isEqualTo(0.0);
    }
  }

  @Test
  void sumsThatPassWhatADoubleHoldsAreLeftOutInWhateverOrderTheyCome() {
    assertThat(of("sum", 1e308, 1e308, -1e308).total()).isNull();
    assertThat(of("sum", 1e308, -1e308, 1e308).total()).isNull();
    assertThat(of("avg", 1e308, -1e308).mean()).isNull();
    assertThat(of("sum", 1e307, 2).total()).isEqualTo(1e307);
    assertThat(of("stddev", 1e155, 2).deviation()).isNull();
    assertThat(of("stddev", 1e153, -1e153).deviation()).isEqualTo(1e153);
    assertThat(of("stddev", 1e155, 2).smallest()).isEqualTo(2);
  }

  @Test
  void whatARuleDoesNotAskForIsNotThereAndIsMissingFromAMixture() {
    assertThat(of("count", 1, 2).total()).isNull();
    assertThat(of("avg", 1, 2).deviation()).isNull();
    Sums mixed = of("stddev", 1, 2);
    mixed.add(of("avg", 3));
    mixed = Sums.of(mixed.toBytes());
    assertThat(mixed.deviation()).isNull();
    assertThat(mixed.mean()).isEqualTo(2);
    mixed.add(of("max", 4));
    assertThat(mixed.mean()).isNull();
    assertThat(mixed.readings()).isEqualTo(4);
    assertThat(mixed.largest()).isEqualTo(4);
  }

  private static double exactSigma(double[] values) {
    BigDecimal count = BigDecimal.valueOf(values.length);
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal squares = BigDecimal.ZERO;
    for (double value : values) {
      sum = sum.add(new BigDecimal(value));
      squares = squares.add(new BigDecimal(value).pow(2));
    }
    BigDecimal spread = squares.multiply(count).subtract(sum.pow(2));
    return spread.sqrt(new MathContext(40)).divide(count, new MathContext(40)).doubleValue();
  }

  /** Small whole numbers, prices, pressures, clocks, numbers of all sizes, ones that cancel out. */
  private static double[][] samples() {
    DoubleSupplier[] kinds = {
      () -> RANDOM.nextInt(5),
      () -> RANDOM.nextInt(100_000) / 100.0,
      () -> 101_325 + RANDOM.nextGaussian() * 1e-4,
      () -> 1.7e12 + RANDOM.nextInt(3) * 1e-3,
      () -> RANDOM.nextGaussian() * Math.pow(10, RANDOM.nextInt(200) - 100),
      () -> (RANDOM.nextBoolean() ? 1 : -1) * (1e16 + RANDOM.nextInt(2) * 2),
      () -> Math.scalb(RANDOM.nextBoolean() ? 1.0 : -1.0, RANDOM.nextInt(160)),
    };
    double[][] samples = new double[ROUNDS][];
    for (int round = 0; round < ROUNDS; round++) {
      DoubleSupplier kind = kinds[round % kinds.length];
      double[] values = new double[2 + RANDOM.nextInt(READINGS)];
      Arrays.setAll(values, i -> kind.getAsDouble());
      samples[round] = values;
    }
    return samples;
  }

  private static void shuffle(double[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int other = RANDOM.nextInt(i + 1);
      double value = values[i];
      values[i] = values[other];
      values[other] = value;
    }
  }

  private static String told(Sums sums) {
    return sums.readings()
        + " "
        + sums.total()
        + " "
        + sums.mean()
        + " "
        + sums.smallest()
        + " "
        + sums.largest()
        + " "
        + sums.deviation();
  }

  private static Sums of(String aggregate, double... values) {
    Sums sums = Sums.of(aggregate);
    for (double value : values) {
      sums.add(value);
    }
    return sums;
  }
}
