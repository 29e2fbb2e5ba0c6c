/**
 * When does an incident open, worsen, resolve, and when does it e-mail? Pure: time is an argument.
 *
 * Every change ends in {@link speak}: it compares what is so with what staff were told (`wanted`), and sends the
 * difference, unless something holds it (`hold.ts`: a silence, a snooze, a parent, its group, an end that must settle).
 * What is held is no message yet: when its time comes {@link lookAgain} decides anew, from what is so then.
 */
import type { AlertKind } from '../../contracts/alert.ts';
import type { Anomaly } from '../../contracts/anomaly.ts';
import { type Hold, type Incident, isUnresolved } from '../../contracts/incident.ts';
import type { Silence } from '../../contracts/silence.ts';
import type { Known } from '../ports/incident-store/port.ts';
import { heard, isBeat } from './beat.ts';
import { isBefore, isGraverSeverity, isSurelyBefore, isWorse } from './compare.ts';
import { type Circumstances, type Group, groupKeyOf, holdFor, isGrouped, undisturbed } from './hold.ts';
import { ended, newIncident, reopened, TOCSIN, toldOf, touched, withAnomaly, woken } from './life.ts';
import { isMatch, subjectOf } from './matcher.ts';

export { fingerprintOf, incidentIdOf } from './ids.ts';

type Happened = 'open' | 'reopen' | 'escalate' | 'update' | 'resolve' | 'look';
type ByStaff = 'acknowledge' | 'snooze' | 'correct';

/** A change of an incident; `say` is there when somebody must be told. */
export interface Changed {
  readonly action: Happened | ByStaff;
  readonly reason: string;
  readonly incident: Incident;
  /** As it was; absent when it is new. */
  readonly before?: Incident;
  /** A person, or `tocsin`. */
  readonly who: string;
  /** In that person's words. */
  readonly note?: string;
  readonly say?: AlertKind;
  /** Its group before and after an e-mail that the group shares. */
  readonly group?: { readonly before: Group | undefined; readonly after: Group };
  /** Other incidents that the message tells of. */
  readonly covers?: readonly string[];
}

/**
 * What becomes of one anomaly, or of one look at an incident; the reason goes to the log and to the metric.
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
        | 'resolved-by-staff'
        | 'not-open'
        | 'not-quiet'
        | 'nothing-due';
    };

/**
 * Folds one anomaly into what is known of its fingerprint.
 * @param now the time of the decision
 */
export function fold(anomaly: Anomaly, known: Known, now: Date, around = undisturbed): Decision {
  const { open, cleared, last } = known;
  if (open !== undefined) return foldIntoOpen(anomaly, open, now, around);
  if (anomaly.kind === 'cleared') {
    const isNews = cleared === undefined || isSurelyBefore(cleared, anomaly);
    return { action: isNews ? 'remember' : 'ignore', reason: 'cleared-without-open' };
  }
  // The sink may retry one record of a batch, so that what was raised first arrives after what cleared it.
  if (cleared !== undefined && isSurelyBefore(anomaly, cleared)) {
    return { action: 'ignore', reason: 'cleared-since' };
  }
  if (last !== undefined && isAccepted(anomaly, last, cleared)) {
    return { action: 'ignore', reason: 'resolved-by-staff' };
  }
  if (last !== undefined && !isBeat(last) && isSoonAfter(last, now, around)) {
    const incident = reopened(last, anomaly, now);
    return speak(
      { action: 'reopen', reason: anomaly.kind, incident, before: last, who: TOCSIN },
      now,
      around,
    );
  }
  // A renewal or an escalation opens, too: the state holds, and nobody knows of it.
  const reason = anomaly.kind === 'raised' ? 'raised' : `${anomaly.kind}-without-open`;
  return speak({ action: 'open', reason, incident: newIncident(anomaly, now), who: TOCSIN }, now, around);
}

/** Staff called it expected, or no fault: that it goes on is no news, until it cleared once or gets graver. */
function isAccepted(anomaly: Anomaly, last: Incident, cleared: Anomaly | undefined): boolean {
  if (last.resolution !== 'false_positive' && last.resolution !== 'expected') return false;
  return anomaly.kind !== 'raised' && cleared === undefined && !isWorse(anomaly, last.worst);
}

function isSoonAfter({ resolved_at }: Incident, now: Date, { settings }: Circumstances): boolean {
  return resolved_at !== null && now.getTime() - Date.parse(resolved_at) < settings.reopenSeconds * 1_000;
}

function foldIntoOpen(anomaly: Anomaly, open: Incident, now: Date, around: Circumstances): Decision {
  const isLate = isBefore(anomaly, open.latest);
  const change = { incident: withAnomaly(open, anomaly, now), before: open, who: TOCSIN };
  if (anomaly.kind === 'cleared') {
    // It must not undo what came after it.
    if (isLate) return { action: 'ignore', reason: 'cleared-before-latest' };
    const incident = ended(change.incident, { by: 'cleared', resolver: TOCSIN }, now);
    return speak({ ...change, action: 'resolve', reason: 'cleared', incident }, now, around);
  }
  // A worse state is news whenever it arrives.
  if (isWorse(anomaly, open.worst)) {
    return speak({ ...change, action: 'escalate', reason: 'worse' }, now, around);
  }
  const nowPages = open.route === 'digest' && change.incident.route === 'page';
  const reason = nowPages ? 'now-pages' : isLate ? 'out-of-order' : anomaly.kind;
  return speak({ ...change, action: 'update', reason }, now, around);
}

/** Resolves an incident that has shown no sign of life since `quietBefore`. */
export function resolveQuiet(open: Incident, quietBefore: Date, now: Date, around = undisturbed): Decision {
  if (!isUnresolved(open)) return { action: 'ignore', reason: 'not-open' };
  if (Date.parse(open.last_seen_at) >= quietBefore.getTime())
    return { action: 'ignore', reason: 'not-quiet' };
  const incident = ended(touched(open), { by: 'quiet', resolver: TOCSIN }, now);
  return speak({ action: 'resolve', reason: 'quiet', incident, before: open, who: TOCSIN }, now, around);
}

/**
 * What time alone brings: a message that was held, a reminder, the end of a snooze.
 * @param over a silence that has just ended: what burns still is mailed
 */
export function lookAgain(known: Incident, now: Date, around: Circumstances, over?: Silence): Decision {
  const incident = touched(woken(known, now));
  const isAwake = incident.status !== known.status;
  const wasSilenced =
    over !== undefined &&
    isMatch(over.matcher, subjectOf(known)) &&
    (known.told === null || known.told.at < over.ends_at);
  const reason = isAwake ? 'snooze-over' : wasSilenced ? 'silence-over' : (known.hold?.reason ?? 'reminder');
  const change = { action: 'look', reason, incident, before: known, who: TOCSIN } as const;
  const looked = speak(change, now, around, isAwake || wasSilenced);
  return isUnchanged(known, looked) ? { action: 'ignore', reason: 'nothing-due' } : looked;
}

function isUnchanged(known: Incident, { incident, say }: Changed): boolean {
  const { version: _, ...after } = incident;
  const { version: __, ...before } = known;
  return say === undefined && JSON.stringify(after) === JSON.stringify(before);
}

/**
 * Says what staff should know and do not: as a message, or held until its time.
 * @param isNudged a snooze or a silence is over: what burns is said again
 */
export function speak(change: Changed, now: Date, around: Circumstances, isNudged = false): Changed {
  if (isBeat(change.incident)) return heard(change);
  const incident = coveredBy(around.group, change.incident);
  const kind = wanted(incident, now, around, isNudged);
  const hold = kind === undefined ? undefined : holdFor(incident, kind, around, now);
  if (kind !== undefined && hold === undefined) return said({ ...change, incident }, kind, now, around);
  // Held before, and nothing is left to say: it was never mailed, and is counted.
  const isMoot = kind === undefined && incident.hold !== null && incident.told === change.incident.told;
  const withheld = incident.withheld + (isMoot ? 1 : 0);
  return { ...change, incident: scheduled({ ...incident, hold: hold ?? null, withheld }, around) };
}

/** THE QUESTION: what should staff know that they do not know? */
function wanted(
  incident: Incident,
  now: Date,
  around: Circumstances,
  isNudged: boolean,
): Hold['kind'] | undefined {
  if (incident.route !== 'page') return undefined;
  const told = toldOf(incident);
  if (!isUnresolved(incident)) return told?.state === 'burning' ? 'resolved' : undefined;
  if (told === null) return 'opened';
  // They were told that it is over.
  if (told.state === 'over') return 'reminder';
  if (isWorse(incident.worst, told)) return 'escalated';
  const isDue = isNudged || incident.hold?.kind === 'reminder' || isReminderDue(incident, now, around);
  return isDue && incident.status !== 'acknowledged' ? 'reminder' : undefined;
}

function isReminderDue(incident: Incident, now: Date, around: Circumstances): boolean {
  const at = reminderAt(incident, around);
  return at !== null && at <= now.toISOString();
}

/** An incident that somebody has acknowledged or snoozed is not reminded of. */
function reminderAt(incident: Incident, { settings }: Circumstances): string | null {
  const told = toldOf(incident);
  if (incident.status !== 'open' || incident.route !== 'page' || settings.reminderSeconds === 0) return null;
  if (told === null) return null;
  return new Date(Date.parse(told.at) + settings.reminderSeconds * 1_000).toISOString();
}

function said(change: Changed, kind: Hold['kind'], now: Date, around: Circumstances): Changed {
  const { incident } = change;
  const isGraver =
    incident.told !== null && isGraverSeverity(incident.worst.severity, incident.told.severity);
  const spoken: Incident = {
    ...incident,
    // Whoever acknowledged or snoozed it, did so with something milder.
    ...(kind === 'escalated' && isGraver && { status: 'open', snoozed_until: null }),
    sequence: incident.sequence + 1,
    hold: null,
    told: toldNow(incident, kind === 'resolved', `${incident.incident_id}.${incident.sequence + 1}`, now),
  };
  const { alert_id } = spoken.told ?? { alert_id: '' };
  const after: Group = {
    key: groupKeyOf(incident, around.settings),
    told_at: now.toISOString(),
    is_first: incident.hold?.reason !== 'group',
    covers: [],
    alert_id,
  };
  const group = isGrouped(incident, kind) && { group: { before: around.group, after } };
  return { ...change, incident: scheduled(spoken, around), say: kind, ...group };
}

/** What staff know from now on. */
export function toldNow(
  incident: Incident,
  isOver: boolean,
  alertId: string,
  now: Date,
): NonNullable<Incident['told']> {
  const { severity, alarm_type } = incident.worst;
  const state = isOver ? 'over' : 'burning';
  return { state, severity, alarm_type, at: now.toISOString(), alert_id: alertId, in_digest: false };
}

/** The incident as its group's last digest told of it, where it did. */
function coveredBy(group: Group | undefined, incident: Incident): Incident {
  const { hold } = incident;
  const isCovered = hold?.reason === 'group' && group?.covers.includes(incident.incident_id) === true;
  if (!isCovered || group.told_at < hold.since) return incident;
  const told = toldNow(incident, hold.kind === 'resolved', group.alert_id, new Date(group.told_at));
  return { ...incident, hold: null, told: { ...told, in_digest: true } };
}

/** With the time of the next look. */
export function scheduled(incident: Incident, around: Circumstances): Incident {
  const next_look_at = incident.hold?.until ?? incident.snoozed_until ?? reminderAt(incident, around);
  return { ...incident, next_look_at };
}
