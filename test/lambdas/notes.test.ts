import { Note } from '../../contracts/note.ts';
import { endedNote, type NoteGiven, newNote } from '../../lambdas/notes/notes.ts';
import { at } from './factories.ts';

const given: NoteGiven = {
  kind: 'load_test',
  source: 'payments',
  from: at('10:00:00.000'),
  until: at('12:00:00.000'),
  author: 'k.sato',
  text: 'Load test of the terminals',
};
const made = (more: Partial<NoteGiven> = {}) => newNote({ ...given, ...more }, 'seed', at('09:00:00.000'));

describe('a note', () => {
  it('is of the whole source unless it names an entity or a metric', () => {
    expect(made()).not.toHaveProperty('entity');
    expect(made({ entity: 'user001', metric: 'amount' })).toMatchObject({
      entity: 'user001',
      metric: 'amount',
    });
    expect(Note.parse(made())).toMatchObject({ created_at: '2026-03-01T09:00:00.000Z', author: 'k.sato' });
  });

  it('has an id that its seed gives', () => {
    expect(made().note_id).toMatch(/^N-[0-9A-Z]{10}$/);
    expect(newNote(given, 'another', at('09:00:00.000')).note_id).not.toBe(made().note_id);
  });

  it('needs an end, unless it is a deploy, which happens at one instant', () => {
    const { until: _, ...endless } = given;
    expect(() => newNote(endless, 'seed', at('09:00:00.000'))).toThrow('needs an end');
    const deploy = newNote({ ...endless, kind: 'deploy' }, 'seed', at('09:00:00.000'));
    expect(deploy.until).toBe(deploy.from);
  });

  it('is refused with all that is wrong with it', () => {
    expect(() => made({ kind: 'party', text: '' })).toThrow(/kind: .*text: /);
    expect(() => made({ until: at('09:59:59.000') })).toThrow('must not end before it begins');
    expect(() => made({ until: new Date('2026-03-09T00:00:00Z') })).toThrow('must last at most 7 days');
    expect(() => made({ text: 'x'.repeat(501) })).toThrow('text');
  });

  it('ends now, or where it begins when it has not begun', () => {
    expect(endedNote(made(), at('11:00:00.000')).until).toBe('2026-03-01T11:00:00.000Z');
    expect(endedNote(made(), at('09:30:00.000')).until).toBe('2026-03-01T10:00:00.000Z');
    expect(() => endedNote(made(), at('12:00:00.000'))).toThrow('ended at');
  });
});
