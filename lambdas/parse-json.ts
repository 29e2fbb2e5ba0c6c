/** Payloads become nouns here: JSON text by its schema. */
import { parse } from '@aws-lambda-powertools/parser';
import * as z from 'zod/mini';
import { TocsinError } from './errors.ts';

/** A payload that is not what it should be; a retry reads the same. */
export class PayloadUnreadable extends TocsinError {
  override readonly name = 'PayloadUnreadable';
  readonly retryable = false;
}

/** What the parser's error carries. */
const Issues = z.array(
  z.object({ message: z.string(), path: z.optional(z.array(z.union([z.string(), z.number()]))) }),
);

/**
 * @param what names the payload in the error
 * @throws PayloadUnreadable with each fault and where it is
 */
export function parseJson<S extends z.core.$ZodType>(schema: S, text: string, what: string) {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new PayloadUnreadable(`${what} is not JSON`, { cause });
  }
  const parsed = parse(json, undefined, schema, true);
  if (parsed.success) return parsed.data;
  const issues = Issues.parse(parsed.error.cause);
  const faults = issues.map(({ path = [], message }) => `${path.join('.')}: ${message}`);
  throw new PayloadUnreadable(`${what} cannot be read: ${faults.join('; ')}`, { cause: parsed.error });
}
