import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRecords } from '../../cli/read-records.ts';
import { faultsOfRules } from '../../contracts/index.ts';
import { archive } from '../../lambdas/archive/archive.ts';
import { prod } from '../../lib/config/prod.ts';
import { ROOT } from '../../local/paths.ts';
import { labelledBuilds } from '../../local/producer/builds.ts';
import { EXAMPLES } from '../../local/producer/examples.ts';
import { CORE_SENSORS, FULL_RECORD_KEYS, plantRecords } from '../../local/producer/industrial.ts';
import { exampleConfig } from './examples.ts';

const START = Date.parse('2026-01-05T00:00:00Z');
const folder = join(ROOT, 'config', 'examples');
const folders = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

describe('the example sources', () => {
  it('each have a generator and a line in the README', () => {
    expect(Object.keys(EXAMPLES).sort()).toEqual(folders.sort());
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    for (const name of folders) expect(readme).toContain(`(${name})`);
  });

  it.each(folders)('%s can be deployed: rules fit sources and stage', (name) => {
    const { rules, sources } = exampleConfig(name);
    expect(faultsOfRules(rules, sources, { deviationRows: prod.detection.deviationRows })).toEqual([]);
  });

  it.each(folders)(
    '%s is the same for the same seed, another for another, and in the order of time',
    (name) => {
      const made = (seed: number) => EXAMPLES[name]?.(seed, START) ?? { records: [], alarms: [] };
      const { records } = made(3);
      expect(made(3).records).toEqual(records);
      expect(made(4).records).not.toEqual(records);
      expect(records.map(({ time }) => time)).toEqual(records.map(({ time }) => time).sort((a, b) => a - b));
      expect(records[0]?.time).toBeGreaterThanOrEqual(START);
    },
  );

  it.each(folders)('%s has a rule for each alarm of its answer key', (name) => {
    const ids = exampleConfig(name).rules.rules.map(({ id }) => id);
    for (const { rule_id } of EXAMPLES[name]?.(3, START).alarms ?? []) expect(ids).toContain(rule_id);
  });
});

describe('the plant', () => {
  const records = plantRecords(3, START).records.map(({ data }) => Object.keys(JSON.parse(data)));

  it('tells up to 100 figures at a time, 8 of them always but for the one that falls silent', () => {
    expect(FULL_RECORD_KEYS).toBe(100);
    expect(Math.max(...records.map((keys) => keys.length))).toBeLessThanOrEqual(FULL_RECORD_KEYS);
    expect(CORE_SENSORS).toHaveLength(8);
    for (const [name] of CORE_SENSORS) {
      const without = records.filter((keys) => !keys.includes(name)).length;
      expect(without).toBe(name === 'MOTOR_CURRENT' ? 60 : 0);
    }
  });

  it('tells its laboratory values once an hour', () => {
    const places = records.flatMap((keys, index) => (keys.includes('LAB_1') ? [index] : []));
    expect(places.slice(0, 3)).toEqual([0, 360, 720]);
  });
});

describe('the builds', () => {
  it('are 950 normal and 50 anomalous ones', () => {
    const builds = labelledBuilds(3);
    expect(builds.filter(({ anomalous }) => anomalous)).toHaveLength(50);
    expect(builds.filter(({ anomalous }) => !anomalous)).toHaveLength(950);
  });

  it('come from a CSV file as from a producer, and are watched as one', () => {
    const builds = labelledBuilds(3).map(({ build }) => build);
    const csv = [
      'build_id,duration,failure_rate',
      ...builds.map((build) => [build.build_id, build.duration, build.failure_rate].join(',')),
    ].join('\n');
    const records = readRecords(csv, 'csv', 'builds.csv');
    expect(records.map(({ data }) => JSON.parse(data))).toEqual(builds);
    const { sources } = exampleConfig('build-pipelines').sources;
    const rows = records.map(({ data }, index) => {
      const from = { shardId: 'shardId-000000000000', sequenceNumber: String(index), arrivalMs: START };
      return archive({ ...from, bytes: Buffer.from(data) }, 'readings', sources).row;
    });
    expect(new Set(rows.map(({ source, entity }) => `${source} ${entity}`))).toEqual(
      new Set(['builds builds']),
    );
  });
});
