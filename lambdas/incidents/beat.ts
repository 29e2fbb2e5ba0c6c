/** The heartbeat's incidents: each says once that it came, and nothing holds, groups, reopens or lists it. */
import { HEARTBEAT } from '../../contracts/heartbeat.ts';
import type { Incident } from '../../contracts/incident.ts';
import type { Changed } from './incidents.ts';

export const isBeat = ({ first }: Pick<Incident, 'first'>): boolean => first.source === HEARTBEAT;

/** A beat is over when it was heard: its end says nothing. */
export function heard(change: Changed): Changed {
  const { incident } = change;
  if (incident.sequence > 0) return change;
  return { ...change, incident: { ...incident, sequence: 1 }, say: 'heartbeat' };
}
