/** The kinds of rules, each judged by the SQL file of its name in flink-sql/detectors. docs/detection.md says which to use when. */
import * as z from 'zod/mini';
import { Aggregate, Name, Route, Severity, Slug } from './shared.ts';

const common = {
  /** Part of every incident's fingerprint, so renaming a rule starts new incidents. */
  id: Slug,
  source: Slug,
  /** A metric's name, or `*` for each metric of the source. */
  metric: Name,
  /** An entity's name, or `*`. A rule for one entity takes the place of the `*` rule of the same metric and kind. */
  entity: z._default(Name, '*'),
  enabled: z._default(z.boolean(), true),
  severity: z._default(Severity, 'warning'),
  route: z._default(Route, 'page'),
  /** What it means and what to do, shown in the e-mail. */
  description: z.optional(z.string().check(z.maxLength(500))),
};

const DAY_SECONDS = 86_400;
const positive = z.number().check(z.positive());
const nonNegative = z.number().check(z.nonnegative());
/** Longer than a day is a matter for a report, not for an alarm. */
const upToADay = positive.check(z.maximum(DAY_SECONDS));

/** Each reading against fixed limits. Above `high`: High; above `high_high`: High-High, always critical. */
export const LimitsRule = z.strictObject({
  ...common,
  kind: z.literal('limits'),
  high_high: z.optional(z.number()),
  high: z.optional(z.number()),
  low: z.optional(z.number()),
  low_low: z.optional(z.number()),
  /** How far a value must come back inside a limit before its alarm clears, in the metric's unit. */
  dead_band: z._default(nonNegative, 0),
  /** A breach counts once it has lasted so long, from reading to reading by their own time. */
  min_duration_seconds: z._default(nonNegative.check(z.maximum(DAY_SECONDS)), 0),
});

/** Beyond a limit for so long, without a good value between. By event time: readings out of order are put in order first. */
export const SustainedRule = z.strictObject({
  ...common,
  kind: z.literal('sustained'),
  high: z.optional(z.number()),
  low: z.optional(z.number()),
  duration_seconds: z.int().check(z.positive(), z.maximum(DAY_SECONDS)),
});

/** When does a metric of an entity owe a reading? What `expected_seconds` leaves open is learned from the gaps so far. */
const expectation = {
  /** Time from one reading to the next. Absent: the 90th percentile of the last 64 gaps. */
  expected_seconds: z.optional(upToADay),
  /** How many such times may pass. */
  factor: z._default(z.number().check(z.minimum(1)), 3),
  /** Gaps needed before the first judgement, where the time is learned. */
  min_gaps: z._default(z.int().check(z.minimum(2), z.maximum(64)), 10),
};

/** No reading of one metric of one entity, each by its own rhythm. */
export const MissingRule = z.strictObject({
  ...common,
  kind: z.literal('missing'),
  ...expectation,
  /** No alarm before so long a silence, however fast the readings came. */
  min_seconds: z._default(nonNegative, 30),
});

/** No reading at all of a source: one alarm for all of it. */
export const SilenceRule = z.strictObject({
  ...common,
  metric: z._default(z.literal('*'), '*'),
  entity: z._default(z.literal('*'), '*'),
  kind: z.literal('silence'),
  ...expectation,
  min_seconds: z._default(nonNegative, 60),
});

/** A stuck sensor: a value that stays within `tolerance` for so many readings, or so long. Where both are set, both must be reached. */
export const FlatRule = z.strictObject({
  ...common,
  kind: z.literal('flat'),
  readings: z.optional(z.int().check(z.minimum(2))),
  duration_seconds: z.optional(upToADay),
  /** Largest less smallest value that still counts as unchanged. */
  tolerance: z._default(nonNegative, 0),
});

/** Change from one reading to the next in a unit of time, against limits. A fall is a negative rate. */
export const RateRule = z.strictObject({
  ...common,
  kind: z.literal('rate'),
  per: z._default(z.enum(['second', 'minute', 'hour']), 'minute'),
  high: z.optional(z.number()),
  low: z.optional(z.number()),
  /** Readings nearer to each other are not compared: a small difference over next to no time is a large rate. */
  min_interval_seconds: z._default(positive, 1),
});

/** Slow creep: the sum of small distances from a learned reference (CUSUM). Knows no limit and no baseline that moves along. */
export const DriftRule = z.strictObject({
  ...common,
  kind: z.literal('drift'),
  /** Readings from which mean and σ are learned; nothing is judged before, and both stay as they are after. */
  warm_up: z._default(z.int().check(z.minimum(20), z.maximum(1_000)), 100),
  /** Distance from the mean that does not count, in σ. Half the shift that should be found. */
  slack: z._default(nonNegative.check(z.maximum(3)), 0.5),
  /** Sum that alarms, in σ. */
  threshold: z._default(positive, 12),
});

/** Each reading against mean ± k·σ of the readings before it. */
export const DeviationRule = z.strictObject({
  ...common,
  kind: z.literal('deviation'),
  /** k. Absent: the stage's `anomaly_threshold_multiplier`. */
  multiplier: z.optional(positive),
  /** Readings needed before the first judgement. */
  min_samples: z._default(z.int().check(z.minimum(2)), 30),
  /** Smallest distance from the mean that counts, as a fraction of the mean: keeps tiny σ from alarming. */
  min_relative_deviation: z._default(nonNegative, 0.05),
  /**
   * How many readings in a row may stray and be kept out of mean and σ, so that an anomaly stays one for as long as it
   * lasts. After so many they are the new normal. 0: each reading counts for the next ones, whatever it was.
   */
  hold_readings: z._default(z.int().check(z.nonnegative(), z.maximum(10_000)), 0),
});

/** Each reading against mean ± k·σ of the same hour of the day, weekends apart. */
export const SeasonalRule = z.strictObject({
  ...common,
  kind: z.literal('seasonal'),
  /** k. Absent: the stage's `anomaly_threshold_multiplier`. */
  multiplier: z.optional(positive),
  /** Readings of that hour needed before it is judged. */
  min_samples: z._default(z.int().check(z.minimum(2), z.maximum(1_000)), 30),
  /** Days on which they must lie: one day tells nothing of the difference between days. */
  min_days: z._default(z.int().check(z.minimum(1), z.maximum(100)), 3),
  min_relative_deviation: z._default(nonNegative, 0.05),
  /** Whose hours and weekends, for example `Europe/Paris`. */
  time_zone: z._default(z.string().check(z.refine(isTimeZone, { error: 'is no time zone' })), 'UTC'),
});

/** How new is each reading, judged by all before it? docs/detection.md says what the score is made of. */
export const NoveltyRule = z.strictObject({
  ...common,
  kind: z.literal('novelty'),
  /** Score from which it goes to the digest, as a warning. Absent: that of the calibration in the jar. */
  warn: z.optional(positive),
  /** Score from which it goes where `route` says, with the rule's severity. Absent: that of the calibration in the jar. */
  page: z.optional(positive),
});

/** An aggregate over each window against limits. The windows' sizes are settings of the stage. */
export const WindowRule = z.strictObject({
  ...common,
  kind: z.literal('window'),
  window: z.enum(['tumbling', 'hopping']),
  aggregate: Aggregate,
  high: z.optional(z.number()),
  low: z.optional(z.number()),
});

/** A region's name: Java knows the same ones. Offsets like `+01:00` would miss summer time. */
function isTimeZone(name: string): boolean {
  if (!/^(UTC|[A-Z][A-Za-z_]+\/[A-Za-z_/-]+)$/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
