/** The stores of an incident's life, and how its suites change them. */
import type { Anomaly } from '../../contracts/anomaly.ts';
import type { Incident } from '../../contracts/incident.ts';
import { changeOf } from '../../lambdas/incidents/change.ts';
import { undisturbed } from '../../lambdas/incidents/hold.ts';
import { type Changed, fingerprintOf, fold } from '../../lambdas/incidents/incidents.ts';
import type { CircumstancesStore } from '../../lambdas/ports/circumstances/port.ts';
import type { ResultStore } from '../../lambdas/ports/results/port.ts';
import { at, uniqueId } from '../lambdas/factories.ts';
import type { Stores } from './conformance.ts';

export interface LifeStores extends Stores {
  readonly circumstances: CircumstancesStore;
  readonly results: ResultStore;
}

/** As the stores' circumstances must be set: groups by source and rule, and `parent` entities keep `child` entities silent. */
export const lifeSettings = {
  ...undisturbed.settings,
  groupBy: ['source' as const, 'rule' as const],
  groupWaitSeconds: 30,
  groupIntervalSeconds: 300,
  reminderSeconds: 3_600,
  reopenSeconds: 3_600,
  inhibit: [{ by: { entity: 'parent-*' }, of: { entity: 'child-*' }, same: ['source'] }],
};

/** Reads, decides and writes as the steps do; each call gives names that no other test has. */
export function changesOf(stores: () => LifeStores) {
  const newName = (name: string) => `${name}-${uniqueId().slice(0, 12)}`;

  /** Reads, decides and writes; fails when the write met another. */
  async function take(each: Anomaly, time: string): Promise<Changed> {
    const { store, circumstances } = stores();
    const around = await circumstances.around({ latest: each }, at(time));
    const known = await store.recall(fingerprintOf(each));
    const decision = fold(each, known, at(time), around);
    if (!('incident' in decision)) throw new Error(`no change: ${decision.reason}`);
    expect(await store.commit(changeOf(decision, around, at(time), each))).toBe('committed');
    return decision;
  }
  async function byStaff(change: Changed, time: string, more = {}) {
    const around = await stores().circumstances.around(change.incident, at(time));
    return await stores().store.commit({ ...changeOf(change, around, at(time)), ...more });
  }
  const deed = (time: string, who = 'm.keller') => ({ who, now: at(time), around: undisturbed });
  const idsOf = (incidents: readonly Incident[]) => incidents.map(({ incident_id }) => incident_id);
  return { newName, take, byStaff, deed, idsOf };
}
