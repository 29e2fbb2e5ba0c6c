/** The one place where a handler's environment becomes typed settings; all faults are reported together. */
import '../contracts/shared.ts';
import * as z from 'zod/mini';

/** Settings of a handler: names as in the environment, values parsed. */
export type EnvSchema = z.ZodMiniObject<Record<string, z.core.$ZodType>>;

export class EnvironmentInvalid extends Error {
  override readonly name = 'EnvironmentInvalid';
  readonly retryable = false;
}

/**
 * Parses `env` by `schema`; names that the schema does not hold are ignored.
 * @throws EnvironmentInvalid with one line for each missing or unreadable setting.
 */
export function parseEnv<S extends EnvSchema>(
  schema: S,
  env: Record<string, string | undefined> = process.env,
): z.infer<S> {
  const parsed = z.safeParse(schema, env);
  if (parsed.success) return parsed.data as z.infer<S>;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new EnvironmentInvalid(`The function's environment is not what it needs:\n${faults.join('\n')}`);
}

/** A whole number in an environment variable. */
export const IntegerText = z.pipe(
  z.string().check(z.regex(/^-?\d+$/, 'must be a whole number')),
  z.transform(Number),
);

/** JSON of the given shape in an environment variable. */
export function jsonText<S extends z.core.$ZodType>(schema: S) {
  return z.pipe(
    z.pipe(
      z.string(),
      z.transform((text, context) => {
        try {
          return JSON.parse(text) as unknown;
        } catch {
          context.issues.push({ code: 'custom', message: 'must be JSON', input: text });
          return z.NEVER;
        }
      }),
    ),
    schema,
  );
}
