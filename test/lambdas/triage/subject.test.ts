import fc from 'fast-check';
import { Alert } from '../../../contracts/alert.ts';
import { Name } from '../../../contracts/shared.ts';
import { fold } from '../../../lambdas/incidents/incidents.ts';
import { subjectLine } from '../../../lambdas/triage/subject.ts';
import { compose } from '../../../lambdas/triage/triage.ts';
import { anomaly, at, cleared } from '../factories.ts';
import { changed, evidence, examples, openedBy } from './evidence-examples.ts';

const subjectOf = (given: Parameters<typeof anomaly>[0]) => {
  const raised = anomaly(given);
  const incident = openedBy(raised, at('02:58:02.000'));
  return subjectLine(evidence(incident, raised)).replace(incident.incident_id, 'T-ID');
};

describe('a subject', () => {
  it('says severity, metric, entity, value and limit', () => {
    expect(subjectOf({})).toBe('[WARNING] amount of user001 is 10,000, expected at most 5,000 (T-ID)');
  });

  it('cuts long names in the middle and keeps the id', () => {
    expect(subjectOf({ entity: `region-1/cluster-${'x'.repeat(100)}/pump-7` })).toBe(
      '[WARNING] amount of region-1/cluste..xxxxxxx/pump-7 is 10,000, expected at most 5,000 (T-ID)',
    );
    expect(subjectOf({ metric: 'm'.repeat(100), entity: 'pump-7' })).toMatch(
      /^\[WARNING\] m+\.\.m+ of pump-7 is/,
    );
  });

  it('leaves out what was expected rather than the name', () => {
    const usual = { detector: 'deviation', expected_low: 123_456.78, expected_high: 234_567.89 } as const;
    expect(
      subjectOf({ ...usual, value: 999_999.99, metric: 'throughput_bytes', entity: 'gateway-eu-1' }),
    ).toBe('[WARNING] throughput_bytes of gateway-eu-1 is 999,999.99 (T-ID)');
  });

  it('is one line of at most 100 printable ASCII characters, whatever the names and numbers', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 200 })
      .filter((text) => Name.safeParse(text).success);
    const double = fc.double({ noNaN: true, noDefaultInfinity: true });
    const shape = fc.record({
      entity: name,
      metric: name,
      value: double,
      expected_low: fc.option(double),
      expected_high: fc.option(double),
      detector: fc.constantFrom('limits', 'deviation'),
      aggregate: fc.constantFrom(null, 'stddev'),
      recent_values: fc.array(double, { maxLength: 24 }),
      labels: fc.dictionary(fc.string(), fc.string()),
    });
    fc.assert(
      fc.property(shape, (given) => {
        const raised = anomaly(given);
        const open = openedBy(raised, at('02:58:02.000'));
        const clearing = cleared(given);
        const over = changed(fold(clearing, { open, cleared: undefined }, at('03:10:00.000'))).incident;
        for (const alert of [
          compose(evidence(open, raised), { kind: 'none' }),
          compose(evidence(over, clearing), { kind: 'none' }),
        ]) {
          expect(Alert.parse(alert).subject).toContain(`(${open.incident_id})`);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('of every example fits', () => {
    for (const each of Object.values(examples)) expect(subjectLine(each).length).toBeLessThanOrEqual(100);
  });
});
