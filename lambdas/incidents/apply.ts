/** Folds one anomaly into the store: read, decide, write on condition, and decide again where another was first. */
import type { Anomaly } from '../../contracts/anomaly.ts';
import { TocsinError } from '../errors.ts';
import type { CircumstancesStore } from '../ports/circumstances/port.ts';
import type { IncidentStore } from '../ports/incident-store/port.ts';
import { changeOf } from './change.ts';
import { undisturbed } from './hold.ts';
import { type Decision, fingerprintOf, fold } from './incidents.ts';

const ATTEMPTS = 8;

/** Too many writers changed one incident at the same time; the batch will be tried again. */
export class Contended extends TocsinError {
  override readonly name = 'Contended';
  readonly retryable = true;
}

/** What surrounds an incident, read anew for each decision. */
export type Around = Pick<CircumstancesStore, 'around'>;

/** No silences, no groups, every setting at its plainest. */
export const nothingAround: Around = { around: async () => undisturbed };

/**
 * @param clock the time of each decision
 * @throws Contended, StoreUnavailable: the anomaly was not stored, try again
 */
export async function apply(
  store: IncidentStore,
  anomaly: Anomaly,
  clock: () => Date,
  circumstances: Around = nothingAround,
): Promise<Decision> {
  const fingerprint = fingerprintOf(anomaly);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const now = clock();
    const [known, around] = await Promise.all([
      store.recall(fingerprint),
      circumstances.around({ latest: anomaly }, now),
    ]);
    const decision = fold(anomaly, known, now, around);
    if (decision.action === 'ignore') return decision;
    const result =
      decision.action === 'remember'
        ? await store.rememberCleared(fingerprint, anomaly, now)
        : await store.commit(changeOf(decision, around, now, anomaly));
    if (result === 'committed') return decision;
    if (result === 'duplicate') return { action: 'ignore', reason: 'duplicate' };
  }
  throw new Contended(`anomaly ${anomaly.anomaly_id} met another writer ${ATTEMPTS} times`);
}
