/** The model's part of an e-mail, or why there is none. Never fails. */
import { ModelAnswerUnusable, type TextModel } from '../ports/text-model/port.ts';
import type { Analysis } from './triage.ts';
import { oneLine, span } from './words.ts';

/** Of each sentence of the model, in characters. */
const LONGEST = 1_000;

/**
 * @param deadlineMs after this the e-mail leaves without
 * @param onMissing hears why there is no analysis
 */
export async function analyse(
  model: TextModel,
  text: string,
  deadlineMs: number,
  onMissing: (error: unknown) => void,
): Promise<Analysis> {
  const deadline = AbortSignal.timeout(deadlineMs);
  try {
    const answer = await model.analyse(text, deadline);
    if (answer === undefined) return { kind: 'none' };
    // The model's words cannot make lines or headings of their own.
    const paragraphs = [
      oneLine(answer.summary, LONGEST),
      ...answer.causes.map((cause) => `Possible cause: ${oneLine(cause, LONGEST)}`),
      ...answer.next_steps.map((step) => `Suggested: ${oneLine(step, LONGEST)}`),
    ];
    return { kind: 'text', model: model.name, paragraphs };
  } catch (error) {
    onMissing(error);
    return { kind: 'missing', reason: reasonOf(error, deadline, deadlineMs) };
  }
}

function reasonOf(error: unknown, deadline: AbortSignal, deadlineMs: number): string {
  if (deadline.aborted) return `the model did not answer within ${span(deadlineMs)}.`;
  if (error instanceof ModelAnswerUnusable) return 'the model answered in a form that cannot be used.';
  return 'the model could not be reached.';
}
