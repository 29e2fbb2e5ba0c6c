/** What the tiers found of one record: kept for each record that raised or cleared something, and for a sample of the others. */
import * as z from 'zod/mini';
import { AlarmType, Instant, Name, Slug, Verdict } from './shared.ts';

/** One metric as one tier judged it. */
const Judged = z.strictObject({
  value: z.number(),
  alarm_type: AlarmType,
  status: z.enum(['Normal', 'Anomaly']),
  /** The rule, and what it expected. */
  context: z.string(),
});

const part = <const M extends 'heuristic' | 'statistical' | 'ml'>(method: M) =>
  z.nullable(
    z.strictObject({
      timestamp: Instant,
      method: z.literal(method),
      /** By metric; a second rule's judgement of the same metric under `metric#rule`. */
      results: z.record(z.string(), Judged),
    }),
  );

/** Null where a tier found nothing to say. */
export const AnomalyResult = z.strictObject({
  /** Names the record: stream, shard and sequence number; of a window, what it is of and its end. */
  id: z.string(),
  timestamp: Instant,
  source: Slug,
  entity: z.nullable(Name),
  /** The record as far as the tiers had it; the archive holds its bytes under the same place. */
  raw_data: z.record(z.string(), z.unknown()),
  /** Fixed limits, windows and silence. */
  heuristic: part('heuristic'),
  /** Against the values before. */
  statistical: part('statistical'),
  ml: part('ml'),
  /** What triage made of it, where a message told of it: by a language model, or by its fixed rules. */
  llm: z.nullable(
    z.strictObject({
      timestamp: Instant,
      method: z.literal('llm'),
      /** Name of the model, or `rules`. */
      by: z.string(),
      verdict: Verdict,
      /** Why, in words. */
      text: z.string(),
    }),
  ),
  /** From the record's arrival to its incident's write; null of a sample, which no tier had to handle. */
  processing_time_ms: z.nullable(z.number()),
  final_status: z.enum(['normal', 'anomaly']),
  /** How sure that status is, 0 to 1: a crossed limit is sure, a deviation as sure as its distance is rare; null where nothing says. */
  overall_confidence: z.nullable(z.number()),
  incident_ids: z.array(z.string()),
});
export type AnomalyResult = z.infer<typeof AnomalyResult>;
