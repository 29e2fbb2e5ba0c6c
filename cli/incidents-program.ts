/** Options and help of `tocsin incidents`. */
import type { Command } from 'commander';
import { Resolution } from '../contracts/incident.ts';
import { CORRECTABLE } from '../lambdas/incidents/staff.ts';
import {
  ackIncident,
  correctIncident,
  type DeedOptions,
  type ListOptions,
  listIncidents,
  resolveIncident,
  showIncident,
  snoozeIncident,
} from './commands/incidents.ts';
import { listResults, type ResultOptions } from './commands/results.ts';
import { type SilenceOptions, silenceIncidents } from './commands/silence.ts';
import type { CliContext } from './context.ts';

export interface ProgramTools {
  /** Gives a command the options that all share. */
  readonly share: (command: Command) => Command;
  readonly contextOf: (command: Command) => CliContext;
  readonly wholeNumber: (text: string) => number;
}

const BY = ['--by <name>', 'who does it (default: who is logged in on this machine)'] as const;
const NOTE = ['--note <text>', 'why, for the timeline'] as const;

/** Makes a command below `tocsin incidents`. */
type Below = (name: string, description: string) => Command;

export function addIncidents(program: Command, tools: ProgramTools): void {
  const incidents = program
    .command('incidents')
    .description('what staff do with incidents: no console is needed');
  incidents.addHelpText('after', examples);
  const command: Below = (name, description) => tools.share(incidents.command(name)).description(description);
  addLooks(command, tools);
  addDeeds(command, tools);
}

/** What changes nothing. */
function addLooks(command: Below, { contextOf, wholeNumber }: ProgramTools): void {
  command('list', 'unresolved incidents, the critical first')
    .option('--severity <name>', 'only those of warning or critical')
    .option('--held', 'only those whose mail waits')
    .option('--resolved-by <name>', 'instead: what this person resolved; tocsin: what cleared or went quiet')
    .option('--modified-by <name>', 'instead: the stored values that this person corrected')
    .option('--limit <number>', 'at most so many (default: 50)', wholeNumber)
    .action((options: ListOptions, self: Command) => listIncidents(contextOf(self), options));

  command('show <id>', 'one incident and its timeline').action(
    (id: string, _options: unknown, self: Command) => showIncident(contextOf(self), id),
  );

  command(
    'results',
    'what the tiers found of single records: those that raised or cleared something, and a sample',
  )
    .option('--status <status>', 'anomaly or normal', 'anomaly')
    .option('--limit <number>', 'at most so many (default: 50)', wholeNumber)
    .action((options: ResultOptions, self: Command) => listResults(contextOf(self), options));
}

/** What staff do to incidents. */
function addDeeds(command: Below, { contextOf }: ProgramTools): void {
  command('ack <id>', 'somebody looks after it: no reminders, unless it gets graver')
    .option(...BY)
    .option(...NOTE)
    .action((id: string, options: DeedOptions, self: Command) => ackIncident(contextOf(self), id, options));

  command('snooze <id>', 'no mail for a while, unless it gets graver; what burns then is mailed')
    .option('--for <time>', '30m, 2h, 1d')
    .option('--until <instant>', '2026-03-01T22:00Z')
    .option(...BY)
    .option(...NOTE)
    .action((id: string, options: DeedOptions, self: Command) =>
      snoozeIncident(contextOf(self), id, options),
    );

  command('resolve <id>', 'it is over; what it was counts for or against its rule')
    .requiredOption('--as <resolution>', Resolution.options.join(', '))
    .option(...BY)
    .option(...NOTE)
    .action((id: string, options: DeedOptions & { as: string }, self: Command) =>
      resolveIncident(contextOf(self), id, options),
    );

  command(
    'correct <id> <field> <value>',
    `corrects a stored value (${CORRECTABLE.join(', ')}); kept in the audit trail`,
  )
    .requiredOption('--reason <text>', 'why')
    .option(...BY)
    .action(
      (id: string, field: string, value: string, options: DeedOptions & { reason: string }, self: Command) =>
        correctIncident(contextOf(self), id, field, value, options),
    );

  command('silence', 'no mail for what matches, from now or later on; when it ends, what burns is mailed')
    .option(
      '--match <name=pattern...>',
      'source, entity, metric, rule, detector, severity, label:NAME; * is any text',
    )
    .option('--for <time>', '30m, 2h, 1d')
    .option('--until <instant>', '2026-03-01T22:00Z')
    .option('--from <instant>', 'when it starts (default: now)')
    .option('--reason <text>', 'why')
    .option(...BY)
    .option('--list', 'shows all silences')
    .option('--end <id>', 'ends a silence now')
    .action((options: SilenceOptions, self: Command) => silenceIncidents(contextOf(self), options));
}

const examples = `
Examples:
  $ tocsin incidents list --stage prod
  $ tocsin incidents ack T-7F3K2Q9A1B --note "Calling the bank"
  $ tocsin incidents resolve T-7F3K2Q9A1B --as false_positive
  $ tocsin incidents silence --match source=sensors label:site=north --for 4h --reason "Pumps are replaced"
  $ tocsin incidents correct T-7F3K2Q9A1B worst.value 100 --reason "The terminal sent cents"`;
