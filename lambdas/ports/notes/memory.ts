/** Notes in this process: what tests of the steps run on. */
import type { Note } from '../../../contracts/note.ts';
import type { NoteStore } from './port.ts';

export class MemoryNotes implements NoteStore {
  readonly #notes = new Map<string, Note>();

  async put(note: Note): Promise<void> {
    this.#notes.set(note.note_id, note);
  }

  async find(noteId: string): Promise<Note | undefined> {
    return this.#notes.get(noteId);
  }

  async between(from: Date, to: Date, limit: number): Promise<readonly Note[]> {
    return [...this.#notes.values()]
      .filter((note) => note.from >= from.toISOString() && note.from <= to.toISOString())
      .sort((a, b) => b.from.localeCompare(a.from))
      .slice(0, limit);
  }
}
