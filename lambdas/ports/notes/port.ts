/** Where notes are kept: deploys, load tests, maintenance. Every adapter passes test/ports/notes-conformance. */
import type { Note } from '../../../contracts/note.ts';

export interface NoteStore {
  /** Keeps a note, or takes the place of the one with its id. */
  put(note: Note): Promise<void>;
  find(noteId: string): Promise<Note | undefined>;
  /** Notes that begin between the instants, both included; the last to begin first, at most `limit`. May lag a moment behind. */
  between(from: Date, to: Date, limit: number): Promise<readonly Note[]>;
}
