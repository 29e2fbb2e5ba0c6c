/** A record that cannot be read, with the reason. Nothing is dropped: every record is read or is one of these. */
import * as z from 'zod/mini';
import { Instant } from './shared.ts';

export const RejectReason = z.enum([
  'not_json',
  'not_an_object',
  'no_source',
  'no_entity',
  'unreadable_time',
  'no_metric',
  'future',
]);
export type RejectReason = z.infer<typeof RejectReason>;

export const Reject = z.strictObject({
  reason: RejectReason,
  /** What, where and how to mend it, in one sentence. */
  detail: z.string(),
  stream: z.string(),
  /** The source that matched, when one did. */
  source: z.nullable(z.string()),
  arrival_time: Instant,
  shard_id: z.string(),
  /** Place in the shard; of a record out of a KPL aggregate `<the aggregate's number>.<index from 0>`. */
  sequence_number: z.string(),
  /** The record as text, cut where it takes 200,000 bytes as JSON (escapes counted); the archive has all of it. */
  raw: z.string(),
});
export type Reject = z.infer<typeof Reject>;
