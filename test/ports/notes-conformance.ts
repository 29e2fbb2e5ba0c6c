/** What every store of notes keeps. */
import type { Note } from '../../contracts/note.ts';
import type { NoteStore } from '../../lambdas/ports/notes/port.ts';
import { uniqueId } from '../lambdas/factories.ts';

/** Declares the suite; `store` may give the same one to each test. */
export function itKeepsNotes(store: () => NoteStore): void {
  const noteAt = (from: string, given: Partial<Note> = {}): Note => ({
    note_id: `N-${uniqueId().slice(0, 10).toUpperCase()}`,
    kind: 'deploy',
    source: 'transactions',
    from: `2026-03-01T${from}.000Z`,
    until: '2026-03-01T23:00:00.000Z',
    author: 'm.keller',
    created_at: '2026-03-01T00:00:00.000Z',
    text: 'checkout 4.12.0',
    ...given,
  });

  it('finds a note by its id, and none where there is none', async () => {
    const note = noteAt('02:00:00', { entity: 'user001', metric: 'amount' });
    await store().put(note);
    expect(await store().find(note.note_id)).toEqual(note);
    expect(await store().find('N-NOSUCHNOTE')).toBeUndefined();
  });

  it('finds the notes that begin between two instants, the last to begin first', async () => {
    const notes = ['03:00:00', '03:05:00', '03:10:00', '03:15:00'].map((from) => noteAt(from));
    for (const note of notes) await store().put(note);
    const mine = async (from: string, to: string, limit: number) => {
      const found = await store().between(
        new Date(`2026-03-01T${from}.000Z`),
        new Date(`2026-03-01T${to}.000Z`),
        limit,
      );
      return found.map(({ from: begin }) => begin.slice(11, 19));
    };
    expect(await mine('03:05:00', '03:10:00', 100)).toEqual(['03:10:00', '03:05:00']);
    expect(await mine('03:00:00', '03:20:00', 2)).toEqual(['03:15:00', '03:10:00']);
  });

  it('puts a note in the place of the one with its id', async () => {
    const note = noteAt('05:00:00');
    await store().put(note);
    await store().put({ ...note, until: '2026-03-01T05:30:00.000Z' });
    const found = await store().between(new Date(note.from), new Date(note.from), 100);
    expect(found.map(({ until }) => until)).toEqual(['2026-03-01T05:30:00.000Z']);
  });
}
