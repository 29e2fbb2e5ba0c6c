/** Who adds an analysis to the e-mail. An adapter may fail in any way; the e-mail leaves without it. */
import * as z from 'zod/mini';
import { TocsinError } from '../../errors.ts';

/** What a model answers, before anything else is looked at. */
export const ModelAnswer = z.object({
  summary: z.string().check(z.minLength(1), z.maxLength(1_000)),
  causes: z.array(z.string().check(z.maxLength(500))).check(z.maxLength(5)),
  next_steps: z.array(z.string().check(z.maxLength(500))).check(z.maxLength(5)),
});
export type ModelAnswer = z.infer<typeof ModelAnswer>;

export interface TextModel {
  /** Names the model in the e-mail. */
  readonly name: string;
  /**
   * Analyses the deterministic text of an incident.
   * @param signal ends the call at the deadline
   * @returns undefined when there is no model
   * @throws ModelUnavailable, ModelAnswerUnusable
   */
  analyse(text: string, signal: AbortSignal): Promise<ModelAnswer | undefined>;
}

/** No answer: refused, throttled, down, or too slow. */
export class ModelUnavailable extends TocsinError {
  override readonly name = 'ModelUnavailable';
  readonly retryable = true;
}

/** An answer that is not of the asked form. */
export class ModelAnswerUnusable extends TocsinError {
  override readonly name = 'ModelAnswerUnusable';
  readonly retryable = false;
}
