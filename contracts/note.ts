/** What people or machines say about a time: a deploy, a load test, work on a machine. Triage weighs it, no rule reads it. */
import * as z from 'zod/mini';
import { Instant, Name, Slug } from './shared.ts';

/** `note`: anything else that somebody on call should know. */
export const NoteKind = z.enum(['deploy', 'load_test', 'maintenance', 'note']);
export type NoteKind = z.infer<typeof NoteKind>;

/** Longer than a week is no event but a state: that belongs into the directory or the rule. */
export const MAX_NOTE_MS = 7 * 86_400_000;

export const Note = z
  .strictObject({
    note_id: z.string().check(z.regex(/^N-[0-9A-Z]{10}$/, 'must be N- and ten letters or digits')),
    kind: NoteKind,
    source: Slug,
    /** Absent: the whole source. */
    entity: z.exactOptional(Name),
    /** Absent: every metric. */
    metric: z.exactOptional(Name),
    from: Instant,
    /** The same as `from` for what happened at one instant, such as a deploy. */
    until: Instant,
    author: Name,
    created_at: Instant,
    text: z.string().check(z.minLength(1), z.maxLength(500)),
  })
  .check(
    z.refine(({ from, until }) => from <= until, 'must not end before it begins'),
    z.refine(
      ({ from, until }) => Date.parse(until) - Date.parse(from) <= MAX_NOTE_MS,
      'must last at most 7 days',
    ),
  );
export type Note = z.infer<typeof Note>;
