package tocsin.novelty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

class NoveltyModelTest {
  private static final long SEED = 1;
  private static final long START = 1_400_000_000_000L;
  private static final long FIVE_MINUTES = 300_000;
  private static final long HOUR = 3_600_000;

  @Test
  void aPrefixOfASeriesGetsTheScoresOfTheWhole() {
    double[] whole = totals(daily(1_500), START, FIVE_MINUTES);
    double[] prefix = totals(Arrays.copyOf(daily(1_500), 900), START, FIVE_MINUTES);

    assertThat(prefix).isEqualTo(Arrays.copyOf(whole, 900));
  }

  @Test
  void theUnitOfASeriesDoesNotMatter() {
    double[] original = totals(daily(1_200), START, FIVE_MINUTES);

    for (double scale : new double[] {1e-9, 3.7, 1e12}) {
      double[] scaled = totals(each(daily(1_200), x -> x * scale), START, FIVE_MINUTES);
      assertThat(medianDifference(scaled, original)).as("scaled by %s", scale).isLessThan(1e-6);
      assertThat(scaled[1_000]).isCloseTo(original[1_000], within(0.5));
    }
  }

  @Test
  void aSeriesMovedByHoursGetsTheSameScores() {
    double[] original = totals(daily(1_200), START, FIVE_MINUTES);

    assertThat(totals(daily(1_200), START - 79 * HOUR, FIVE_MINUTES)).isEqualTo(original);
    assertThat(totals(daily(1_200), START + 9_999 * HOUR, FIVE_MINUTES)).isEqualTo(original);
  }

  @Test
  void aBreakOfTheDailyPatternIsFoundThoughItsValuesAreOrdinary() {
    double[] readings = daily(2_016);
    int peakOfTheLastDay = 6 * 288 + 60;
    double[] without = totals(readings, START, FIVE_MINUTES);
    Arrays.fill(
        readings,
        peakOfTheLastDay,
        peakOfTheLastDay + 48,
        Arrays.stream(readings).min().orElseThrow());

    double[] with = totals(readings, START, FIVE_MINUTES);

    assertThat(highest(with, peakOfTheLastDay, peakOfTheLastDay + 48))
        .isGreaterThan(Calibration.shipped().warn())
        .isGreaterThan(highest(without, peakOfTheLastDay, peakOfTheLastDay + 48) + 2);
  }

  @Test
  void aSpikePagesAndSaysThatItLiesOutsideTheRange() {
    double[] readings = daily(1_001);
    readings[1_000] *= 4;
    Score score = scores(readings, START, FIVE_MINUTES)[1_000];

    assertThat(score.total()).isGreaterThan(Calibration.shipped().page());
    assertThat(score.contributions()[Components.NAMES.indexOf("range")]).isPositive();
    assertThat(Arrays.stream(score.contributions()).sum()).isCloseTo(score.total(), within(1e-9));
  }

  @Test
  void ordinaryDaysRaiseNoPage() {
    assertThat(highest(totals(daily(4_000), START, FIVE_MINUTES), 150, 4_000))
        .isLessThan(Calibration.shipped().page());
  }

  @Test
  void untilWarmNothingIsScored() {
    Score[] scores = scores(daily(200), START, FIVE_MINUTES);

    assertThat(scores[149]).matches(score -> !score.warm() && score.total() == 0);
    assertThat(scores[150].warm()).isTrue();
  }

  @Test
  void aConstantIsNeverNewAndItsFirstChangeIs() {
    double[] readings = new double[400];
    Arrays.fill(readings, 5);
    readings[399] = 6;
    double[] totals = totals(readings, START, FIVE_MINUTES);

    assertThat(highest(totals, 0, 399)).isLessThan(0.5);
    assertThat(totals[399]).isGreaterThan(Calibration.shipped().page());
  }

  @Test
  void theRoundingOfAConstantIsNoChange() {
    double[] readings = new double[400];
    Arrays.fill(readings, 0.3);
    readings[300] = 0.1 + 0.2;

    assertThat(totals(readings, START, FIVE_MINUTES)[300]).isLessThan(Calibration.shipped().warn());
  }

  @Test
  void aReadingOlderThanTheNewestIsJudgedAndLeavesNoTrace() {
    double[] readings = daily(600);
    NoveltyModel with = new NoveltyModel(SEED);
    NoveltyModel without = new NoveltyModel(SEED);
    for (int row = 0; row < readings.length; row++) {
      long time = START + row * FIVE_MINUTES;
      Score expected = without.update(time, readings[row]);
      assertThat(with.update(time, readings[row]).total()).isEqualTo(expected.total());
      Score late = with.update(time - HOUR, 1_000);
      assertThat(late.warm()).isEqualTo(row >= NoveltyModel.WARM_READINGS - 1);
      if (late.warm()) {
        assertThat(late.total()).isGreaterThan(Calibration.shipped().warn());
      }
    }
  }

  @Test
  void repeatedTimesLongGapsAndExtremeNumbersGiveFiniteScores() {
    NoveltyModel model = new NoveltyModel(SEED);
    Random random = new Random(3);
    long time = START;
    for (int row = 0; row < 2_000; row++) {
      time += row % 7 == 0 ? 0 : row % 501 == 0 ? 90 * 24 * HOUR : 10_000;
      double value =
          row % 97 == 0 ? -Double.MAX_VALUE : random.nextGaussian() * Math.pow(10, row % 30);
      Score score = model.update(time, value);
      assertThat(score.total()).isBetween(0.0, 40.0);
    }
  }

  @Test
  void aSavedModelGoesOnAsIfItHadNeverBeenAway() throws IOException {
    double[] readings = daily(1_400);
    double[] expected = totals(readings, START, FIVE_MINUTES);
    NoveltyModel model = new NoveltyModel(SEED);
    for (int row = 0; row < readings.length; row++) {
      if (row == 20 || row == 160 || row == 1_100) {
        model = NoveltyModel.restore(input(saved(model)));
      }
      assertThat(model.update(START + row * FIVE_MINUTES, readings[row]).total())
          .isEqualTo(expected[row]);
    }
  }

  @Test
  void stateIsBoundedHoweverLongASeriesIs() throws IOException {
    NoveltyModel model = new NoveltyModel(SEED);
    for (double value : daily(2_000)) {
      model.update(START, value);
    }
    for (int row = 0; row < 4_000; row++) {
      model.update(START + row * FIVE_MINUTES, row);
    }
    // What it takes on the heap is measured by `npm run bench:novelty`.
    assertThat(saved(model).length).isLessThan(200_000);
  }

  @Test
  void aModelOfAnotherVersionIsRefusedByName() {
    assertThatThrownBy(() -> NoveltyModel.restore(input(new byte[] {99, 1, 2, 3})))
        .isInstanceOf(UnsupportedVersion.class)
        .hasMessageContaining("version 99")
        .hasMessageContaining("starts afresh");
  }

  @Test
  void forestsThatAnotherLibrarySavedAreRefusedByName() throws IOException {
    ByteArrayOutputStream foreign = new ByteArrayOutputStream();
    try (ObjectOutputStream objects = new ObjectOutputStream(new DeflaterOutputStream(foreign))) {
      objects.writeObject(new HashMap<>(Map.of("trees", 30)));
    }
    ByteArrayOutputStream saved = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(saved);
    out.writeInt(foreign.size());
    out.write(foreign.toByteArray());

    assertThatThrownBy(() -> Forests.restore(input(saved.toByteArray())))
        .isInstanceOf(UnsupportedVersion.class)
        .hasMessageContaining("another library")
        .hasMessageContaining("starts afresh");
  }

  /** A daily wave with noise, a reading each five minutes. */
  private static double[] daily(int count) {
    Random random = new Random(7);
    double[] readings = new double[count];
    for (int row = 0; row < count; row++) {
      readings[row] = 50 + 20 * Math.sin(2 * Math.PI * row / 288) + random.nextGaussian();
    }
    return readings;
  }

  private static double[] each(double[] numbers, DoubleUnaryOperator change) {
    return Arrays.stream(numbers).map(change).toArray();
  }

  private static Score[] scores(double[] readings, long start, long step) {
    NoveltyModel model = new NoveltyModel(SEED);
    Score[] scores = new Score[readings.length];
    for (int row = 0; row < readings.length; row++) {
      scores[row] = model.update(start + row * step, readings[row]);
    }
    return scores;
  }

  private static double[] totals(double[] readings, long start, long step) {
    return Arrays.stream(scores(readings, start, step)).mapToDouble(Score::total).toArray();
  }

  private static double highest(double[] totals, int from, int to) {
    return Arrays.stream(totals, from, to).max().orElseThrow();
  }

  private static double medianDifference(double[] one, double[] other) {
    double[] differences = new double[one.length];
    for (int row = 0; row < one.length; row++) {
      differences[row] = Math.abs(one[row] - other[row]);
    }
    Arrays.sort(differences);
    return differences[differences.length / 2];
  }

  private static byte[] saved(NoveltyModel model) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    model.save(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static DataInputStream input(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }
}
