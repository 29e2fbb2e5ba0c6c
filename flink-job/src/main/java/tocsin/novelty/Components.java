package tocsin.novelty;

import java.util.List;

/**
 * The parts of a novelty score. Many raw measures, each with a calibration table of its own, are
 * averaged within a group; a group is what a person can be told about.
 */
public final class Components {
  /** Names of the contributions, in the order of {@link Score#contributions}. */
  public static final List<String> NAMES =
      List.of("range", "season", "extremes", "sustained", "forest", "rarity");

  /** Names of the raw measures, in the order in which a model fills them and a table lists them. */
  static final List<String> MEASURES =
      List.of(
          "value_beyond_all",
          "value_beyond_most",
          "from_mean_24_beyond_all",
          "from_mean_24_beyond_most",
          "from_mean_144_beyond_all",
          "from_mean_144_beyond_most",
          "hour_of_week_beyond_all",
          "hour_of_week_beyond_most",
          "hour_of_day_beyond_all",
          "hour_of_day_beyond_most",
          "highest_24_beyond_all",
          "highest_24_beyond_most",
          "lowest_24_beyond_all",
          "lowest_24_beyond_most",
          "hour_of_week_24_beyond_all",
          "hour_of_week_24_beyond_most",
          "forest_1",
          "forest_8",
          "forest_1_likelihood",
          "forest_8_likelihood");

  /** First measure of each group; the group ends where the next begins. */
  private static final int[] STARTS = {0, 6, 10, 14, 16, 20};

  /** The range says again what the season says of a metric without one, so it counts half. */
  private static final double[] WEIGHTS = {0.5, 1, 1, 1, 1};

  static final int GROUPS = WEIGHTS.length;
  static final int FOREST_MEASURES = 16;

  private Components() {}

  /** The groups' weighted means of calibrated measures; rarity is not a group and stays zero. */
  static double[] grouped(double[] calibrated) {
    double[] groups = new double[NAMES.size()];
    for (int group = 0; group < GROUPS; group++) {
      double sum = 0;
      for (int measure = STARTS[group]; measure < STARTS[group + 1]; measure++) {
        sum += calibrated[measure];
      }
      groups[group] = WEIGHTS[group] * sum / (STARTS[group + 1] - STARTS[group]);
    }
    return groups;
  }
}
