/** All example sources through the real job at once: what is planted is raised, nothing else is, and every record is read. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Replayed, replay } from '../../cli/backtest/replay.ts';
import { type Anomaly, RuleSet, SourceSet } from '../../contracts/index.ts';
import { prod } from '../../lib/config/prod.ts';
import { labelledBuilds } from '../../local/producer/builds.ts';
import { EXAMPLES, type Generator } from '../../local/producer/examples.ts';
import { type GeneratedInput, inOrderOfTime, writeReplay } from '../../local/producer/generated.ts';
import { exampleConfig } from '../local/examples.ts';

/** All examples end then: a source that ended before the others would rightly be called silent. */
const END = Date.parse('2026-03-09T00:00:00Z');
const SEED = 20_260_105;

const names = Object.keys(EXAMPLES);
const inputs = new Map(Object.entries(EXAMPLES).map(([name, generate]) => [name, endingAt(END, generate)]));
const configs = new Map(names.map((name) => [name, exampleConfig(name)]));

let folder: string;
let replayed: Replayed;
const anomalies: Anomaly[] = [];

function endingAt(end: number, generate: Generator): GeneratedInput {
  const length = generate(SEED, 0).records.at(-1)?.time ?? 0;
  return generate(SEED, end - length);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-examples-'));
  const records = inOrderOfTime([...inputs.values()].flatMap((input) => input.records));
  replayed = await replay({
    rules: RuleSet.parse({ rules: [...configs.values()].flatMap(({ rules }) => rules.rules) }),
    sources: SourceSet.parse({ sources: [...configs.values()].flatMap(({ sources }) => sources.sources) }),
    gathered: await writeReplay(join(folder, 'records.jsonl'), records),
    settings: prod,
    folder,
    log: join(folder, 'flink.log'),
    listener: {
      anomaly: (anomaly) => anomalies.push(anomaly),
      ended: () => undefined,
      mail: () => undefined,
    },
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('every record of every example is read', () => {
  expect(replayed.unreadable).toBe(0);
});

it.each(names)('%s: what is planted is raised, and nothing else', (name) => {
  const about = ({ rule_id, entity, metric }: { rule_id: string; entity: string; metric: string }) =>
    `${rule_id}: ${metric} of ${entity}`;
  const sources = configs.get(name)?.sources.sources.map((source) => source.name);
  const raised = anomalies.filter(({ kind, source }) => kind === 'raised' && sources?.includes(source));
  const wanted = inputs.get(name)?.alarms.map(about);
  expect(wanted?.length).toBeGreaterThan(0);
  expect([...new Set(raised.map(about))].sort()).toEqual(wanted?.sort());
});

it.each(['build-slow', 'build-failures'])(
  '%s is open for the 50 anomalous builds and for no other',
  (ruleId) => {
    const changes = new Map(
      anomalies
        .filter(({ rule_id, kind }) => rule_id === ruleId && kind !== 'renewed')
        .map(({ labels, kind }) => [labels.build_id, kind]),
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

it('the reactor is High first, then High-High, then OK', () => {
  const types = anomalies
    .filter(({ rule_id, kind }) => rule_id === 'reactor-temperature' && kind !== 'renewed')
    .map(({ kind, alarm_type }) => `${kind} ${alarm_type}`);
  expect(types).toEqual(['raised High', 'escalated High-High', 'cleared OK']);
});

it('the burst of failed log-ins is told with its count', () => {
  const burst = anomalies.find(({ rule_id }) => rule_id === 'failed-logins-burst');
  expect(burst).toMatchObject({ kind: 'raised', aggregate: 'count', expected_high: 10 });
  expect(burst?.value).toBeGreaterThan(10);
});
