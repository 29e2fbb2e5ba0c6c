/** What staff see: one open incident for each fingerprint (source, entity, metric, rule; never a value). */
import * as z from 'zod/mini';
import { Anomaly } from './anomaly.ts';
import { Instant, Route, Severity } from './shared.ts';

export const IncidentStatus = z.enum(['open', 'resolved']);
export type IncidentStatus = z.infer<typeof IncidentStatus>;

export const ResolvedBy = z.enum(['cleared', 'quiet']);
export type ResolvedBy = z.infer<typeof ResolvedBy>;

export const Incident = z.strictObject({
  /** Made from the anomaly that opened it, so that a replay finds the same one. */
  incident_id: z.string().check(z.regex(/^T-[0-9A-Z]{10}$/, 'must be T- and ten letters or digits')),
  fingerprint: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  status: IncidentStatus,
  /** The worst severity that it has had. */
  severity: Severity,
  route: Route,
  opened_at: Instant,
  /** When the last anomaly was folded in; quiet counts from here. */
  last_seen_at: Instant,
  resolved_at: z.nullable(Instant),
  resolved_by: z.nullable(ResolvedBy),
  anomaly_count: z.int(),
  /** Number of the newest message about it; a message carries the number it was made with. */
  sequence: z.int(),
  /** Grows with each write; the condition of the next. */
  version: z.int(),
  /** The anomaly that opened it, the newest, and the worst (last one while severity grew). */
  first: Anomaly,
  latest: Anomaly,
  worst: Anomaly,
});
export type Incident = z.infer<typeof Incident>;
