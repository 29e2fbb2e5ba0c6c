/** How the job reads records of one kind: which field is what. Any flat or nested JSON object is a record. */
import * as z from 'zod/mini';
import { Name, Slug } from './shared.ts';

/** Field names joined by dots, outermost first: `payload.device.id`. A field whose own name holds a dot wins. */
const FieldPath = z.string().check(z.minLength(1), z.maxLength(256));

const Mapping = z.strictObject({
  /** Name of the source; part of every incident's fingerprint, so renaming it starts new incidents. */
  name: Slug,
  /** The first source whose `match` holds reads the record; where none holds, the record is a reject. */
  match: z.strictObject({
    /** Input stream (its short name in the stage config); any when absent. */
    stream: z.optional(Slug),
    /** Fields that must be present and not null. */
    fields: z.array(FieldPath).check(z.minLength(1)),
    /** Fields that must hold exactly this value, such as `{ "outcome": "failure" }`. */
    values: z.optional(z.record(FieldPath, z.union([z.string(), z.number(), z.boolean()]))),
  }),
  /**
   * Field that names what is watched. Several are joined by `/`. Text, or a number, which is read as text.
   * Absent: the source is watched as one, under its own name.
   */
  entity: z.optional(z.union([FieldPath, z.array(FieldPath).check(z.minLength(1))])),
  /** Field of the event time: epoch milliseconds or ISO 8601, UTC when it has no zone. Absent: arrival time. */
  time: z.optional(FieldPath),
  /** Fields to watch, or `*` for every number that is not entity, time or label. */
  metrics: z.union([z.literal('*'), z.array(FieldPath)]),
  /** Name of a metric that is 1 in every record, so that rules can judge how many come, whatever they hold. */
  counter: z.optional(Name),
  /** Fields kept as text beside each reading, shown in the e-mail. */
  labels: z._default(z.array(FieldPath), []),
  /** How far behind the newest record of its shard a record may be and still count in a window, in ms. */
  out_of_order_ms: z._default(z.int().check(z.nonnegative()), 5_000),
});

export const SourceConfig = Mapping.check(
  z.refine((source) => source.metrics.length > 0 || source.counter !== undefined, {
    error: 'names no metric and no counter, so it would read nothing',
    path: ['metrics'],
  }),
);
export type SourceConfig = z.infer<typeof SourceConfig>;

/** The object that the job reads: sources in the order in which they are tried. */
export const SourceSet = z.strictObject({ sources: z.array(SourceConfig).check(z.minLength(1)) }).check(
  z.refine((set) => new Set(set.sources.map((s) => s.name)).size === set.sources.length, {
    error: 'two sources have the same name',
    path: ['sources'],
  }),
);
export type SourceSet = z.infer<typeof SourceSet>;
