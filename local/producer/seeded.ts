/** The input of `--once`: everyday payments, spikes that must be mailed and must resolve, and records that cannot be read. */
import type { OutgoingRecord } from '../../cli/put-records.ts';
import type { RejectReason } from '../../contracts/index.ts';
import { badRecords } from './bad-records.ts';
import { asRecord, TransactionMaker } from './transactions.ts';

/** One record to be put, `afterMs` after the first. */
export interface PlannedRecord {
  readonly afterMs: number;
  /** Makes the record for the moment when it is due, epoch ms: its event time is the one planned, however late the put. */
  readonly make: (dueAt: number) => OutgoingRecord;
  /** User whose spike this is. */
  readonly spikeOf?: string;
  /** Why this record must be rejected. */
  readonly bad?: RejectReason;
}

export interface SeededInput {
  readonly records: readonly PlannedRecord[];
  /** Answer key: each of these must get an opened e-mail and a resolved one. */
  readonly mustBeMailed: readonly string[];
}

const SPIKING_USERS = ['user201', 'user202', 'user203', 'user204', 'user205'] as const;
const CALM_RECORDS = 200;
const CALM_EVERY_MS = 50;
/** Between the spikes of two users. */
const SPIKE_EVERY_MS = 1_500;
/** From a spike to the everyday payment that clears it. */
const CALM_AGAIN_MS = 2_000;

/** The plan for a seed: 200 calm payments in 10 s, each spiking user's spike and return, one bad record of each kind. */
export function seededInput(seed: number): SeededInput {
  const maker = new TransactionMaker(seed);
  const records: PlannedRecord[] = [];
  for (let index = 0; index < CALM_RECORDS; index++) {
    records.push({ afterMs: index * CALM_EVERY_MS, make: (now) => asRecord(maker.calm(now)) });
  }
  for (const [index, user] of SPIKING_USERS.entries()) {
    const afterMs = 1_000 + index * SPIKE_EVERY_MS;
    records.push({ afterMs: 0, make: (now) => asRecord(maker.calm(now, user)) });
    records.push({ afterMs, make: (now) => asRecord(maker.spike(now, user)), spikeOf: user });
    records.push({ afterMs: afterMs + CALM_AGAIN_MS, make: (now) => asRecord(maker.calm(now, user)) });
  }
  for (const [index, { reason }] of badRecords(0).entries()) {
    records.push({
      afterMs: 500 + index * 700,
      bad: reason,
      make: (now) => ({
        partitionKey: 'user101',
        data: badRecords(now).find((record) => record.reason === reason)?.data ?? '',
      }),
    });
  }
  return { records: records.sort((a, b) => a.afterMs - b.afterMs), mustBeMailed: SPIKING_USERS };
}
