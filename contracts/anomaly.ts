/** A change of state that the Flink job saw: one message of the `anomalies` stream. */
import * as z from 'zod/mini';
import { Aggregate, AlarmType, Detector, Instant, Name, Route, Severity, Slug } from './shared.ts';

/** `renewed` says that an open state still holds (every 5 minutes, or with a milder alarm type). */
export const AnomalyKind = z.enum(['raised', 'escalated', 'renewed', 'cleared']);
export type AnomalyKind = z.infer<typeof AnomalyKind>;

export const Anomaly = z.strictObject({
  /** Hash of fingerprint, kind, shard and sequence number (or window end): the same record gives the same id. */
  anomaly_id: z.string().check(z.regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')),
  kind: AnomalyKind,
  detector: Detector,
  rule_id: Slug,
  rules_version: z.int(),
  source: Slug,
  entity: Name,
  metric: Name,
  alarm_type: AlarmType,
  previous_alarm_type: AlarmType,
  severity: Severity,
  route: Route,
  /** The reading, or the aggregate of the window, that was judged. */
  value: z.number(),
  /** Lower and upper end of what was expected; null where there is none. */
  expected_low: z.nullable(z.number()),
  expected_high: z.nullable(z.number()),
  /** Distance from the mean in σ (deviation, seasonal, drift), or how new the reading is (novelty). */
  score: z.nullable(z.number()),
  aggregate: z.nullable(Aggregate),
  window_start: z.nullable(Instant),
  window_end: z.nullable(Instant),
  event_time: Instant,
  /** Arrival of the record; for a window, of the newest record in it. */
  arrival_time: Instant,
  /** True when the record came behind the watermark: judged, but in no baseline and no window. */
  late: z.boolean(),
  stream: z.nullable(Slug),
  shard_id: z.nullable(z.string()),
  /** Place in the shard; of a record out of a KPL aggregate `<the aggregate's number>.<index from 0>`. */
  sequence_number: z.nullable(z.string()),
  labels: z.record(z.string(), z.string()),
  /** Up to 24 judged values of this entity and metric, oldest first, the judged one last. */
  recent_values: z.array(z.number()),
  /**
   * What a novelty score is made of, by name; their sum is the score. Empty for other detectors, and in anomalies that
   * a job wrote before it had them.
   */
  contributions: z._default(z.record(z.string(), z.number()), {}),
  /**
   * How many readings of this entity and metric the rule has had, this one included: few where the job, the rule or the
   * entity is new. Null where it is not counted: only `limits`, `flat` and `rate` judge from the first readings on.
   */
  readings_seen: z._default(z.nullable(z.int()), null),
});
export type Anomaly = z.infer<typeof Anomaly>;
