/** Each example source through the real job: what is planted is raised, nothing else is, and every record is read. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Replayed, replay } from '../../cli/backtest/replay.ts';
import type { Anomaly } from '../../contracts/index.ts';
import { prod } from '../../lib/config/prod.ts';
import { labelledBuilds } from '../../local/producer/builds.ts';
import { EXAMPLES } from '../../local/producer/examples.ts';
import { writeReplay } from '../../local/producer/generated.ts';
import { exampleConfig } from '../local/examples.ts';

const START = Date.parse('2026-01-05T00:00:00Z');
const SEED = 20_260_105;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-examples-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(
  name: string,
): Promise<{ readonly anomalies: readonly Anomaly[]; readonly replayed: Replayed }> {
  const anomalies: Anomaly[] = [];
  const generate = EXAMPLES[name];
  if (generate === undefined) throw new Error(`no generator ${name}`);
  const replayed = await replay({
    ...exampleConfig(name),
    gathered: await writeReplay(join(folder, `${name}.jsonl`), generate(SEED, START).records),
    settings: prod,
    folder: join(folder, name),
    log: join(folder, `${name}.log`),
    listener: {
      anomaly: (anomaly) => anomalies.push(anomaly),
      ended: () => undefined,
      mail: () => undefined,
    },
  });
  return { anomalies, replayed };
}

describe.each(Object.keys(EXAMPLES))('%s', (name) => {
  let done: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    done = await run(name);
  });

  it('is read whole', () => {
    expect(done.replayed.unreadable).toBe(0);
  });

  it('raises what is planted, and nothing else', () => {
    const about = ({ rule_id, entity, metric }: { rule_id: string; entity: string; metric: string }) =>
      `${rule_id}: ${metric} of ${entity}`;
    const raised = new Set(done.anomalies.filter(({ kind }) => kind === 'raised').map(about));
    const wanted = new Set(EXAMPLES[name]?.(SEED, START).alarms.map(about));
    expect([...raised].sort()).toEqual([...wanted].sort());
  });

  if (name === 'build-pipelines') {
    it.each(['build-slow', 'build-failures'])(
      '%s is open for the 50 anomalous builds and for no other',
      (ruleId) => {
        const changes = new Map(
          done.anomalies
            .filter((anomaly) => anomaly.rule_id === ruleId && anomaly.kind !== 'renewed')
            .map((anomaly) => [anomaly.labels.build_id, anomaly.kind]),
        );
        let isOpen = false;
        const told = labelledBuilds(SEED).map(({ build }) => {
          const change = changes.get(build.build_id);
          if (change !== undefined) isOpen = change !== 'cleared';
          return isOpen;
        });
        expect(told).toEqual(labelledBuilds(SEED).map(({ anomalous }) => anomalous));
      },
    );
  }

  if (name === 'industrial-sensors') {
    it('tells High first and then High-High of the reactor', () => {
      const types = done.anomalies
        .filter(({ rule_id, kind }) => rule_id === 'reactor-temperature' && kind !== 'renewed')
        .map(({ kind, alarm_type }) => `${kind} ${alarm_type}`);
      expect(types).toEqual(['raised High', 'escalated High-High', 'cleared OK']);
    });
  }

  if (name === 'access-logs') {
    it('tells how many failed log-ins there were in the minute', () => {
      const burst = done.anomalies.find(({ rule_id }) => rule_id === 'failed-logins-burst');
      expect(burst).toMatchObject({ kind: 'raised', value: 40, aggregate: 'count', expected_high: 10 });
    });
  }
});
