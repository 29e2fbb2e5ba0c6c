import { AnomalyResult } from '../../contracts/anomaly-result.ts';
import { documentOf, type Finding, resultIdOf } from '../../lambdas/results/document.ts';
import { anomaly, cleared } from './factories.ts';

const finding = (given: Parameters<typeof anomaly>[0] = {}, incident_id = 'T-0000000001'): Finding => ({
  anomaly: anomaly(given),
  incident_id,
  processed_at: '2026-03-01T02:58:02.000Z',
});
const documentFor = (...findings: Finding[]) => {
  const document = documentOf('id', findings, undefined);
  return AnomalyResult.parse(document);
};

describe('the document of a record', () => {
  it('holds the parts of the tiers that found something, and how long it took', () => {
    const statistical = { detector: 'deviation' as const, rule_id: 'odd', score: -4 };
    expect(documentFor(finding(), finding(statistical, 'T-0000000002'))).toMatchObject({
      heuristic: {
        method: 'heuristic',
        results: { amount: { context: 'transaction-amount-limit: expected at most 5,000' } },
      },
      statistical: { method: 'statistical', results: { amount: { status: 'Anomaly' } } },
      ml: null,
      llm: null,
      processing_time_ms: 750,
      incident_ids: ['T-0000000001', 'T-0000000002'],
    });
  });

  it('keeps two judgements of one metric apart', () => {
    const { heuristic } = documentFor(finding(), finding({ rule_id: 'other', value: 7 }));
    expect(Object.keys(heuristic?.results ?? {})).toEqual(['amount', 'amount#other']);
  });

  it.each([
    [1.959964, 0.95],
    [3, 0.9973],
    [-4, 0.999937],
    [40, 1],
  ])('is as sure of a deviation of %d sigma as %d', (score, sure) => {
    const given = { detector: 'deviation' as const, score };
    expect(documentFor(finding(given)).overall_confidence).toBeCloseTo(sure, 5);
  });

  it('is normal where all cleared: surely by fixed limits, not surely by a deviation', () => {
    const back = {
      anomaly: cleared(),
      incident_id: 'T-0000000001',
      processed_at: '2026-03-01T03:10:01.000Z',
    };
    expect(documentFor(back)).toMatchObject({ final_status: 'normal', overall_confidence: 1 });
    const byMean = { ...back, anomaly: cleared({ detector: 'deviation', score: 0.1 }) };
    expect(documentFor(byMean)).toMatchObject({ final_status: 'normal', overall_confidence: null });
    expect(documentFor(byMean, finding())).toMatchObject({ final_status: 'anomaly', overall_confidence: 1 });
  });

  it('names a window by what it is of and its end', () => {
    const end = '2026-03-01T03:00:00.000Z';
    const of = (given: Parameters<typeof anomaly>[0]) =>
      resultIdOf(anomaly({ sequence_number: null, window_end: end, ...given }));
    expect(of({})).toBe(of({ value: 7 }));
    expect(of({})).not.toBe(of({ entity: 'user002' }));
  });

  it('is nothing where nothing is known', () => {
    expect(documentOf('id', [], undefined)).toBeUndefined();
  });
});
