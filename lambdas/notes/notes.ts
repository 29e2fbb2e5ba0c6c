/** Writes and ends notes: the command line and any API come through here. Pure: time and ids are arguments. */
import { Note } from '../../contracts/note.ts';
import { TocsinError } from '../errors.ts';
import { tenCharacters } from '../incidents/ids.ts';

/** What is given is no note, or cannot be done with it. */
export class NoteFault extends TocsinError {
  override readonly name = 'NoteFault';
  readonly retryable = false;
}

/** What somebody says; the contract checks it. */
export interface NoteGiven {
  readonly kind: string;
  readonly source: string;
  readonly entity?: string;
  readonly metric?: string;
  readonly from: Date;
  /** Absent: it happened at one instant, as only a deploy does. */
  readonly until?: Date;
  readonly author: string;
  readonly text: string;
}

/**
 * A new note.
 * @param seed random text that gives it its id
 * @throws NoteFault naming all that is wrong
 */
export function newNote(given: NoteGiven, seed: string, now: Date): Note {
  const { kind, source, entity, metric, from, until, author, text } = given;
  if (until === undefined && kind !== 'deploy') {
    throw new NoteFault(`a note of the kind ${kind} needs an end; only a deploy happens at one instant`);
  }
  const parsed = Note.safeParse({
    note_id: `N-${tenCharacters(seed)}`,
    kind,
    source,
    ...(entity !== undefined && { entity }),
    ...(metric !== undefined && { metric }),
    from: from.toISOString(),
    until: (until ?? from).toISOString(),
    author,
    created_at: now.toISOString(),
    text,
  });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) =>
    [path.join('.'), message].filter(Boolean).join(': '),
  );
  throw new NoteFault(`that is no note: ${faults.join('; ')}`);
}

/** It ends now; one that has not begun ends where it begins. @throws NoteFault when it has ended */
export function endedNote(note: Note, now: Date): Note {
  const at = now.toISOString();
  if (note.until <= at) throw new NoteFault(`${note.note_id} ended at ${note.until}`);
  const until = new Date(Math.max(now.getTime(), Date.parse(note.from)));
  return { ...note, until: until.toISOString() };
}
