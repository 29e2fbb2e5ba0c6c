/** When does an incident open, worsen, resolve, and when is somebody told? Pure: time is an argument. */
import { createHash } from 'node:crypto';
import type { AlertKind } from '../../contracts/alert.ts';
import type { Anomaly } from '../../contracts/anomaly.ts';
import { HEARTBEAT } from '../../contracts/heartbeat.ts';
import type { Incident, ResolvedBy } from '../../contracts/incident.ts';
import type { Known } from '../ports/incident-store/port.ts';
import { isBefore, isSurelyBefore, isWorse, worstOf } from './compare.ts';

/** A change of an incident; `say` is there when somebody must be told. */
export interface Changed {
  readonly action: 'open' | 'escalate' | 'update' | 'resolve';
  readonly reason: string;
  readonly incident: Incident;
  readonly say?: AlertKind;
}

/**
 * What becomes of one anomaly, or of one look at a quiet incident; the reason goes to the log and to the metric.
 * `remember`: it cleared what is not open, and what it cleared may still arrive.
 */
export type Decision =
  | Changed
  | { readonly action: 'remember'; readonly reason: 'cleared-without-open' }
  | {
      readonly action: 'ignore';
      readonly reason:
        | 'duplicate'
        | 'cleared-since'
        | 'cleared-without-open'
        | 'cleared-before-latest'
        | 'not-open'
        | 'not-quiet';
    };

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
  const characters = Array.from(bytes.subarray(0, 10), (byte) => ALPHABET[byte % ALPHABET.length]);
  return `T-${characters.join('')}`;
}

/**
 * Folds one anomaly into what is known of its fingerprint.
 * @param now the time of the decision
 */
export function fold(anomaly: Anomaly, { open, cleared }: Known, now: Date): Decision {
  if (open !== undefined) return foldIntoOpen(anomaly, open, now);
  if (anomaly.kind === 'cleared') {
    const isNews = cleared === undefined || isSurelyBefore(cleared, anomaly);
    return { action: isNews ? 'remember' : 'ignore', reason: 'cleared-without-open' };
  }
  // The sink may retry one record of a batch, so that what was raised first arrives after what cleared it.
  if (cleared !== undefined && isSurelyBefore(anomaly, cleared)) {
    return { action: 'ignore', reason: 'cleared-since' };
  }
  return opened(anomaly, now);
}

function foldIntoOpen(anomaly: Anomaly, open: Incident, now: Date): Decision {
  const isLate = isBefore(anomaly, open.latest);
  if (anomaly.kind === 'cleared') {
    // It must not undo what came after it.
    return isLate
      ? { action: 'ignore', reason: 'cleared-before-latest' }
      : resolved(withAnomaly(open, anomaly, now), 'cleared', now);
  }
  const incident = withAnomaly(open, anomaly, now);
  // A worse state is news whenever it arrives.
  if (isWorse(anomaly, open.worst)) {
    return told({ action: 'escalate', reason: 'worse', incident }, 'escalated');
  }
  if (open.route === 'digest' && incident.route === 'page') {
    return told({ action: 'update', reason: 'now-pages', incident }, 'opened');
  }
  return { action: 'update', reason: isLate ? 'out-of-order' : anomaly.kind, incident };
}

/** Resolves an incident that has shown no sign of life since `quietBefore`. */
export function resolveQuiet(open: Incident, quietBefore: Date, now: Date): Decision {
  if (open.status !== 'open') return { action: 'ignore', reason: 'not-open' };
  if (Date.parse(open.last_seen_at) >= quietBefore.getTime())
    return { action: 'ignore', reason: 'not-quiet' };
  return resolved({ ...open, version: open.version + 1 }, 'quiet', now);
}

/** A renewal or an escalation opens, too: the state holds, and nobody knows of it. */
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

function resolved(incident: Incident, by: ResolvedBy, now: Date): Decision {
  const ended: Incident = {
    ...incident,
    status: 'resolved',
    resolved_at: now.toISOString(),
    resolved_by: by,
  };
  return told({ action: 'resolve', reason: by, incident: ended }, 'resolved');
}

/** Gives the decision's message its number, where the incident is one that pages; the first message opens. */
function told(decision: Changed, say: AlertKind): Decision {
  if (decision.incident.route !== 'page') return decision;
  const isBeat = decision.incident.first.source === HEARTBEAT;
  // A beat is over when it was heard.
  if (isBeat && decision.incident.sequence > 0) return decision;
  const incident = { ...decision.incident, sequence: decision.incident.sequence + 1 };
  return { ...decision, incident, say: isBeat ? 'heartbeat' : incident.sequence === 1 ? 'opened' : say };
}

/** The incident with one more anomaly. It keeps the worst severity that it had, and the louder route. */
function withAnomaly(open: Incident, anomaly: Anomaly, now: Date): Incident {
  const next: Incident = {
    ...open,
    version: open.version + 1,
    anomaly_count: open.anomaly_count + 1,
    last_seen_at: now.toISOString(),
    latest: isBefore(anomaly, open.latest) ? open.latest : anomaly,
  };
  if (anomaly.kind === 'cleared') return next;
  const worst = worstOf(open.worst, anomaly);
  return {
    ...next,
    worst,
    severity: worst.severity,
    route: anomaly.route === 'page' ? 'page' : open.route,
  };
}
