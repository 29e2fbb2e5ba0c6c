/** `tocsin notes`: deploys, load tests and maintenance, which triage weighs in its verdicts. */
import { randomBytes } from 'node:crypto';
import { MAX_NOTE_MS, type Note } from '../../contracts/note.ts';
import { endedNote, NoteFault, newNote } from '../../lambdas/notes/notes.ts';
import { DynamoDbNotes } from '../../lambdas/ports/notes/dynamodb.ts';
import { instant, oneLine } from '../../lambdas/triage/words.ts';
import type { CliContext } from '../context.ts';
import { CliError } from '../errors.ts';
import { personOf } from '../incident-stores.ts';
import { endOf, instant as instantOf } from '../when.ts';

export interface AddNoteOptions {
  readonly kind: string;
  readonly source: string;
  readonly entity?: string;
  readonly metric?: string;
  readonly from?: string;
  readonly for?: string;
  readonly until?: string;
  readonly by?: string;
  readonly text: string;
}

/** Most notes that `list` shows unless told otherwise. */
const LISTED = 50;

/** @throws CliError */
export async function addNote(context: CliContext, options: AddNoteOptions): Promise<void> {
  const now = new Date();
  const { kind, source, entity, metric, text } = options;
  const from = options.from === undefined ? now : instantOf(options.from);
  const hasEnd = options.for !== undefined || options.until !== undefined;
  const note = orCliError(() =>
    newNote(
      {
        ...{ kind, source, from, text, author: personOf(options) },
        ...(entity !== undefined && { entity }),
        ...(metric !== undefined && { metric }),
        ...(hasEnd && { until: endOf(options, from) }),
      },
      randomBytes(16).toString('hex'),
      now,
    ),
  );
  await (await notesOf(context)).put(note);
  context.result(noteLine(note, now), { note });
}

/** Notes of the last week and those to come. */
export async function listNotes(
  context: CliContext,
  { source, limit = LISTED }: { readonly source?: string; readonly limit?: number },
): Promise<void> {
  const now = new Date();
  const store = await notesOf(context);
  const all = await store.between(new Date(now.getTime() - MAX_NOTE_MS), new Date(FAR_OFF), 20 * limit);
  const notes = all.filter((note) => source === undefined || note.source === source).slice(0, limit);
  context.result(notes.map((note) => noteLine(note, now)).join('\n') || 'There is no note.', { notes });
}

/** No note begins later. */
const FAR_OFF = '9999-12-31T00:00:00.000Z';

/** @throws CliError when there is no such note, or it has ended */
export async function endNote(context: CliContext, id: string): Promise<void> {
  const now = new Date();
  const store = await notesOf(context);
  const note = await store.find(id);
  if (note === undefined)
    throw new CliError(`There is no note ${id}. tocsin notes list shows those of the week.`);
  const ended = orCliError(() => endedNote(note, now));
  await store.put(ended);
  context.result(noteLine(ended, now), { note: ended });
}

function orCliError<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof NoteFault)) throw error;
    throw new CliError(
      `${error.message}. Example: tocsin notes add --kind load_test --source payments --for 2h --text "…"`,
    );
  }
}

async function notesOf(context: CliContext): Promise<DynamoDbNotes> {
  const { keepDays } = context.settings.incidents;
  const tableName = await context.output('Data', 'IncidentsTableName');
  return new DynamoDbNotes({ client: context.clients.documents, tableName, keepDays });
}

function noteLine(note: Note, now: Date): string {
  const { note_id, kind, source, entity, metric, from, until, author, text } = note;
  const of = [source, entity, metric].filter((name) => name !== undefined).map((name) => oneLine(name));
  const time = from === until ? instant(from) : `${instant(from)} to ${instant(until)}`;
  const at = now.toISOString();
  const state = until <= at ? 'past' : from > at ? 'planned' : 'now';
  return `${note_id}  ${kind}  ${state}  ${time}  ${of.join(' / ')}  by ${oneLine(author)}: ${oneLine(text, 500)}`;
}
