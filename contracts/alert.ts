/** From the incident's write to the e-mail: what must be said (request), then the words (alert). */
import * as z from 'zod/mini';
import { Name, Route, Severity, Slug } from './shared.ts';

/** In the place of a severity, source or owner: the message tells of no single incident, so every subscription's lists let it through. */
export const ALL = 'all';

/**
 * `reminder`: it still holds, or is back after its end was told. `digest`: several incidents in one message.
 * `heartbeat` and `test` belong to no incident.
 */
export const AlertKind = z.enum([
  'opened',
  'escalated',
  'reminder',
  'resolved',
  'digest',
  'heartbeat',
  'test',
]);
export type AlertKind = z.infer<typeof AlertKind>;

const AlertId = z
  .string()
  .check(z.regex(/^[A-Za-z0-9-]+\.\d+$/, 'must be an incident id, a dot and a number'));

/** One line of the outbox: written in the same transaction as the change that it tells of. */
export const AlertRequest = z.strictObject({
  /** `<incident_id>.<sequence>`. */
  alert_id: AlertId,
  incident_id: z.string(),
  sequence: z.int(),
  kind: AlertKind,
});
export type AlertRequest = z.infer<typeof AlertRequest>;

/** SNS takes 256 KiB with subject and attributes, and SQS counts line ends twice; nobody reads half of it. */
export const MAX_BODY_BYTES = 120_000;

export const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** One message to be sent. */
export const Alert = z.strictObject({
  ...AlertRequest.shape,
  /** What a subscription can filter on (SNS message attributes). */
  attributes: z.strictObject({
    kind: AlertKind,
    severity: z.union([Severity, z.literal(ALL)]),
    route: Route,
    /** Of the incident; `all` where the message tells of several that differ. */
    source: Slug,
    entity: Name,
    rule_id: Slug,
    /** Of the entity, by the directory; `nobody` where it names none. */
    owner: Name,
  }),
  /** One line of at most 100 printable ASCII characters: SNS refuses others. */
  subject: z
    .string()
    .check(z.minLength(1), z.maxLength(100), z.regex(/^[\x20-\x7e]+$/, 'must be printable ASCII')),
  body: z.string().check(
    z.minLength(1),
    z.maxLength(MAX_BODY_BYTES),
    z.refine((body) => bytesOf(body) <= MAX_BODY_BYTES, `must be at most ${MAX_BODY_BYTES} bytes`),
  ),
});
export type Alert = z.infer<typeof Alert>;
