/** From a server's bytes to an answer, and the schema that servers are asked to keep to. */
import * as z from 'zod/mini';
import { ModelAnswer, ModelAnswerUnusable, type Usage } from './port.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Not every server takes them in a schema that it enforces; our own check of the answer holds them all. */
const OWN_CHECKS = new Set(['$schema', 'minLength', 'maxLength', 'minItems', 'maxItems']);

/** JSON schema of an answer, in the part of the language that servers enforce. */
export const answerSchema = plain(z.toJSONSchema(ModelAnswer) as Json);

function plain(node: Json): Json {
  if (Array.isArray(node)) return node.map(plain);
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => !OWN_CHECKS.has(key))
      .map(([key, value]) => [key, plain(value)]),
  );
}

/** @throws ModelAnswerUnusable that says what is wrong, and never holds the model's words */
export function checkedAnswer(value: unknown, usage?: Usage): ModelAnswer {
  const parsed = ModelAnswer.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new ModelAnswerUnusable(`the answer has another form at "${where}": ${issue?.code ?? 'unknown'}`, {
    usage,
  });
}

/** An answer out of JSON text; a fence of code around it is forgiven. @throws ModelAnswerUnusable */
export function parseAnswer(text: string, usage?: Usage): ModelAnswer {
  if (text.trim() === '') throw new ModelAnswerUnusable('the answer is empty', { usage });
  let value: unknown;
  try {
    value = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
  } catch (cause) {
    throw new ModelAnswerUnusable('the answer is not a JSON object', { usage, cause });
  }
  return checkedAnswer(value, usage);
}
