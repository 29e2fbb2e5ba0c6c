/** The labelled cases through the step, with one model or none; what is judged is the message that comes out. */
import type { Alert } from '../../contracts/alert.ts';
import type { Evidence } from '../../lambdas/triage/evidence.ts';
import { VERDICTS, type Verdict } from '../../lambdas/triage/fact.ts';
import { type Half, halves } from './cases/index.ts';
import { evidenceOf } from './evidence-of-story.ts';
import type { PricedModel } from './real-model.ts';
import { alertIn, type Handled, type Stage } from './stage.ts';
import type { Story } from './story.ts';

export interface Result {
  readonly story: Story;
  readonly half: Half;
  /** Of the rules, as the message says it; undefined where it names none or several. */
  readonly verdict: Verdict | undefined;
  /** Of the model, as the message says it; undefined where nothing of it was said. */
  readonly ofModel: Verdict | undefined;
  readonly evidence: Evidence;
  /** The last message, if it is one by the contract. */
  readonly alert: Alert | undefined;
  /** Why it is no message by the contract. */
  readonly fault?: string;
  readonly handled: readonly Handled[];
}

export interface RunOptions {
  readonly half: Half;
  /** How often each request is handled. */
  readonly repeat: number;
  readonly model?: PricedModel;
  /** No more cases than so many. @default all of the half */
  readonly most?: number;
}

/** Each case by itself: nothing of another one's is in the table. */
export async function run(stage: Stage, { half, repeat, model, most }: RunOptions): Promise<Result[]> {
  const results: Result[] = [];
  for (const story of (halves().get(half) ?? []).slice(0, most)) {
    const evidence = evidenceOf({ ...story, at: justNow(story) });
    await stage.seed(evidence);
    const handled: Handled[] = [];
    for (let count = 0; count < repeat; count++) handled.push(await stage.handle(evidence, model));
    await stage.clear();
    results.push(resultOf({ story, half, evidence }, handled));
  }
  return results;
}

function resultOf(of: Pick<Result, 'story' | 'half' | 'evidence'>, handled: readonly Handled[]): Result {
  const checked = handled.map(({ body }) => alertIn(body));
  const faults = checked.flatMap((each) => ('fault' in each ? [each.fault] : []));
  const alert = checked.flatMap((each) => ('alert' in each ? [each.alert] : [])).at(-1);
  const body = alert?.body ?? '';
  const verdict = verdictIn(body, (each) => `(${each}): `);
  const ofModel = verdictIn(body, (each) => `Verdict of the model: ${each}\n`);
  if (verdict === undefined) faults.push('the message names no verdict');
  const [fault] = faults;
  return { ...of, verdict, ofModel, alert, handled, ...(fault !== undefined && { fault }) };
}

/** The story at a time that lets all of it be over by now. */
function justNow({ since, beside = [], past = [] }: Story): string {
  const after = Math.max(0, ...[...beside, ...past].map(({ before }) => -before * 60_000));
  return new Date(Date.now() - 5_000 - after - (since?.seconds ?? 0) * 1_000).toISOString();
}

/** As a reader finds it. */
function verdictIn(body: string, asWritten: (verdict: Verdict) => string): Verdict | undefined {
  const named = VERDICTS.filter((verdict) => body.includes(asWritten(verdict)));
  return named.length === 1 ? named[0] : undefined;
}

/** Share of the cases whose verdict is the label; null of no cases. A model that is not heard leaves it to the rules. */
export function accuracyOf(results: readonly Result[], by: 'rules' | 'model' = 'rules'): number | null {
  const isRight = ({ story, verdict, ofModel }: Result) =>
    story.label === (by === 'model' ? (ofModel ?? verdict) : verdict);
  return results.length === 0 ? null : results.filter(isRight).length / results.length;
}

/** The accuracy of always saying what is most often right. */
export function mostFrequentOf(results: readonly Result[]): number | null {
  const counts = VERDICTS.map((verdict) => results.filter(({ story }) => story.label === verdict).length);
  return results.length === 0 ? null : Math.max(...counts) / results.length;
}
