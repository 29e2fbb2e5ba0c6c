/** A day of card payments: everyday sums, some far too large, and one customer whose card pays by itself. */
import { type GeneratedInput, type GeneratedRecord, inOrderOfTime } from './generated.ts';
import { between, seededRandom } from './random.ts';
import { asRecord, type Transaction, TransactionMaker } from './transactions.ts';

const CUSTOMERS = 8;
const PAYMENTS_EACH = 60;
const BETWEEN_PAYMENTS_MS = 20 * 60_000;
/** Customers by number who spike, and the one with the burst. */
const SPIKING = [2, 5];
const BURSTING = 7;
const BURST_PAYMENTS = 250;
const BURST_EVERY_MS = 200;

/** Each customer pays about every 20 minutes. */
export function cardPayments(seed: number, start: number): GeneratedInput {
  const maker = new TransactionMaker(seed);
  const random = seededRandom(seed);
  const records: GeneratedRecord[] = [];
  const add = (transaction: Transaction) =>
    records.push({ time: transaction.timestamp, ...asRecord(transaction) });
  for (let customer = 1; customer <= CUSTOMERS; customer++) {
    const user = userOf(customer);
    for (let payment = 0; payment < PAYMENTS_EACH; payment++) {
      const time = start + Math.floor((payment + between(random, 0, 0.8)) * BETWEEN_PAYMENTS_MS);
      const spikes = SPIKING.includes(customer) && payment === PAYMENTS_EACH - 10;
      add(spikes ? maker.spike(time, user) : maker.calm(time, user));
    }
  }
  // A whole minute, so that the burst is in one window of a minute.
  const burst = Math.ceil((start + (PAYMENTS_EACH / 2) * BETWEEN_PAYMENTS_MS) / 60_000) * 60_000;
  for (let payment = 0; payment < BURST_PAYMENTS; payment++) {
    add(maker.calm(burst + payment * BURST_EVERY_MS, userOf(BURSTING)));
  }
  return {
    records: inOrderOfTime(records),
    alarms: [
      ...SPIKING.flatMap((customer) =>
        ['payment-limit', 'payment-unusual'].map((rule_id) => ({
          rule_id,
          entity: userOf(customer),
          metric: 'amount',
        })),
      ),
      { rule_id: 'payment-burst', entity: userOf(BURSTING), metric: 'amount' },
    ],
  };
}

function userOf(customer: number): string {
  return `user${String(customer).padStart(3, '0')}`;
}
