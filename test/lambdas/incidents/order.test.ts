import type { Anomaly } from '../../../contracts/anomaly.ts';
import type { Incident } from '../../../contracts/incident.ts';
import { excessOf } from '../../../lambdas/incidents/compare.ts';
import { fingerprintOf, fold, incidentIdOf } from '../../../lambdas/incidents/incidents.ts';
import { anomaly, at, cleared } from '../factories.ts';

const known = (open: Incident) => ({ open, cleared: undefined });

function opened(raised: Anomaly): Incident {
  const decision = fold(raised, { open: undefined, cleared: undefined }, at('03:00:00.000'));
  if (!('incident' in decision)) throw new Error(`no change: ${decision.reason}`);
  return decision.incident;
}

describe('the order of two anomalies', () => {
  it('is that of the windows, whatever arrived in them', () => {
    const window = (end: string, arrival: string) => ({
      ...{ stream: null, shard_id: null, sequence_number: null, aggregate: 'count' as const },
      window_end: `2026-03-01T${end}Z`,
      arrival_time: `2026-03-01T${arrival}Z`,
    });
    const open = opened(anomaly(window('03:00:00.000', '02:59:59.000')));
    const before = cleared(window('02:59:00.000', '03:00:30.000'));
    const after = cleared(window('03:01:00.000', '02:59:58.000'));
    expect(fold(before, known(open), at('03:02:00.000'))).toMatchObject({ action: 'ignore' });
    expect(fold(after, known(open), at('03:02:00.000'))).toMatchObject({ action: 'resolve' });
  });

  it('is that of arrival where the shards differ', () => {
    const open = opened(anomaly());
    const other = { shard_id: 'shardId-000000000002', sequence_number: '1' };
    const before = cleared({ ...other, arrival_time: '2026-03-01T02:58:01.249Z' });
    const after = cleared({ ...other, arrival_time: '2026-03-01T02:58:01.250Z' });
    expect(fold(before, known(open), at('03:02:00.000'))).toMatchObject({ action: 'ignore' });
    expect(fold(after, known(open), at('03:02:00.000'))).toMatchObject({ action: 'resolve' });
  });

  it('is that of arrival where a sequence number is no number', () => {
    const open = opened(anomaly({ sequence_number: 'x' }));
    const after = cleared({ sequence_number: 'a', arrival_time: '2026-03-01T02:58:02.000Z' });
    expect(fold(after, known(open), at('03:02:00.000'))).toMatchObject({ action: 'resolve' });
  });
});

describe('ids', () => {
  it('tell fingerprints apart whose parts would join to the same text', () => {
    const parts = { source: 's', rule_id: 'r' };
    expect(fingerprintOf({ ...parts, entity: 'a","b', metric: 'c' })).not.toBe(
      fingerprintOf({ ...parts, entity: 'a', metric: 'b","c' }),
    );
  });

  it('ignore the value, and depend on the anomaly alone', () => {
    const raised = anomaly();
    expect(fingerprintOf({ ...raised })).toBe(fingerprintOf(anomaly({ value: 7 })));
    expect(incidentIdOf(raised)).toBe(incidentIdOf({ ...raised }));
    expect(incidentIdOf(raised)).not.toBe(incidentIdOf(anomaly()));
    expect(incidentIdOf(raised)).toMatch(/^T-[0-9A-HJKMNP-TV-Z]{10}$/);
  });
});

describe('how far out an anomaly is', () => {
  it.each([
    ['in parts of its only bound', { value: 7_500, expected_low: null, expected_high: 5_000 }, 0.5],
    ['in widths of its interval', { value: 8, expected_low: 10, expected_high: 14 }, 0.5],
    ['as it is where the bound is 0', { value: 3, expected_low: null, expected_high: 0 }, 3],
    ['not at all within what was expected', { value: 12, expected_low: 10, expected_high: 14 }, 0],
  ] as const)('counts %s', (_name, given, excess) => expect(excessOf(anomaly(given))).toBe(excess));
});
