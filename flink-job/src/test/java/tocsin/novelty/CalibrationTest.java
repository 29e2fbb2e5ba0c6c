package tocsin.novelty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  private static final int ROWS = NoveltyModel.WARM_READINGS + 1_000;

  @Test
  void aMeasureIsWorthTheRarityOfWhatReachesIt() {
    Table table = TableMaker.make(List.<double[][]>of(series(row -> row)), 0);

    assertThat(table.of(0)).isZero();
    assertThat(table.of(NoveltyModel.WARM_READINGS + 900)).isCloseTo(1, within(0.05));
    assertThat(table.of(NoveltyModel.WARM_READINGS + 990)).isCloseTo(2, within(0.05));
    assertThat(table.of(1e9)).isCloseTo(3, within(0.06));
  }

  @Test
  void aLongSeriesWeighsNoMoreThanAShortOne() {
    double[][] calm = series(row -> 0);
    double[][] wild = Arrays.copyOf(series(row -> 1), NoveltyModel.WARM_READINGS + 10);

    assertThat(TableMaker.make(List.of(calm, wild), 0).of(1))
        .isCloseTo(Math.log10(2), within(0.01));
  }

  @Test
  void mostReadingsThatLieWithinTheRangeAreWorthNothing() {
    Table table = TableMaker.make(List.<double[][]>of(series(row -> Math.max(0, row - 1_100))), 0);

    assertThat(table.of(0)).isZero();
    assertThat(table.of(1)).isGreaterThan(1);
  }

  @Test
  void theShippedTablesRiseAndCoverEveryMeasure() {
    Calibration shipped = Calibration.shipped();

    assertThat(shipped.warn()).isPositive().isLessThan(shipped.page());
    double[] low = new double[Components.MEASURES.size()];
    double[] high = new double[low.length];
    Arrays.fill(low, -1e9);
    Arrays.fill(high, 1e9);
    assertThat(shipped.calibrate(low)).containsOnly(0.0);
    assertThat(Arrays.stream(shipped.calibrate(high)).boxed())
        .allMatch(worth -> worth > 2 && worth <= 4.5);
  }

  @Test
  void aGroupIsTheMeanOfItsMeasures() {
    double[] calibrated = new double[Components.MEASURES.size()];
    Arrays.fill(calibrated, 2);

    assertThat(Components.grouped(calibrated)).containsExactly(1, 2, 2, 2, 2, 0);
  }

  private interface MeasureOfRow {
    double at(int row);
  }

  private static double[][] series(MeasureOfRow measure) {
    return IntStream.range(0, ROWS)
        .mapToObj(row -> new double[] {measure.at(row)})
        .toArray(double[][]::new);
  }
}
