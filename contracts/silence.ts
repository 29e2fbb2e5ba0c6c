/** When staff want no mail: a silence, planned ahead it is a maintenance window. What it keeps back is stored and counted. */
import * as z from 'zod/mini';
import { Instant, Name } from './shared.ts';

/** A name in which `*` stands for any text. */
const Pattern = z.string().check(z.minLength(1), z.maxLength(256));

/** Which incidents are meant: those that agree in all that is named. */
export const Matcher = z
  .strictObject({
    source: z.exactOptional(Pattern),
    entity: z.exactOptional(Pattern),
    metric: z.exactOptional(Pattern),
    rule: z.exactOptional(Pattern),
    detector: z.exactOptional(Pattern),
    severity: z.exactOptional(Pattern),
    /** Labels by name. */
    labels: z.exactOptional(z.record(z.string(), Pattern)),
  })
  .check(
    z.refine((matcher) => Object.keys(matcher).length > 0, 'must name something; {"source":"*"} is all'),
  );
export type Matcher = z.infer<typeof Matcher>;

export const Silence = z
  .strictObject({
    silence_id: z.string().check(z.regex(/^S-[0-9A-Z]{10}$/, 'must be S- and ten letters or digits')),
    starts_at: Instant,
    ends_at: Instant,
    matcher: Matcher,
    created_by: Name,
    created_at: Instant,
    reason: z.string().check(z.minLength(1), z.maxLength(1_000)),
  })
  .check(z.refine(({ starts_at, ends_at }) => starts_at < ends_at, 'must end after it starts'));
export type Silence = z.infer<typeof Silence>;
