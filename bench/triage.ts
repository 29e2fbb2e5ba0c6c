/**
 * How good is triage, and how fast? `npm run -s bench:triage [-- --model none|bedrock|openai-compatible --model-id ID]`.
 * Labelled incidents (bench/triage/cases) go one by one through the real handler, with its table, published rules and
 * queue on an emulator; judged is the message that comes out. Half of the cases were not looked at while the rules of the
 * verdict were written: of them only the share is told. Last line of standard output is JSON.
 */
import { parseArgs } from 'node:util';
import { askedOf } from '../lambdas/triage/analyse.ts';
import { percentile } from '../local/summary.ts';
import { halves } from './triage/cases/index.ts';
import { namedModel, type PricedModel, whyUnreached } from './triage/real-model.ts';
import { accuracyOf, mostFrequentOf, type Result, run } from './triage/run.ts';
import { type Stage, startStage } from './triage/stage.ts';
import { evidenceOf } from './triage/story.ts';

const { values: given } = parseArgs({
  options: {
    port: { type: 'string', default: '4780' },
    model: { type: 'string', default: 'none' },
    'model-id': { type: 'string' },
    'base-url': { type: 'string' },
    /** How often each request is handled without a model, for the times. */
    repeat: { type: 'string', default: '3' },
    /** Only the half that the rules were built with, its cases one by one: for work on the rules. */
    'built-with-only': { type: 'boolean', default: false },
  },
});

const ASKED = { accuracy: 0.7, above: 0.2, p95_ms: 150 } as const;

const say = (line: string) => console.error(line);

const named = await namedModel({
  model: given.model,
  modelId: given['model-id'],
  baseUrl: given['base-url'],
});
const reached = named && (await orNothing(named));
const stage = await startStage(Number(given.port));
try {
  const built = await run(stage, { half: 'built-with', repeat: Number(given.repeat) });
  if (given['built-with-only']) tell(built);
  const held = given['built-with-only']
    ? []
    : await run(stage, { half: 'held-back', repeat: Number(given.repeat) });
  const withModel = reached && (await rowOf(stage, reached));

  const all = [...built, ...held];
  const times = all.flatMap(({ handled }) => handled.map(({ ms }) => ms));
  const [accuracy, frequent] = [accuracyOf(held), mostFrequentOf(held)];
  const p95 = percentile(times, 95) ?? Number.POSITIVE_INFINITY;
  const faults = all.filter(({ fault }) => fault !== undefined);
  for (const { story, fault } of faults) say(`${story.id}: ${fault}`);
  const isGood =
    faults.length === 0 &&
    p95 <= ASKED.p95_ms &&
    (accuracy === null ||
      frequent === null ||
      (accuracy >= ASKED.accuracy && accuracy - frequent >= ASKED.above));
  console.log(
    JSON.stringify({
      cases: all.length,
      schema_valid: all.length - faults.length,
      verdict_accuracy: round(accuracy),
      verdict_accuracy_built_with: round(accuracyOf(built)),
      most_frequent: round(frequent),
      p50_ms: Math.round(percentile(times, 50) ?? 0),
      p95_ms: Math.round(p95),
      timed: times.length,
      usd_per_incident: withModel?.usd_per_incident ?? 0,
      models: [{ name: 'none', verdict_accuracy: round(accuracy) }, ...(withModel ? [withModel] : [])],
      pass: isGood,
    }),
  );
  if (!isGood) process.exitCode = 1;
} finally {
  stage.stop();
}
process.exit();

/** The model, if it answers; says plainly that it does not. */
async function orNothing(priced: PricedModel): Promise<PricedModel | undefined> {
  const [story] = halves().get('built-with') ?? [];
  if (story === undefined) return undefined;
  const why = await whyUnreached(priced, askedOf(evidenceOf(story)));
  if (why === undefined) return priced;
  say(`${priced.model.name} was not reached (${why}): no figure of it is told`);
  return undefined;
}

/** What a model makes of all cases. */
async function rowOf(on: Stage, model: PricedModel) {
  const held = await run(on, { half: 'held-back', repeat: 1, model });
  const built = await run(on, { half: 'built-with', repeat: 1, model });
  const all = [...held, ...built];
  const calls = all.flatMap(({ handled }) => handled.flatMap((each) => each.calls));
  const microUsd = calls.reduce((sum, call) => sum + call.micro_usd, 0);
  return {
    name: model.model.name,
    answered: calls.filter(({ why }) => why === 'answered').length,
    verdict_accuracy: round(accuracyOf(held, 'model')),
    verdict_accuracy_built_with: round(accuracyOf(built, 'model')),
    usd_per_incident: microUsd / 1e6 / all.length,
    model_p50_ms: percentile(
      calls.map(({ latency_ms }) => latency_ms),
      50,
    ),
  };
}

/** Cases that were built with, one by one. */
function tell(results: readonly Result[]): void {
  for (const { story, verdict } of results) {
    say(`${verdict === story.label ? 'ok' : 'NO'}  ${story.id}: ${story.label}, judged ${verdict}`);
  }
}

function round(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1_000) / 1_000;
}
