/** Options and help of `tocsin notes`. */
import type { Command } from 'commander';
import { NoteKind } from '../contracts/note.ts';
import { type AddNoteOptions, addNote, endNote, listNotes } from './commands/notes.ts';
import type { ProgramTools } from './incidents-program.ts';

export function addNotes(program: Command, { share, contextOf, wholeNumber }: ProgramTools): void {
  const notes = program
    .command('notes')
    .description('deploys, load tests and maintenance: triage weighs them in its verdicts');
  notes.addHelpText('after', examples);
  const command = (name: string, description: string) => share(notes.command(name)).description(description);

  command('add', 'notes what happens, happened or will happen')
    .requiredOption('--kind <kind>', NoteKind.options.join(', '))
    .requiredOption('--source <name>', 'the source that it is about')
    .option('--entity <name>', 'the entity (default: the whole source)')
    .option('--metric <name>', 'the metric (default: all of them)')
    .option('--from <instant>', 'when it begins (default: now)')
    .option('--for <time>', '30m, 2h, 1d; a deploy needs no end')
    .option('--until <instant>', '2026-03-01T22:00Z')
    .option('--by <name>', 'who says so (default: who is logged in on this machine)')
    .requiredOption('--text <text>', 'what it is, in at most 500 characters')
    .action((options: AddNoteOptions, self: Command) => addNote(contextOf(self), options));

  command('list', 'notes of the last week and those to come, the last to begin first')
    .option('--source <name>', 'only those of this source')
    .option('--limit <number>', 'at most so many (default: 50)', wholeNumber)
    .action((options: { source?: string; limit?: number }, self: Command) =>
      listNotes(contextOf(self), options),
    );

  command('end <id>', 'ends a note now').action((id: string, _options: unknown, self: Command) =>
    endNote(contextOf(self), id),
  );
}

const examples = `
Examples:
  $ tocsin notes add --kind deploy --source pipelines --entity checkout --text "checkout 4.12.0"
  $ tocsin notes add --kind load_test --source payments --from 2026-03-01T22:00Z --for 2h --text "Load test"
  $ tocsin notes list --source payments
  $ tocsin notes end N-4KQ2M8N6PX`;
