/** Folds one anomaly into the store: read, decide, write on condition, and decide again where another was first. */
import type { Anomaly } from '../../contracts/anomaly.ts';
import { TocsinError } from '../errors.ts';
import type { IncidentStore } from '../ports/incident-store/port.ts';
import { type Decision, fingerprintOf, fold } from './incidents.ts';

const ATTEMPTS = 8;

/** Too many writers changed one incident at the same time; the batch will be tried again. */
export class Contended extends TocsinError {
  override readonly name = 'Contended';
  readonly retryable = true;
}

/**
 * @param clock the time of each decision
 * @throws Contended, StoreUnavailable: the anomaly was not stored, try again
 */
export async function apply(store: IncidentStore, anomaly: Anomaly, clock: () => Date): Promise<Decision> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const now = clock();
    const decision = fold(anomaly, await store.findOpen(fingerprintOf(anomaly)), now);
    if (decision.action === 'ignore') return decision;
    const { incident, say } = decision;
    const change = { incident, anomalyId: anomaly.anomaly_id, now };
    const result = await store.commit(say === undefined ? change : { ...change, say });
    if (result === 'committed') return decision;
    if (result === 'duplicate') return { action: 'ignore', reason: 'duplicate' };
  }
  throw new Contended(`anomaly ${anomaly.anomaly_id} met another writer ${ATTEMPTS} times`);
}
