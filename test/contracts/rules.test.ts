import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AlertRequest, Anomaly, Rule, RuleSet, SourceSet } from '../../contracts/index.ts';

const limits = { id: 'cpu-limit', kind: 'limits', source: 'host', metric: 'cpu_percent' };
const faults = (rule: unknown) => Rule.safeParse(rule).error?.issues.map((issue) => issue.message) ?? [];

describe('a rule', () => {
  it('is complete with what it leaves out', () => {
    expect(Rule.parse({ ...limits, high: 95 })).toEqual({
      ...limits,
      high: 95,
      entity: '*',
      enabled: true,
      severity: 'warning',
      route: 'page',
      dead_band: 0,
      min_duration_seconds: 0,
    });
  });

  it('needs a limit, for else it could never alarm', () => {
    expect(faults(limits)).toEqual(['rule cpu-limit: no limit is set, so it can never alarm']);
  });

  it.each([
    [{ low: 5, high: 5 }, 'rule cpu-limit: low (5) must be below high (5)'],
    [{ high: 9, high_high: 8 }, 'rule cpu-limit: high (9) must be below high_high (8)'],
    [{ low_low: 4, high_high: 3 }, 'rule cpu-limit: low_low (4) must be below high_high (3)'],
  ])('refuses limits out of order: %j', (levels, fault) => {
    expect(faults({ ...limits, ...levels })).toEqual([fault]);
  });

  it.each([
    [{ kind: 'flat' }, 'rule cpu-limit: neither readings nor duration_seconds is set, so it can never alarm'],
    [{ kind: 'rate' }, 'rule cpu-limit: no limit is set, so it can never alarm'],
    [
      { kind: 'sustained', duration_seconds: 60, low: 3, high: 2 },
      'rule cpu-limit: low (3) must be below high (2)',
    ],
    [{ kind: 'sustained', duration_seconds: 0, high: 2 }, 'Too small: expected number to be >0'],
    [
      { kind: 'deviation', hold_readings: 20 },
      'rule cpu-limit: hold_readings (20) must be 0 or at least min_samples (30): the readings held become the baseline',
    ],
    [{ kind: 'limits', high: 1, min_duration_seconds: -1 }, 'Too small: expected number to be >=0'],
    [{ kind: 'missing', factor: 0.5 }, 'Too small: expected number to be >=1'],
    [{ kind: 'silence' }, 'Invalid input: expected "*"'],
    [{ kind: 'drift', warm_up: 5 }, 'Too small: expected number to be >=20'],
    [{ kind: 'seasonal', time_zone: 'Mars/Olympus' }, 'is no time zone'],
    [{ kind: 'seasonal', time_zone: '+01:00' }, 'is no time zone'],
  ])('is refused where it could never do what it says: %j', (settings, fault) => {
    expect(faults({ ...limits, ...settings })).toEqual([fault]);
  });

  it('of a whole source needs neither entity nor metric', () => {
    expect(Rule.parse({ id: 'host-silent', kind: 'silence', source: 'host' })).toMatchObject({
      entity: '*',
      metric: '*',
      min_seconds: 60,
    });
  });

  it('judges windows and deviations by their own settings', () => {
    const window = { ...limits, kind: 'window', window: 'hopping', aggregate: 'avg' };
    expect(faults({ ...window, low: 1, high: 2 })).toEqual([]);
    expect(faults({ ...window, low: 2, high: 1 })).toHaveLength(1);
    expect(faults({ ...limits, kind: 'deviation' })).toEqual([]);
    expect(faults({ ...limits, kind: 'deviation', multiplier: 0 })).toHaveLength(1);
  });
});

describe('a rule set', () => {
  it('holds each id once', () => {
    const rule = { ...limits, high: 95 };
    expect(RuleSet.safeParse({ rules: [rule, { ...rule, metric: 'load' }] }).error?.issues[0]?.message).toBe(
      'two rules have the same id',
    );
  });

  it.each(['rules.json', 'sources.json'])('and the source set: config/%s is sound', (file) => {
    const config: unknown = JSON.parse(readFileSync(join(__dirname, '../../config', file), 'utf8'));
    const set = file === 'rules.json' ? RuleSet : SourceSet;
    expect(set.safeParse(config).error).toBeUndefined();
  });
});

describe('a source set', () => {
  it('holds each name once', () => {
    const source = { name: 'host', match: { fields: ['host'] }, entity: 'host', metrics: '*' };
    expect(SourceSet.safeParse({ sources: [source, source] }).error?.issues[0]?.message).toBe(
      'two sources have the same name',
    );
  });
});

describe('names and ids', () => {
  const example: unknown = JSON.parse(
    readFileSync(join(__dirname, '../../contracts/examples/anomaly.json'), 'utf8'),
  );
  const withField = (field: object) => Anomaly.safeParse({ ...Object(example), ...field }).success;

  it('let through names in any script, on one line', () => {
    expect(withField({ entity: '給水ポンプ 7' })).toBe(true);
    expect(withField({ entity: 'two\nlines' })).toBe(false);
    expect(withField({ entity: '' })).toBe(false);
    expect(withField({ entity: 'x'.repeat(257) })).toBe(false);
  });

  it('want times in UTC and numbers that are numbers', () => {
    expect(withField({ event_time: '2026-03-01T02:58:01+01:00' })).toBe(false);
    expect(withField({ value: Number.NaN })).toBe(false);
    expect(withField({ value: null })).toBe(false);
  });

  it('want an alert id of an incident and a number', () => {
    const request = { incident_id: 'T-5BMKAMS90Z', sequence: 1, kind: 'opened' };
    expect(AlertRequest.safeParse({ ...request, alert_id: 'T-5BMKAMS90Z.1' }).success).toBe(true);
    expect(AlertRequest.safeParse({ ...request, alert_id: 'T-5BMKAMS90Z' }).success).toBe(false);
  });
});
