/** What an incident becomes: each function gives its next state, one version on, and says nothing to anybody. */
import type { Anomaly } from '../../contracts/anomaly.ts';
import type { Incident, Resolution, ResolvedBy, Told } from '../../contracts/incident.ts';
import { isBefore, worstOf } from './compare.ts';
import { fingerprintOf, incidentIdOf } from './ids.ts';

/** Who changes what nobody asked for. */
export const TOCSIN = 'tocsin';

/** Reopenings that are remembered. */
const REOPENINGS = 20;

export function newIncident(anomaly: Anomaly, now: Date): Incident {
  return {
    incident_id: incidentIdOf(anomaly),
    fingerprint: fingerprintOf(anomaly),
    status: 'open',
    severity: anomaly.severity,
    route: anomaly.route,
    opened_at: now.toISOString(),
    last_seen_at: now.toISOString(),
    ...notResolved,
    acknowledged_by: null,
    acknowledged_at: null,
    snoozed_until: null,
    reopened_at: [],
    anomaly_count: 1,
    sequence: 0,
    told: null,
    hold: null,
    next_look_at: null,
    withheld: 0,
    version: 1,
    first: anomaly,
    latest: anomaly,
    worst: anomaly,
  };
}

const notResolved = { resolved_at: null, resolved_by: null, resolver: null, resolution: null } as const;

/** The incident with one more anomaly. It keeps the worst severity that it had, and the louder route. */
export function withAnomaly(known: Incident, anomaly: Anomaly, now: Date): Incident {
  const next: Incident = {
    ...known,
    version: known.version + 1,
    anomaly_count: known.anomaly_count + 1,
    last_seen_at: now.toISOString(),
    latest: isBefore(anomaly, known.latest) ? known.latest : anomaly,
  };
  if (anomaly.kind === 'cleared') return next;
  const worst = worstOf(known.worst, anomaly);
  return {
    ...next,
    worst,
    severity: worst.severity,
    route: anomaly.route === 'page' ? 'page' : known.route,
  };
}

/** Open again, with the anomaly that says so. Who had acknowledged it, acknowledged what is over. */
export function reopened(known: Incident, anomaly: Anomaly, now: Date): Incident {
  return {
    ...withAnomaly(known, anomaly, now),
    ...notResolved,
    status: 'open',
    acknowledged_by: null,
    acknowledged_at: null,
    snoozed_until: null,
    reopened_at: [...known.reopened_at, now.toISOString()].slice(-REOPENINGS),
  };
}

export interface End {
  readonly by: ResolvedBy;
  readonly resolver: string;
  readonly resolution?: Resolution;
}

/** The same version: it ends with the change that the incident already holds. */
export function ended(incident: Incident, { by, resolver, resolution }: End, now: Date): Incident {
  return {
    ...incident,
    status: 'resolved',
    resolved_at: now.toISOString(),
    resolved_by: by,
    resolver,
    resolution: resolution ?? null,
    snoozed_until: null,
  };
}

export const touched = (incident: Incident): Incident => ({ ...incident, version: incident.version + 1 });

/** A snooze that is over leaves the incident as it was before. */
export function woken(incident: Incident, now: Date): Incident {
  const isOver =
    incident.status === 'snoozed' &&
    incident.snoozed_until !== null &&
    incident.snoozed_until <= now.toISOString();
  return isOver ? { ...incident, status: 'open', snoozed_until: null } : incident;
}

/** What staff know; incidents that were stored before this was noted have said at most what they are. */
export function toldOf({ told, sequence, severity, worst, opened_at, ...rest }: Incident): Told | null {
  if (told !== null || sequence === 0) return told;
  return {
    state: rest.status === 'resolved' ? 'over' : 'burning',
    severity,
    alarm_type: worst.alarm_type,
    at: opened_at,
    alert_id: `${rest.incident_id}.${sequence}`,
    in_digest: false,
  };
}
