import type * as z from 'zod/mini';
import type { EnvSchema } from '../../lambdas/parse-env.ts';

/** The environment of a function, name for name what its handler parses: a missing or misspelt name fails to compile. */
export function envFor<S extends EnvSchema>(
  _schema: S,
  values: { readonly [K in keyof z.infer<S>]-?: string },
): Record<string, string> {
  return { ...values };
}
