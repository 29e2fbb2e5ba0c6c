/** When an incident began, and how long it lasted. */
import type { Incident } from '../../contracts/incident.ts';
import { span } from './words.ts';

/** Arrival of the record that began it. */
export const beganAt = ({ first }: Incident): string => first.arrival_time;

/** When it ended: with the record that cleared it, or else with its last sign of life. */
export function endedAt({ resolved_by, latest, last_seen_at }: Incident): string {
  return resolved_by === 'cleared' ? latest.arrival_time : last_seen_at;
}

/** How long it lasted. */
export function durationOf(incident: Incident): string {
  return span(Date.parse(endedAt(incident)) - Date.parse(beganAt(incident)));
}

/** For how long no alarm came before it was closed. */
export function silenceOf({ last_seen_at, resolved_at }: Incident): string {
  return span(Date.parse(resolved_at ?? last_seen_at) - Date.parse(last_seen_at));
}
