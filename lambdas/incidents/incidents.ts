/** When does an incident open, worsen, resolve, and when is somebody told? Pure: time is an argument. */
import { createHash } from 'node:crypto';
import type { AlertKind } from '../../contracts/alert.ts';
import type { Anomaly } from '../../contracts/anomaly.ts';
import type { Incident, ResolvedBy } from '../../contracts/incident.ts';

/** What becomes of one anomaly, or of one look at a quiet incident; the reason goes to log and metric. */
export type Decision =
  | {
      readonly action: 'open';
      readonly reason: string;
      readonly incident: Incident;
      readonly say?: AlertKind;
    }
  | {
      readonly action: 'escalate';
      readonly reason: string;
      readonly incident: Incident;
      readonly say?: AlertKind;
    }
  | {
      readonly action: 'update';
      readonly reason: string;
      readonly incident: Incident;
      readonly say?: AlertKind;
    }
  | {
      readonly action: 'resolve';
      readonly reason: string;
      readonly incident: Incident;
      readonly say?: AlertKind;
    }
  | { readonly action: 'ignore'; readonly reason: string };

const RANK = { warning: 1, critical: 2 } as const;
/** Letters and digits that people do not mistake for one another (Crockford's base 32). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** What makes two anomalies the same trouble: source, entity, metric, rule; never a value. 64 hexadecimal digits. */
export function fingerprintOf(anomaly: Pick<Anomaly, 'source' | 'entity' | 'metric' | 'rule_id'>): string {
  const parts = [anomaly.source, anomaly.entity, anomaly.metric, anomaly.rule_id];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** The id of the incident that this anomaly opens: the same anomaly gives the same id. `T-` and ten characters. */
export function incidentIdOf(anomaly: Anomaly): string {
  const bytes = createHash('sha256').update(`incident:${anomaly.anomaly_id}`).digest();
  let id = 'T-';
  for (let index = 0; index < 10; index++) id += ALPHABET[(bytes[index] ?? 0) % ALPHABET.length];
  return id;
}

/**
 * Folds one anomaly into the incident that is open for its fingerprint.
 * @param open the open incident of this fingerprint, if there is one
 * @param now the time of the decision
 */
export function fold(anomaly: Anomaly, open: Incident | undefined, now: Date): Decision {
  if (open === undefined) {
    if (anomaly.kind === 'cleared') return { action: 'ignore', reason: 'cleared-without-open' };
    return opened(anomaly, now);
  }
  if (isOlder(anomaly, open.latest)) {
    // It must not undo what came after it, but a worse severity is news whenever it arrives.
    if (anomaly.kind === 'cleared') return { action: 'ignore', reason: 'cleared-before-latest' };
    const counted = { ...advanced(open), anomaly_count: open.anomaly_count + 1 };
    return isWorse(anomaly, open)
      ? worsened(counted, anomaly)
      : { action: 'update', reason: 'out-of-order', incident: counted };
  }
  if (anomaly.kind === 'cleared') return resolved(open, anomaly, 'cleared', now);
  const seen = withLatest(open, anomaly, now);
  if (isWorse(anomaly, open)) return worsened(seen, anomaly);
  if (open.route === 'digest' && anomaly.route === 'page') {
    return told({ action: 'update', reason: 'now-pages', incident: { ...seen, route: 'page' } }, 'opened');
  }
  return { action: 'update', reason: anomaly.kind, incident: seen };
}

/** Resolves an incident that has shown no sign of life since `quietBefore`. */
export function resolveQuiet(open: Incident, quietBefore: Date, now: Date): Decision {
  if (open.status !== 'open') return { action: 'ignore', reason: 'not-open' };
  if (Date.parse(open.last_seen_at) >= quietBefore.getTime())
    return { action: 'ignore', reason: 'not-quiet' };
  return resolved(open, undefined, 'quiet', now);
}

function opened(anomaly: Anomaly, now: Date): Decision {
  const incident: Incident = {
    incident_id: incidentIdOf(anomaly),
    fingerprint: fingerprintOf(anomaly),
    status: 'open',
    severity: anomaly.severity,
    route: anomaly.route,
    opened_at: now.toISOString(),
    last_seen_at: now.toISOString(),
    resolved_at: null,
    resolved_by: null,
    anomaly_count: 1,
    sequence: 0,
    version: 1,
    first: anomaly,
    latest: anomaly,
    worst: anomaly,
  };
  const reason = anomaly.kind === 'raised' ? 'raised' : `${anomaly.kind}-without-open`;
  return told({ action: 'open', reason, incident }, 'opened');
}

function worsened(open: Incident, anomaly: Anomaly): Decision {
  const incident: Incident = {
    ...open,
    severity: anomaly.severity,
    route: anomaly.route === 'page' ? 'page' : open.route,
    worst: anomaly,
  };
  return told({ action: 'escalate', reason: 'worse-severity', incident }, 'escalated');
}

function resolved(open: Incident, anomaly: Anomaly | undefined, by: ResolvedBy, now: Date): Decision {
  const last = anomaly === undefined ? advanced(open) : withLatest(open, anomaly, now);
  const incident: Incident = { ...last, status: 'resolved', resolved_at: now.toISOString(), resolved_by: by };
  return told({ action: 'resolve', reason: by, incident }, 'resolved');
}

/** Gives the decision's message its number, where the incident is one that pages. */
function told(decision: Exclude<Decision, { action: 'ignore' }>, say: AlertKind): Decision {
  if (decision.incident.route !== 'page') return decision;
  const incident = { ...decision.incident, sequence: decision.incident.sequence + 1 };
  return { ...decision, incident, say: incident.sequence === 1 ? 'opened' : say };
}

function withLatest(open: Incident, anomaly: Anomaly, now: Date): Incident {
  return {
    ...advanced(open),
    anomaly_count: open.anomaly_count + 1,
    last_seen_at: now.toISOString(),
    latest: anomaly,
    worst:
      anomaly.kind !== 'cleared' && RANK[anomaly.severity] >= RANK[open.severity]
        ? farther(open.worst, anomaly)
        : open.worst,
  };
}

/** Of two anomalies of the same severity the one farther from what was expected. */
function farther(worst: Anomaly, anomaly: Anomaly): Anomaly {
  return distance(anomaly) > distance(worst) ? anomaly : worst;
}

function distance({ value, expected_low, expected_high }: Anomaly): number {
  if (expected_high !== null && value > expected_high) return value - expected_high;
  if (expected_low !== null && value < expected_low) return expected_low - value;
  return 0;
}

function advanced(open: Incident): Incident {
  return { ...open, version: open.version + 1 };
}

function isWorse(anomaly: Anomaly, open: Incident): boolean {
  return RANK[anomaly.severity] > RANK[open.severity];
}

/** The order in which the shard took them; where shards differ (or there is none), the order of arrival. */
function isOlder(anomaly: Anomaly, latest: Anomaly): boolean {
  const a = anomaly.sequence_number;
  const b = latest.sequence_number;
  if (
    a !== null &&
    b !== null &&
    anomaly.shard_id === latest.shard_id &&
    /^\d+$/.test(a) &&
    /^\d+$/.test(b)
  ) {
    return BigInt(a) < BigInt(b);
  }
  if (anomaly.window_end !== null && latest.window_end !== null) {
    return Date.parse(anomaly.window_end) < Date.parse(latest.window_end);
  }
  return Date.parse(anomaly.arrival_time) < Date.parse(latest.arrival_time);
}
