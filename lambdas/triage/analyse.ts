/** The model's part of an e-mail, or why there is none. Never fails. */
import { ModelAnswerUnusable, type TextModel } from '../ports/text-model/port.ts';
import type { Analysis } from './triage.ts';

/** @param deadlineMs after this the e-mail leaves without */
export async function analyse(model: TextModel, text: string, deadlineMs: number): Promise<Analysis> {
  try {
    const answer = await model.analyse(text, AbortSignal.timeout(deadlineMs));
    if (answer === undefined) return { kind: 'none' };
    const paragraphs = [
      oneLine(answer.summary),
      ...answer.causes.map((cause) => `Possible cause: ${oneLine(cause)}`),
      ...answer.next_steps.map((step) => `Suggested: ${oneLine(step)}`),
    ];
    return { kind: 'text', model: model.name, paragraphs };
  } catch (error) {
    const unusable = error instanceof ModelAnswerUnusable;
    return {
      kind: 'missing',
      reason: `the model ${unusable ? 'gave an unusable answer' : 'did not answer'}.`,
    };
  }
}

/** The model's words cannot make lines or headings of their own. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/\p{C}/gu, '').trim();
}
