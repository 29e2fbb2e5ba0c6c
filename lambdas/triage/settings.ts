/** What a stage sets about triage: who writes the analysis, and what it may cost. */
import * as z from 'zod/mini';

const positive = z.int().check(z.positive());
const dollars = z.number().check(z.nonnegative());

/** USD for a million tokens. Needed where ./prices.ts does not know the model; 0 for one of your own. */
const Price = z.strictObject({ inputUsdPerMillion: dollars, outputUsdPerMillion: dollars });
export type Price = z.infer<typeof Price>;

export const TextModelSettings = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('bedrock'),
    /** Id of a model, or of an inference profile that AWS made (`eu.…`, `global.…`), or ARN of a profile of yours. */
    modelId: z.string().check(z.minLength(1)),
    /** The model behind a profile of yours: what is priced and what may be invoked through it. */
    profileOf: z.optional(z.string().check(z.minLength(1))),
    /** Longest answer. */
    maxTokens: positive,
    /** Judges the words of devices and people in the question, and the answer. */
    guardrail: z.optional(z.strictObject({ id: z.string(), version: z.string() })),
    price: z.optional(Price),
  }),
  z.strictObject({
    kind: z.literal('openai-compatible'),
    /** Up to and with the version: `https://api.example.com/v1`, `http://127.0.0.1:11434/v1`. */
    baseUrl: z.url({ protocol: /^https?$/ }),
    model: z.string().check(z.minLength(1)),
    maxTokens: positive,
    /** What the server calls the longest answer; newer hosted models take the second only. */
    maxTokensField: z._default(z.enum(['max_tokens', 'max_completion_tokens']), 'max_tokens'),
    /** ARN of the secret whose value is the key; absent where the server asks for none. */
    apiKeySecretArn: z.optional(z.string().check(z.regex(/^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:/))),
    price: z.optional(Price),
  }),
]);
export type TextModelSettings = z.infer<typeof TextModelSettings>;

/** What a stage may spend on a model. No call is made that could take it above either. */
export const BudgetSettings = z.strictObject({ usdPerDay: dollars, usdPerMonth: dollars });
export type BudgetSettings = z.infer<typeof BudgetSettings>;
