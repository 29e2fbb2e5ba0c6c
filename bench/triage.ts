/**
 * How good is triage, and how fast? `npm run -s bench:triage [-- --model none|bedrock|openai-compatible]`.
 * Labelled incidents (bench/triage/cases) go one by one through the real handler, with its table, published rules and
 * queue on an emulator; judged is the message that comes out. Half of the cases were not looked at while the rules of the
 * verdict were written: of them only the share is told. Last line of standard output is JSON.
 */
import { parseArgs } from 'node:util';
import { VERDICTS, type Verdict } from '../lambdas/triage/fact.ts';
import { percentile } from '../local/summary.ts';
import { type Half, halves } from './triage/cases/index.ts';
import { alertIn, type Stage, startStage } from './triage/stage.ts';
import { evidenceOf, type Story } from './triage/story.ts';

const { values: given } = parseArgs({
  options: {
    port: { type: 'string', default: '4780' },
    model: { type: 'string', default: 'none' },
    /** Prints the cases of the half that the rules were built with, one by one. */
    cases: { type: 'boolean', default: false },
    /** How often each request is handled, for the times. */
    repeat: { type: 'string', default: '3' },
    /** Only the half that the rules were built with: for work on the rules. */
    'built-with-only': { type: 'boolean', default: false },
  },
});

const ASKED = { accuracy: 0.7, above: 0.2, p95_ms: 150 } as const;

const say = (line: string) => console.error(line);

interface Result {
  readonly story: Story;
  readonly half: Half;
  /** Undefined where the message names none, or several. */
  readonly verdict: Verdict | undefined;
  readonly fault?: string;
  readonly times: readonly number[];
}

const stage = await startStage(Number(given.port), JSON.stringify({ kind: 'none' }));
try {
  const results = await throughTheStep(stage);
  const times = results.flatMap((each) => each.times);
  const share = (half: Half) => accuracyOf(results.filter((each) => each.half === half));
  const held = results.filter(({ half }) => half === 'held-back');
  const accuracy = share('held-back');
  const frequent = mostFrequentOf(held);
  const p95 = percentile(times, 95);
  const faults = results.filter(({ fault }) => fault !== undefined);
  for (const { story, fault } of faults) say(`${story.id}: ${fault}`);
  const isGood =
    faults.length === 0 &&
    (held.length === 0 || (accuracy >= ASKED.accuracy && accuracy - frequent >= ASKED.above)) &&
    (p95 ?? Number.POSITIVE_INFINITY) <= ASKED.p95_ms;
  console.log(
    JSON.stringify({
      cases: results.length,
      schema_valid: results.length - faults.length,
      verdict_accuracy: round(accuracy),
      verdict_accuracy_built_with: round(share('built-with')),
      most_frequent: round(frequent),
      p50_ms: Math.round(percentile(times, 50) ?? 0),
      p95_ms: Math.round(p95 ?? 0),
      timed: times.length,
      models: ['none'],
      pass: isGood,
    }),
  );
  if (!isGood) process.exitCode = 1;
} finally {
  stage.stop();
}
process.exit();

/** Each case by itself: nothing of another one's is in the table. */
async function throughTheStep(on: Stage): Promise<Result[]> {
  const results: Result[] = [];
  for (const [half, stories] of halves()) {
    if (given['built-with-only'] && half === 'held-back') continue;
    for (const story of stories) results.push(await judged(on, half, story));
    say(`${half}: ${stories.length} cases`);
  }
  // The first ones warm connections and code, as a function's first message does.
  return results;
}

async function judged(on: Stage, half: Half, story: Story): Promise<Result> {
  const evidence = evidenceOf({ ...story, at: justNow(story) });
  await on.seed(evidence);
  const times: number[] = [];
  let verdict: Verdict | undefined;
  let fault: string | undefined;
  for (let count = 0; count < Number(given.repeat); count++) {
    const { ms, body } = await on.handle(evidence);
    times.push(ms);
    const checked = alertIn(body);
    if ('fault' in checked) fault = checked.fault;
    else verdict = verdictIn(checked.alert.body);
  }
  await on.clear();
  if (verdict === undefined) fault ??= 'the message names no verdict';
  if (given.cases && half === 'built-with') {
    say(`${verdict === story.label ? 'ok' : 'NO'}  ${story.id}: ${story.label}, judged ${verdict}`);
  }
  return { story, half, verdict, times, ...(fault !== undefined && { fault }) };
}

/** The story at a time that lets all of it be over by now. */
function justNow({ since, beside = [], past = [] }: Story): string {
  const after = Math.max(0, ...[...beside, ...past].map(({ before }) => -before * 60_000));
  return new Date(Date.now() - 5_000 - after - (since?.seconds ?? 0) * 1_000).toISOString();
}

/** As a reader finds it: the words of a verdict in brackets. */
function verdictIn(body: string): Verdict | undefined {
  const named = VERDICTS.filter((verdict) => body.includes(`(${verdict}): `));
  return named.length === 1 ? named[0] : undefined;
}

function accuracyOf(results: readonly Result[]): number {
  return results.filter(({ story, verdict }) => story.label === verdict).length / results.length;
}

/** The accuracy of always saying what is most often right. */
function mostFrequentOf(results: readonly Result[]): number {
  const counts = VERDICTS.map((verdict) => results.filter(({ story }) => story.label === verdict).length);
  return Math.max(...counts) / results.length;
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
