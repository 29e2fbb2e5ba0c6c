/**
 * The heartbeat: a made-up record that goes the whole way on a schedule, from the input stream to a published message.
 * Each beat is two records of one entity: the first clears what the last beat raised, the second raises anew.
 */
import * as z from 'zod/mini';
import type { RuleSet } from './rule.ts';
import { Instant } from './shared.ts';
import type { SourceSet } from './source-config.ts';

/** Name of the source, and of the rule that judges it. Settings may not use it. */
export const HEARTBEAT = 'tocsin-heartbeat';

/** One record of a beat, as it is put on the stream. */
export const HeartbeatRecord = z.strictObject({
  tocsin_heartbeat: z.literal('whole-way'),
  /** 0 clears, 1 raises. */
  beat: z.union([z.literal(0), z.literal(1)]),
  beat_id: z.string().check(z.minLength(1), z.maxLength(64)),
  sent_at: Instant,
});
export type HeartbeatRecord = z.infer<typeof HeartbeatRecord>;

/** Body of the message that a beat ends as: for a function, not for people. */
export const HeartbeatMessage = z.strictObject({ beat_id: z.string(), sent_at: Instant });
export type HeartbeatMessage = z.infer<typeof HeartbeatMessage>;

const source: SourceSet['sources'][number] = {
  name: HEARTBEAT,
  match: { fields: ['tocsin_heartbeat', 'beat', 'beat_id'] },
  entity: 'tocsin_heartbeat',
  metrics: ['beat'],
  labels: ['beat_id', 'sent_at'],
  out_of_order_ms: 5_000,
};

const rule: RuleSet['rules'][number] = {
  id: HEARTBEAT,
  kind: 'limits',
  source: HEARTBEAT,
  metric: 'beat',
  entity: '*',
  enabled: true,
  severity: 'warning',
  route: 'page',
  high: 0.5,
  dead_band: 0,
  min_duration_seconds: 0,
};

/** The sources with the heartbeat's, which comes first so that no other takes its records. */
export const withHeartbeatSource = (set: SourceSet): SourceSet => ({ sources: [source, ...set.sources] });

/** The rules with the heartbeat's. */
export const withHeartbeatRule = (set: RuleSet): RuleSet => ({ rules: [rule, ...set.rules] });
