/** A look at an incident whose time has come: read, decide, write on condition; a group's messages leave together. */
import type { Incident } from '../../contracts/incident.ts';
import type { Silence } from '../../contracts/silence.ts';
import { inParallel } from '../in-parallel.ts';
import { Contended } from '../incidents/apply.ts';
import { changeOf } from '../incidents/change.ts';
import { digestOf, waitsFor } from '../incidents/digest.ts';
import type { Circumstances } from '../incidents/hold.ts';
import { type Changed, type Decision, lookAgain } from '../incidents/incidents.ts';
import type { CircumstancesStore } from '../ports/circumstances/port.ts';
import { heldBy, type IncidentStore } from '../ports/incident-store/port.ts';

const ATTEMPTS = 8;
/** Incidents of one digest. Those beyond wait for the next. */
const MOST_IN_DIGEST = 5_000;
const SIDE_BY_SIDE = 20;

export interface DueParts {
  readonly store: IncidentStore;
  readonly circumstances: Pick<CircumstancesStore, 'around' | 'heldIn'>;
}

/**
 * @param over a silence that has just ended
 * @returns what was decided; undefined when there is no such incident any more
 * @throws Contended, StoreUnavailable: try again
 */
export async function lookAt(
  incidentId: string,
  parts: DueParts,
  clock: () => Date,
  over?: Silence,
): Promise<Decision | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const now = clock();
    const incident = await parts.store.get(incidentId);
    if (incident === undefined) return undefined;
    const around = await parts.circumstances.around(incident, now);
    const alone = lookAgain(incident, now, around, over);
    if (alone.action === 'ignore' || alone.action === 'remember') return alone;
    const group = alone.say === undefined ? undefined : heldBy(incident);
    const decision = group === undefined ? alone : await together(alone, group, parts, around, now);
    if ((await parts.store.commit(changeOf(decision, around, now))) !== 'committed') continue;
    await tellTheCovered(decision, parts, clock);
    return decision;
  }
  throw new Contended(`the look at ${incidentId} met another writer ${ATTEMPTS} times`);
}

/** The digest of all that wait for the group; where nothing else does, the incident's own message. */
async function together(
  alone: Changed,
  group: string,
  { store, circumstances }: DueParts,
  around: Circumstances,
  now: Date,
): Promise<Changed> {
  const { before } = alone;
  const ids = (await circumstances.heldIn(group)).slice(0, MOST_IN_DIGEST);
  const others = ids.filter((id) => id !== before?.incident_id);
  if (before === undefined || others.length === 0) return alone;
  const found = await inParallel(others, SIDE_BY_SIDE, (id) => store.get(id));
  const waiting = found.filter(
    (each): each is Incident => each !== undefined && waitsFor(group, each, around, now),
  );
  return waiting.length === 0 ? alone : digestOf([before, ...waiting], group, now, around);
}

/** Each notes that the digest told of it. Whom this misses, its own look finds in the group's item. */
async function tellTheCovered(decision: Changed, parts: DueParts, clock: () => Date): Promise<void> {
  if (decision.say !== 'digest') return;
  await inParallel(decision.covers ?? [], SIDE_BY_SIDE, (id) => lookAt(id, parts, clock));
}
