/** The live inputs of the demo: this machine's figures, and a gentle flow of payments with a spike now and then. */
import { setTimeout as sleep } from 'node:timers/promises';
import { HostSampler } from './producer/host.ts';
import type { Producer } from './producer/producer.ts';
import { asRecord, TransactionMaker } from './producer/transactions.ts';

const HOST_EVERY_MS = 2_000;
const PAYMENT_EVERY_MS = 250;
/** One payment in so many is a spike: about one a minute. */
const SPIKE_ONE_IN = 240;
/** The first spike comes early, so that a newcomer need not wait. */
const FIRST_SPIKE_AT = 20;
/** Payments from a user's spike to the everyday one that clears it. */
const CLEAR_AFTER = 40;
const SPIKING_USER = 'user201';

/** Reads this machine until aborted. */
export async function runHost(producer: Producer, signal: AbortSignal): Promise<void> {
  const sampler = new HostSampler();
  // Its figures are differences; the first would cover the time since boot.
  await sampler.sample(Date.now());
  while (await pause(HOST_EVERY_MS, signal)) await producer.put([await sampler.sample(Date.now())]);
}

/** Makes payments until aborted. */
export async function runTransactions(producer: Producer, seed: number, signal: AbortSignal): Promise<void> {
  const maker = new TransactionMaker(seed);
  let sinceSpike = Number.POSITIVE_INFINITY;
  for (let count = 1; await pause(PAYMENT_EVERY_MS, signal); count++) {
    sinceSpike += 1;
    const now = Date.now();
    const isSpike = sinceSpike > CLEAR_AFTER && (count === FIRST_SPIKE_AT || maker.chance(SPIKE_ONE_IN));
    if (isSpike) sinceSpike = 0;
    const clears = sinceSpike === CLEAR_AFTER;
    const payment = isSpike
      ? maker.spike(now, SPIKING_USER)
      : maker.calm(now, clears ? SPIKING_USER : undefined);
    await producer.put([asRecord(payment)]);
  }
}

/** False when aborted. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}
