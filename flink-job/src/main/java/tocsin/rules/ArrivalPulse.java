package tocsin.rules;

/**
 * Thins out the readings for a rule that asks only whether any come: the first of each interval of
 * arrival says it for all. One for each thing that the rule judges.
 */
final class ArrivalPulse {
  private static final double LONGEST_MS = 1_000;

  /** Of the shortest silence that the rule minds; so much earlier it may be said at most. */
  private static final double SHARE = 1 / 30.0;

  private final long everyMs;
  private long newest = Long.MIN_VALUE;

  private ArrivalPulse(long everyMs) {
    this.everyMs = everyMs;
  }

  /** Of a rule of kind {@code missing} or {@code silence}. */
  static ArrivalPulse of(Rule rule) {
    double leastMs = rule.numbers().get("min_seconds") * 1e3;
    return new ArrivalPulse((long) Math.min(LONGEST_MS, leastMs * SHARE));
  }

  /** True for the first reading of its interval. */
  boolean beats(long arrivalMs) {
    if (everyMs == 0) {
      return true;
    }
    long interval = Math.floorDiv(arrivalMs, everyMs);
    boolean isNew = interval != newest;
    newest = interval;
    return isNew;
  }
}
