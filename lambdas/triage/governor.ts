/**
 * When a model is asked, for how long, and for how much: once an incident, whatever comes twice; within the deadline, after
 * which the e-mail leaves and the answer is stored for those who look; and never beyond the budget.
 */
import type { AlertRequest } from '../../contracts/alert.ts';
import type { Analyses, Asking, StoredAnalysis } from '../ports/analyses/port.ts';
import {
  type Answered,
  type ModelAnswer,
  ModelAnswerUnusable,
  ModelError,
  ModelRefused,
  ModelUnavailable,
  type Question,
  type TextModel,
  type Usage,
} from '../ports/text-model/port.ts';
import { mostInputTokens } from '../ports/text-model/prompt.ts';
import { microUsd } from './prices.ts';
import type { BudgetSettings, Price } from './settings.ts';
import { span } from './words.ts';

/** What the asking came to, when the e-mail must leave. */
export type Outcome =
  | {
      readonly kind: 'answered';
      readonly answer: ModelAnswer;
      readonly model: string;
      readonly asked_at: string;
      readonly isReused: boolean;
    }
  | { readonly kind: 'missing'; readonly why: Why; readonly reason: string };

export type Why = 'budget' | 'late' | 'unavailable' | 'unusable' | 'refused' | 'begun' | 'store';

/** What one call took: for metrics. `late` and `store`: none was made. */
export interface Report {
  readonly why: Why | 'answered';
  readonly latency_ms: number;
  readonly usage?: Usage;
  readonly micro_usd: number;
  /** It ended after the e-mail had left. */
  readonly late: boolean;
  readonly error?: unknown;
}

export interface GovernorOptions {
  readonly model: TextModel;
  readonly analyses: Analyses;
  readonly price: Price;
  readonly budget: BudgetSettings;
  /** Longest answer, in tokens: what a call may cost at most follows from it. */
  readonly maxTokens: number;
  readonly deadlineMs: number;
  /** How long an answer is waited for after the e-mail has left. */
  readonly lateMs: number;
  readonly clock: () => Date;
  /** Hears of each call that was made, when it has ended. */
  readonly onCall: (report: Report) => void;
}

export interface Consultation {
  /** At the deadline at the latest; never fails. */
  readonly outcome: Promise<Outcome>;
  /** When all is stored, after the e-mail has left; never fails. */
  readonly settled: Promise<void>;
}

const MICRO = 1_000_000;

export class Governor {
  readonly #options: GovernorOptions;

  constructor(options: GovernorOptions) {
    this.#options = options;
  }

  /** Asks about an incident, unless somebody did before or the budget is used up. */
  consult(request: Pick<AlertRequest, 'alert_id' | 'incident_id'>, question: Question): Consultation {
    const deadline = timer(this.#options.deadlineMs, () => this.#tooLate());
    const asked = this.#ask(request, question).catch((error: unknown) => this.#withoutStore(error));
    const outcome = Promise.race([asked.then((each) => each.outcome), deadline.over]).finally(deadline.stop);
    return { outcome, settled: asked.then(({ stored }) => stored) };
  }

  /** What a model said of the incident before, if it did. Never fails. */
  async recall(incidentId: string): Promise<Outcome | undefined> {
    const stored = await this.#options.analyses.find(incidentId).catch(() => undefined);
    return stored?.state === 'answered' ? ofStored(stored) : undefined;
  }

  async #ask(request: Pick<AlertRequest, 'alert_id' | 'incident_id'>, question: Question) {
    const { analyses, budget, price, maxTokens, model, clock, deadlineMs } = this.#options;
    const now = clock();
    const { alert_id, incident_id } = request;
    const micro_usd = microUsd(price, mostInputTokens(question), maxTokens);
    const asking: Asking = { alert_id, incident_id, model: model.name, question, now, micro_usd };
    const limits = { day: budget.usdPerDay * MICRO, month: budget.usdPerMonth * MICRO };
    const result = await analyses.ask(asking, limits);
    const done = { stored: Promise.resolve() };
    if (result.outcome === 'known') return { ...done, outcome: ofStored(result.analysis) };
    if (result.outcome === 'over-budget') return { ...done, outcome: overBudget(result.of, budget) };
    if (clock().getTime() - now.getTime() >= deadlineMs) {
      const reason = 'the store answered too late for a model to be asked.';
      const stored = this.#end(asking, { why: 'late', latency_ms: 0, micro_usd: 0, late: true }, { reason });
      return { outcome: this.#tooLate(), stored };
    }
    return await this.#call(asking, question);
  }

  /** One call, as long as anything may still come of it. */
  async #call(asking: Asking, question: Question) {
    const { model, deadlineMs, lateMs, clock } = this.#options;
    const began = clock().getTime();
    const timed = () => {
      const latency_ms = clock().getTime() - began;
      return { latency_ms, late: clock().getTime() - asking.now.getTime() >= deadlineMs };
    };
    try {
      const answered = await withSignal(deadlineMs + lateMs, (signal) => model.analyse(question, signal));
      if (answered === undefined) throw new ModelAnswerUnusable(`${model.name} gave no answer`);
      const { answer, usage } = answered;
      const micro_usd = this.#cost(asking, usage, true);
      const report: Report = { why: 'answered', ...timed(), micro_usd, ...(usage && { usage }) };
      const outcome: Outcome = {
        kind: 'answered',
        ...{ answer, model: model.name, isReused: false },
        asked_at: asking.now.toISOString(),
      };
      return { outcome, stored: this.#end(asking, report, { answer }) };
    } catch (error) {
      const { why, reason } = failureOf(error);
      const [usage, mayBeBilled] =
        error instanceof ModelError ? [error.usage, error.mayBeBilled] : [undefined, true];
      const micro_usd = this.#cost(asking, usage, mayBeBilled);
      const report: Report = { why, ...timed(), micro_usd, error, ...(usage && { usage }) };
      return {
        outcome: { kind: 'missing', why, reason } as const,
        stored: this.#end(asking, report, { reason }),
      };
    }
  }

  /** What the server counted; where it did not say and may have, all that was set aside. */
  #cost({ micro_usd }: Asking, usage: Usage | undefined, mayBeBilled: boolean): number {
    if (usage !== undefined) return microUsd(this.#options.price, usage.input_tokens, usage.output_tokens);
    return mayBeBilled ? micro_usd : 0;
  }

  /** The e-mail does not wait for it, and does not fail with it: the money then stays set aside. */
  async #end(
    asking: Asking,
    report: Report,
    result: { readonly answer: Answered['answer'] } | { readonly reason: string },
  ) {
    const { analyses, clock, onCall } = this.#options;
    const { late, micro_usd } = report;
    onCall(report);
    await analyses
      .end(asking, { now: clock(), late, micro_usd, result })
      .catch((error: unknown) => onCall({ why: 'store', latency_ms: 0, micro_usd: 0, late, error }));
  }

  #tooLate(): Outcome {
    const reason = `the model did not answer within ${span(this.#options.deadlineMs)}; what it says later is kept with the incident.`;
    return { kind: 'missing', why: 'late', reason };
  }

  /** Without a record of what was asked and spent no model is asked: twice, or beyond the budget, is worse than not. */
  #withoutStore(error: unknown): { outcome: Outcome; stored: Promise<void> } {
    this.#options.onCall({ why: 'store', latency_ms: 0, micro_usd: 0, late: false, error });
    const reason = 'the record of what was asked and spent could not be written.';
    return { outcome: { kind: 'missing', why: 'store', reason }, stored: Promise.resolve() };
  }
}

/** What comes after a while, unless it is stopped before. */
function timer<T>(ms: number, value: () => T): { readonly over: Promise<T>; readonly stop: () => void } {
  let handle: NodeJS.Timeout | undefined;
  const over = new Promise<T>((resolve) => {
    handle = setTimeout(() => resolve(value()), ms);
  });
  return { over, stop: () => clearTimeout(handle) };
}

/** An adapter has this long to hear of the end. */
const GRACE_MS = 1_000;

/** Work under a signal; one that does not hear it is left to itself. */
async function withSignal<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = timer(ms, () => controller.abort());
  const deaf = timer(ms + GRACE_MS, () => undefined);
  try {
    const done = work(controller.signal);
    return await Promise.race([
      done,
      deaf.over.then(() => {
        throw new ModelUnavailable('the model does not hear the deadline');
      }),
    ]);
  } finally {
    abort.stop();
    deaf.stop();
  }
}

function ofStored(stored: StoredAnalysis): Outcome {
  const { state, answer, model, asked_at } = stored;
  if (state === 'answered' && answer !== undefined)
    return { kind: 'answered', answer, model, asked_at, isReused: true };
  if (state === 'failed')
    return { kind: 'missing', why: 'begun', reason: stored.reason ?? 'the model gave none.' };
  return { kind: 'missing', why: 'begun', reason: 'the model was asked before, and has not answered yet.' };
}

function overBudget(of: 'day' | 'month', { usdPerDay, usdPerMonth }: BudgetSettings): Outcome {
  const usd = of === 'day' ? usdPerDay : usdPerMonth;
  const reason = `the budget of ${usd} USD a ${of} for language models is used up.`;
  return { kind: 'missing', why: 'budget', reason };
}

function failureOf(error: unknown): { readonly why: Why; readonly reason: string } {
  if (error instanceof ModelAnswerUnusable)
    return { why: 'unusable', reason: 'the model answered in a form that cannot be used.' };
  if (error instanceof ModelRefused)
    return { why: 'refused', reason: 'the model, or its guardrail, refused to answer.' };
  return { why: 'unavailable', reason: 'the model could not be reached.' };
}
