/** Sound nouns for tests; each test names only what it is about. */
import { createHash } from 'node:crypto';
import type { Anomaly } from '../../contracts/anomaly.ts';

let count = 0;

/** An id that no other call gives. */
export function uniqueId(): string {
  count += 1;
  return createHash('sha256').update(`${process.pid} ${performance.now()} ${count}`).digest('hex');
}

/** The background's payment of 10,000 against its limit of 5,000. */
export function anomaly(given: Partial<Anomaly> = {}): Anomaly {
  return {
    anomaly_id: uniqueId(),
    kind: 'raised',
    detector: 'limits',
    rule_id: 'transaction-amount-limit',
    rules_version: 1,
    source: 'transactions',
    entity: 'user001',
    metric: 'amount',
    alarm_type: 'High',
    previous_alarm_type: 'OK',
    severity: 'warning',
    route: 'page',
    value: 10_000,
    expected_low: null,
    expected_high: 5_000,
    score: null,
    aggregate: null,
    window_start: null,
    window_end: null,
    event_time: '2026-03-01T02:58:00.000Z',
    arrival_time: '2026-03-01T02:58:01.250Z',
    late: false,
    stream: 'readings',
    shard_id: 'shardId-000000000001',
    sequence_number: '49671240000000000000000000000000000000000000000000000010',
    labels: { transactionId: 'txn-002', merchantId: 'merchant-001' },
    recent_values: [100, 120, 95, 110, 10_000],
    contributions: {},
    readings_seen: null,
    ...given,
  };
}

/** The same alarm, cleared. */
export function cleared(given: Partial<Anomaly> = {}): Anomaly {
  return anomaly({
    kind: 'cleared',
    alarm_type: 'OK',
    previous_alarm_type: 'High',
    value: 100,
    sequence_number: '49671240000000000000000000000000000000000000000000000020',
    arrival_time: '2026-03-01T03:10:00.000Z',
    event_time: '2026-03-01T03:09:59.000Z',
    recent_values: [120, 95, 110, 10_000, 100],
    ...given,
  });
}

export const at = (time: string) => new Date(`2026-03-01T${time}Z`);
