/**
 * Who looks at an incident's facts and says what they mean. An adapter may fail in any way that it names; the e-mail
 * leaves all the same. Nothing in an answer is believed here: ../../triage/vet.ts decides what of it may be said.
 */
import * as z from 'zod/mini';
import { Severity } from '../../../contracts/shared.ts';
import { TocsinError } from '../../errors.ts';
import { type Fact, type Judgement, VERDICTS } from '../../triage/fact.ts';

/** All that a model is told. Nothing else leaves the account. */
export interface Question {
  /** What is known. Words of others are marked untrusted, and cleaned before (../../triage/sanitise.ts). */
  readonly facts: readonly Fact[];
  /** What the rules make of the facts. */
  readonly judgement: Judgement;
  /** What the rules say of how bad it is. */
  readonly severity: Severity;
}

const words = (most: number) => z.string().check(z.minLength(1), z.maxLength(most));

/** What a model answers, before anything in it is checked. */
export const ModelAnswer = z.strictObject({
  verdict: z.enum(VERDICTS),
  /** A proposal: shown where it is lower than the rules' and the rules themselves doubt; never acted on. */
  severity: Severity,
  /** At most three sentences. */
  summary: words(1_000),
  /** Likely causes, the likeliest first; each names the facts that it rests on. */
  causes: z
    .array(
      z.strictObject({
        text: words(500),
        cites: z.array(z.string().check(z.maxLength(100))).check(z.maxLength(20)),
      }),
    )
    .check(z.maxLength(5)),
  next_steps: z.array(words(500)).check(z.maxLength(5)),
  /** What was not known and would have helped. */
  gaps: z.array(words(500)).check(z.maxLength(5)),
});
export type ModelAnswer = z.infer<typeof ModelAnswer>;

/** What an answer took, as the server counted it. */
export interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
}

export interface Answered {
  readonly answer: ModelAnswer;
  /** Absent where the server did not say. */
  readonly usage?: Usage;
}

export interface TextModel {
  /** Names the model in the e-mail. */
  readonly name: string;
  /**
   * @param signal ends the call; an adapter gives up within a moment of it
   * @returns undefined when there is no model
   * @throws ModelUnavailable, ModelAnswerUnusable, ModelRefused
   */
  analyse(question: Question, signal: AbortSignal): Promise<Answered | undefined>;
}

export interface ModelErrorOptions extends ErrorOptions {
  readonly usage?: Usage | undefined;
  /** Whether tokens may be on the bill although the server did not say how many. @default true */
  readonly mayBeBilled?: boolean;
}

/** Base of what an adapter throws; `usage` where the server told it. */
export abstract class ModelError extends TocsinError {
  readonly usage: Usage | undefined;
  readonly mayBeBilled: boolean;

  constructor(message: string, options: ModelErrorOptions = {}) {
    super(message, options);
    this.usage = options.usage;
    this.mayBeBilled = options.mayBeBilled ?? true;
  }
}

/** No answer: throttled, down, denied, or too slow. */
export class ModelUnavailable extends ModelError {
  override readonly name = 'ModelUnavailable';
  readonly retryable = true;
}

/** An answer that is not of the asked form: another shape, cut off, or empty. */
export class ModelAnswerUnusable extends ModelError {
  override readonly name = 'ModelAnswerUnusable';
  readonly retryable = false;
}

/** The model, its provider's filter or the guardrail declined to answer. */
export class ModelRefused extends ModelError {
  override readonly name = 'ModelRefused';
  readonly retryable = false;
}
