/** One record of each kind that cannot be read; each must come out of the job as a reject with its reason. */
import type { RejectReason } from '../../contracts/index.ts';

export interface BadRecord {
  readonly reason: RejectReason;
  readonly data: string;
}

const HOUR_MS = 3_600_000;

/** Records that fit config/sources.json in all but the one thing that `reason` names. */
export function badRecords(now: number): readonly BadRecord[] {
  const good = { userId: 'user101', amount: 50, timestamp: now, transactionId: 'txn-bad' };
  return [
    { reason: 'not_json', data: '{"userId":"user101","amount":' },
    { reason: 'not_an_object', data: '[1,2,3]' },
    { reason: 'no_source', data: JSON.stringify({ colour: 'blue' }) },
    { reason: 'no_entity', data: JSON.stringify({ ...good, userId: '' }) },
    { reason: 'unreadable_time', data: JSON.stringify({ ...good, timestamp: 'yesterday' }) },
    { reason: 'no_metric', data: JSON.stringify({ ...good, amount: 'much' }) },
    { reason: 'future', data: JSON.stringify({ ...good, timestamp: now + HOUR_MS }) },
  ];
}
