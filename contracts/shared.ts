/** Words that several contracts share. Field names are snake_case: a JSON key and its SQL column are one word. */

// By name: `z.locales` would bring every language into every bundle.
import { en } from 'zod/locales';
import * as z from 'zod/mini';

// zod/mini ships no texts of its own; without this every fault reads "Invalid input".
z.config(en());

/** How bad it is. Independent of {@link Route}. */
export const Severity = z.enum(['warning', 'critical']);
export type Severity = z.infer<typeof Severity>;

/** Who hears of it: `page` sends an e-mail at once, `digest` waits for the summary. */
export const Route = z.enum(['page', 'digest']);
export type Route = z.infer<typeof Route>;

/** The state that a judged value is in. Missing (a metric of an entity) and Silent (a source) are about data that does not come. */
export const AlarmType = z.enum(['OK', 'High', 'Low', 'High-High', 'Low-Low', 'Missing', 'Silent', 'Flat']);
export type AlarmType = z.infer<typeof AlarmType>;

/** The SQL file that judged, by its name in flink-sql/detectors. */
export const Detector = z.enum([
  'limits',
  'sustained',
  'missing',
  'silence',
  'flat',
  'rate',
  'drift',
  'deviation',
  'seasonal',
  'novelty',
  'window',
]);
export type Detector = z.infer<typeof Detector>;

/** The function of a windowed rule. */
export const Aggregate = z.enum(['count', 'sum', 'avg', 'min', 'max', 'stddev']);
export type Aggregate = z.infer<typeof Aggregate>;

/** An instant, ISO 8601 in UTC with milliseconds, for example `2026-01-31T04:05:06.789Z`. */
export const Instant = z.iso.datetime({ offset: false });

/** What triage makes of an incident; it is advice, and holds no message back. */
export const Verdict = z.enum(['CONFIRMED', 'LIKELY', 'INCONCLUSIVE', 'FALSE_POSITIVE']);
export type Verdict = z.infer<typeof Verdict>;

/** A name that ends up in keys, metrics and e-mails: one line, 1 to 256 characters. */
export const Name = z
  .string()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this forbids
  .check(z.minLength(1), z.maxLength(256), z.regex(/^[^\u0000-\u001f\u007f]+$/, 'must be one line of text'));

/** An id that people type: lower-case words joined by hyphens. */
export const Slug = z
  .string()
  .check(z.maxLength(80), z.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens'));
