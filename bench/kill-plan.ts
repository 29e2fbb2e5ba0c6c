/** The payments of the kill benchmark, and which of them must change a state. */
import type { OutgoingRecord } from '../cli/put-records.ts';
import { asRecord, TransactionMaker } from '../local/producer/transactions.ts';

/** One payment in about so many is far above its customer's limit. */
const SPIKE_EVERY = 50;

export interface Planned {
  readonly customer: string;
  readonly isSpike: boolean;
  /** What `transaction-amount-limit` must say of it, told here from the rule alone. */
  readonly expects: 'raised' | 'cleared' | undefined;
}

/** The same seed gives the same plan. */
export function plan(records: number, customers: number, seed: number): Planned[] {
  const maker = new TransactionMaker(seed);
  const isOpen = new Map<string, boolean>();
  return Array.from({ length: records }, (_, index) => {
    const customer = `customer-${index % customers}`;
    const isSpike = maker.chance(SPIKE_EVERY);
    const wasOpen = isOpen.get(customer) ?? false;
    isOpen.set(customer, isSpike);
    const expects = isSpike === wasOpen ? undefined : isSpike ? 'raised' : 'cleared';
    return { customer, isSpike, expects };
  });
}

/** The payments as records, made now. */
export function paymentsOf(planned: readonly Planned[]): OutgoingRecord[] {
  const maker = new TransactionMaker(1);
  return planned.map(({ customer, isSpike }) =>
    asRecord(isSpike ? maker.spike(Date.now(), customer) : maker.calm(Date.now(), customer)),
  );
}
