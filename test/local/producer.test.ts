import { badRecords } from '../../local/producer/bad-records.ts';
import { HostSampler } from '../../local/producer/host.ts';
import { replayPlan } from '../../local/producer/replay.ts';
import { seededInput } from '../../local/producer/seeded.ts';

const NOW = 1_800_000_000_000;

describe('the seeded input', () => {
  const made = (seed: number) => seededInput(seed).records.map((planned) => planned.make(NOW).data);

  it('is the same for the same seed, and another for another', () => {
    expect(made(7)).toEqual(made(7));
    expect(made(7)).not.toEqual(made(8));
  });

  it('has for each user of the answer key one spike above the limit of 5,000, with everyday sums before and after', () => {
    const { records, mustBeMailed } = seededInput(7);
    expect(mustBeMailed).toHaveLength(5);
    for (const user of mustBeMailed) {
      const amounts = records
        .map((planned) => planned.make(NOW))
        .filter((record) => record.partitionKey === user)
        .map((record) => JSON.parse(record.data).amount);
      expect(amounts.map((amount) => amount > 5_000)).toEqual([false, true, false]);
    }
  });

  it('has one record for each reason to reject', () => {
    const reasons = seededInput(7).records.flatMap((planned) => planned.bad ?? []);
    expect(reasons.sort()).toEqual(
      [
        'future',
        'no_entity',
        'no_metric',
        'no_source',
        'not_an_object',
        'not_json',
        'unreadable_time',
      ].sort(),
    );
    expect(
      badRecords(NOW)
        .map((record) => record.reason)
        .sort(),
    ).toEqual(reasons);
  });
});

describe('a replay', () => {
  const csv = 'timestamp,value\n2014-07-01 00:00:00,10\n2014-07-01 00:30:00,20\n2014-07-01 01:30:00,30\n';

  it('keeps the pace of the file, starts with its first row, and names the series after the file', () => {
    const plan = replayPlan(csv, '/data/nyc_taxi.csv', 1);
    expect(plan.map((planned) => planned.afterMs)).toEqual([0, 1_800_000, 5_400_000]);
    expect(JSON.parse(plan[1]?.make(NOW).data ?? '')).toEqual({
      series: 'nyc_taxi',
      timestamp: NOW,
      value: 20,
    });
  });

  it('moves rows together by its speed', () => {
    expect(replayPlan(csv, 'x.csv', 1_000).map((planned) => planned.afterMs)).toEqual([0, 1_800, 5_400]);
  });

  it('reads times without a zone as UTC, and those with one by it', () => {
    const plan = replayPlan(
      'timestamp,value\n2014-07-01,1\n2014-07-01T02:00:00+02:00,2\n2014-07-01T00:00:01Z,3\n',
      'x',
      1,
    );
    expect(plan.map((planned) => planned.afterMs)).toEqual([0, 0, 1_000]);
  });

  it.each([
    ['timestamp,value\nyesterday,1\n', 'row 2: "timestamp" must be a time'],
    ['timestamp,value\n2014-07-01,much\n', 'row 2: "value" must be a number'],
    ['timestamp,value\n', 'has no row below its header'],
  ])('names what cannot be read in %j', (text, words) => {
    expect(() => replayPlan(text, 'x.csv', 1)).toThrow(words);
  });
});

describe('the host sampler', () => {
  it('gives percentages and rates of this machine', async () => {
    const sampler = new HostSampler();
    await sampler.sample(NOW);
    const record = JSON.parse((await sampler.sample(NOW + 1_000)).data);
    for (const name of ['cpu_percent', 'memory_percent', 'disk_percent']) {
      expect(record[name]).toBeGreaterThanOrEqual(0);
      expect(record[name]).toBeLessThanOrEqual(100);
    }
    expect(record.time).toBe(new Date(NOW + 1_000).toISOString());
    expect(record.load_1m).toBeGreaterThanOrEqual(0);
  });
});
