/** Who owns what is watched, and where to read about it: `config/entities.json`. */
import * as z from 'zod/mini';
import { Name, Slug } from './shared.ts';

/** Owner of an entity that the directory does not know. */
export const NOBODY = 'nobody';

export const DirectoryEntry = z.strictObject({
  source: Slug,
  /** An entity's name, or `*` for every entity of the source that has no entry of its own. */
  entity: z._default(Name, '*'),
  /** Team or person; what a subscription may filter on. */
  owner: z.optional(Name),
  /** What it is, in one or two sentences: shown in the e-mail. */
  description: z.optional(z.string().check(z.maxLength(500))),
  /** What to do about it: shown in the e-mail. */
  runbook_url: z.optional(z.url({ protocol: /^https$/ })),
});
export type DirectoryEntry = z.infer<typeof DirectoryEntry>;

export const EntityDirectory = z
  .strictObject({ entities: z.array(DirectoryEntry) })
  .check(
    z.refine(
      (set) =>
        new Set(set.entities.map(({ source, entity }) => JSON.stringify([source, entity]))).size ===
        set.entities.length,
      { error: 'two entries have the same source and entity', path: ['entities'] },
    ),
  );
export type EntityDirectory = z.infer<typeof EntityDirectory>;

/** The entity's own entry, or else its source's, or nothing. */
export function entryOf(
  { entities }: EntityDirectory,
  { source, entity }: { readonly source: string; readonly entity: string },
): DirectoryEntry | undefined {
  const ofSource = entities.filter((entry) => entry.source === source);
  return ofSource.find((entry) => entry.entity === entity) ?? ofSource.find((entry) => entry.entity === '*');
}
