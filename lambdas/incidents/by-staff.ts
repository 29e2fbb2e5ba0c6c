/** Does a person's deed to a stored incident: read, decide, write on condition, and decide again where another was first. */
import type { Correction, Incident } from '../../contracts/incident.ts';
import type { IncidentStore } from '../ports/incident-store/port.ts';
import { type Around, Contended } from './apply.ts';
import { changeOf } from './change.ts';
import type { Changed } from './incidents.ts';
import { type Deed, NotPossible } from './staff.ts';

const ATTEMPTS = 8;

export interface StaffParts {
  readonly store: IncidentStore;
  readonly circumstances: Around;
}

export type Decide = (
  incident: Incident,
  deed: Pick<Deed, 'now' | 'around'>,
) => Changed | { readonly decision: Changed; readonly correction: Correction };

/**
 * The command line and any API come through here.
 * @throws NotPossible where there is no such incident or it is not in a state for that; Contended
 */
export async function byStaff(
  incidentId: string,
  { store, circumstances }: StaffParts,
  clock: () => Date,
  decide: Decide,
): Promise<Changed> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const now = clock();
    const known = await store.get(incidentId);
    if (known === undefined) throw new NotPossible(`there is no incident ${incidentId}`);
    const around = await circumstances.around(known, now);
    const decided = decide(known, { now, around });
    const decision = 'decision' in decided ? decided.decision : decided;
    const change = changeOf(decision, around, now);
    const corrections = 'correction' in decided && { corrections: [decided.correction] };
    if ((await store.commit({ ...change, ...corrections })) === 'committed') return decision;
  }
  throw new Contended(`${incidentId} met another writer ${ATTEMPTS} times`);
}
