/** What people do with an incident: acknowledge, snooze, resolve, correct. Pure: who, why and when are arguments. */
import type { Correction, Incident, Resolution } from '../../contracts/incident.ts';
import { isUnresolved } from '../../contracts/incident.ts';
import { Severity } from '../../contracts/shared.ts';
import { TocsinError } from '../errors.ts';
import type { Circumstances } from './hold.ts';
import { type Changed, speak } from './incidents.ts';
import { ended, touched } from './life.ts';

/** It cannot be done to the incident as it is; the message says what can. */
export class NotPossible extends TocsinError {
  override readonly name = 'NotPossible';
  readonly retryable = false;
}

/** Who does it, in which words, and what surrounds the incident. */
export interface Deed {
  readonly who: string;
  readonly note?: string;
  readonly now: Date;
  readonly around: Circumstances;
}

/** Somebody looks after it: no reminders until it gets graver. @throws NotPossible */
export function acknowledge(known: Incident, deed: Deed): Changed {
  mustBeUnresolved(known, 'acknowledged');
  const incident: Incident = {
    ...touched(known),
    status: 'acknowledged',
    acknowledged_by: deed.who,
    acknowledged_at: deed.now.toISOString(),
    snoozed_until: null,
  };
  return decided('acknowledge', known, incident, deed);
}

/** No mail until then, unless it gets graver; what burns then is mailed. @throws NotPossible */
export function snooze(known: Incident, until: Date, deed: Deed): Changed {
  mustBeUnresolved(known, 'snoozed');
  if (until <= deed.now) throw new NotPossible(`${until.toISOString()} is over: a snooze ends in the future`);
  const incident: Incident = { ...touched(known), status: 'snoozed', snoozed_until: until.toISOString() };
  return decided('snooze', known, incident, deed);
}

/** It is over, and what it was; precision of its rule is counted from that. @throws NotPossible */
export function resolve(known: Incident, resolution: Resolution, deed: Deed): Changed {
  if (isUnresolved(known)) {
    const incident = ended(touched(known), { by: 'staff', resolver: deed.who, resolution }, deed.now);
    return decided('resolve', known, incident, deed);
  }
  if (known.resolution === resolution) {
    throw new NotPossible(`${known.incident_id} is resolved as ${resolution} already`);
  }
  // What ended by itself may still be judged.
  return decided('resolve', known, { ...touched(known), resolution }, deed);
}

/** Stored values that people may correct. */
export const CORRECTABLE = ['severity', 'first.value', 'latest.value', 'worst.value'] as const;
export type Correctable = (typeof CORRECTABLE)[number];

/** A stored value becomes another; what it was is kept, with who and why. @throws NotPossible */
export function correct(
  known: Incident,
  field: Correctable,
  text: string,
  deed: Deed & { readonly note: string },
): { readonly decision: Changed; readonly correction: Correction } {
  const { before, after, incident } = corrected(touched(known), field, text);
  if (before === after) throw new NotPossible(`${field} of ${known.incident_id} is ${after} already`);
  const correction: Correction = {
    incident_id: known.incident_id,
    version: incident.version,
    field,
    before,
    after,
    modified_by: deed.who,
    modified_at: deed.now.toISOString(),
    reason: deed.note,
  };
  return { decision: decided('correct', known, incident, deed), correction };
}

function corrected(incident: Incident, field: Correctable, text: string) {
  if (field === 'severity') {
    const after = Severity.safeParse(text);
    if (!after.success) throw new NotPossible(`"${text}" is no severity: ${Severity.options.join(', ')}`);
    return {
      before: incident.severity,
      after: after.data,
      incident: { ...incident, severity: after.data, worst: { ...incident.worst, severity: after.data } },
    };
  }
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new NotPossible(`"${text}" is no number`);
  const part = { 'first.value': 'first', 'latest.value': 'latest', 'worst.value': 'worst' } as const;
  const name = part[field];
  return {
    before: incident[name].value,
    after: value,
    incident: { ...incident, [name]: { ...incident[name], value } },
  };
}

function decided(action: Changed['action'], before: Incident, incident: Incident, deed: Deed): Changed {
  const { who, note, now, around } = deed;
  const change = { action, reason: 'by-staff', incident, before, who, ...(note !== undefined && { note }) };
  return speak(change, now, around);
}

function mustBeUnresolved(incident: Incident, done: string): void {
  if (isUnresolved(incident)) return;
  throw new NotPossible(
    `${incident.incident_id} was resolved at ${incident.resolved_at} by ${incident.resolver ?? incident.resolved_by}: it cannot be ${done}`,
  );
}
