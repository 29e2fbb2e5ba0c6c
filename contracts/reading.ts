/** One number of one entity at one time: what the record reader makes of a record (one row a metric). */
import * as z from 'zod/mini';
import { Instant, Name, Slug } from './shared.ts';

export const Reading = z.strictObject({
  stream: Slug,
  source: Slug,
  entity: Name,
  metric: Name,
  value: z.number(),
  /** min(time in the record, arrival). */
  event_time: Instant,
  /** When Kinesis took the record. */
  arrival_time: Instant,
  labels: z.record(z.string(), z.string()),
  shard_id: z.string(),
  /** Place in the shard; of a record out of a KPL aggregate `<the aggregate's number>.<index from 0>`. */
  sequence_number: z.string(),
});
export type Reading = z.infer<typeof Reading>;
