/** One message for all incidents whose messages waited for their group. Pure: time is an argument. */
import { type Incident, isUnresolved } from '../../contracts/incident.ts';
import { isGraverSeverity, isWorse } from './compare.ts';
import { type Circumstances, type Group, holdFor } from './hold.ts';
import type { Changed } from './incidents.ts';
import { scheduled, toldNow } from './incidents.ts';
import { TOCSIN, touched } from './life.ts';

/** True when its message waits for this group and for nothing else, and has something to say still. */
export function waitsFor(groupKey: string, incident: Incident, around: Circumstances, now: Date): boolean {
  const { hold, told, status } = incident;
  if (hold?.reason !== 'group' || hold.detail !== groupKey) return false;
  // It began and ended while it waited: there is nothing to say.
  if (status === 'resolved' && told?.state !== 'burning') return false;
  // A silence that was made since it began to wait holds here too; its own look will find it.
  const stillHeld = holdFor(incident, hold.kind, around, now);
  return stillHeld === undefined || stillHeld.reason === 'group';
}

/**
 * The digest of several incidents, worst first: a message of the worst one that names the others.
 * @param waiting at least two, each of which {@link waitsFor} the group of `around`
 */
export function digestOf(
  waiting: readonly Incident[],
  groupKey: string,
  now: Date,
  around: Circumstances,
): Changed {
  const [worst, ...others] = [...waiting].sort(worstFirst);
  if (worst === undefined) throw new RangeError('a digest of nothing');
  const sequence = worst.sequence + 1;
  const alert_id = `${worst.incident_id}.${sequence}`;
  const covers = others.map(({ incident_id }) => incident_id);
  const after: Group = { key: groupKey, told_at: now.toISOString(), is_first: false, covers, alert_id };
  const told = { ...toldNow(worst, !isUnresolved(worst), alert_id, now), in_digest: true };
  const incident = scheduled({ ...touched(worst), sequence, hold: null, told }, around);
  return {
    action: 'look',
    reason: 'group',
    incident,
    before: worst,
    who: TOCSIN,
    say: 'digest',
    covers,
    group: { before: around.group, after },
  };
}

/** Burning before over, graver before milder, older before newer. */
function worstFirst(a: Incident, b: Incident): number {
  if (isUnresolved(a) !== isUnresolved(b)) return isUnresolved(a) ? -1 : 1;
  if (isGraverSeverity(a.severity, b.severity) || isWorse(a.worst, b.worst)) return -1;
  if (isGraverSeverity(b.severity, a.severity) || isWorse(b.worst, a.worst)) return 1;
  return a.opened_at.localeCompare(b.opened_at);
}
