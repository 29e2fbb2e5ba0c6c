/** When an incident began, and how long it lasted. */
import type { Incident } from '../../contracts/incident.ts';
import { foreignName } from './foreign.ts';
import { span } from './words.ts';

/** Arrival of the record that began it. */
export const beganAt = ({ first }: Incident): string => first.arrival_time;

/** When it ended: with the record that cleared it, when staff said so, or else with its last sign of life. */
export function endedAt({ resolved_by, resolved_at, latest, last_seen_at }: Incident): string {
  if (resolved_by === 'staff') return resolved_at ?? last_seen_at;
  return resolved_by === 'cleared' ? latest.arrival_time : last_seen_at;
}

/** `resolved by m.keller as false positive` */
export function staffEnd({ resolver, resolution }: Incident): string {
  const as = resolution === null ? '' : ` as ${resolution.replace('_', ' ')}`;
  return `resolved by ${foreignName(resolver ?? 'staff')}${as}`;
}

/** How long it lasted. */
export function durationOf(incident: Incident): string {
  return span(Date.parse(endedAt(incident)) - Date.parse(beganAt(incident)));
}

/** For how long no alarm came before it was closed. */
export function silenceOf({ last_seen_at, resolved_at }: Incident): string {
  return span(Date.parse(resolved_at ?? last_seen_at) - Date.parse(last_seen_at));
}
