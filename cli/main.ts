/** The `tocsin` command: options, help, and what becomes of an error. */
import { randomBytes } from 'node:crypto';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { stages } from '../lib/config/load.ts';
import { type BacktestCommandOptions, runBacktest } from './commands/backtest.ts';
import { doctor } from './commands/doctor.ts';
import {
  dropLetters,
  listLetters,
  type RedriveOptions,
  replayLetters,
  showLetters,
} from './commands/redrive.ts';
import { type ReviewOptions, reviewRules } from './commands/rules.ts';
import { type SendOptions, send } from './commands/send.ts';
import { sendTestAlert } from './commands/test-alert.ts';
import { runWarm, type WarmOptions } from './commands/warm.ts';
import { awsClients, CliContext, type Clients, type GlobalOptions, type Terminal } from './context.ts';
import { explain } from './explain.ts';
import { addIncidents, type ProgramTools } from './incidents-program.ts';
import { addNotes } from './notes-program.ts';

/** What a test may replace. */
export interface Surroundings {
  readonly terminal: Terminal;
  readonly clients: (options: GlobalOptions) => Clients;
}

const surroundings: Surroundings = {
  terminal: {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    readInput: async () => {
      let text = '';
      for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk;
      return text;
    },
  },
  clients: awsClients,
};

/** Runs one command line (without node and script). Resolves with the exit code: 0 done, 1 not. */
export async function main(args: readonly string[], use: Surroundings = surroundings): Promise<number> {
  const program = createProgram(use);
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    // commander has printed its own message (or the help that was asked for).
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    use.terminal.err(`tocsin: ${explain(error)}\n`);
    return 1;
  }
}

function createProgram(use: Surroundings): Command {
  const program = new Command('tocsin')
    .description('Operates a deployed Tocsin: one e-mail per incident from JSON records on Kinesis.')
    .option('--stage <name>', `stage to work on: ${Object.keys(stages).join(', ')}`, 'dev')
    .option('--region <region>', 'AWS region (default: that of the environment or profile)')
    .option('--endpoint <url>', 'AWS endpoint, for a local run: http://127.0.0.1:4566')
    .option('--json', 'print the result as one line of JSON')
    .exitOverride()
    .configureOutput({ writeOut: use.terminal.out, writeErr: use.terminal.err })
    .showHelpAfterError('(tocsin --help shows what there is)')
    .addHelpText('after', examples);
  // So that `tocsin send … --json` works as well as `tocsin --json send …`.
  const command = (name: string) => shareOptions(program, program.command(name));

  command('send')
    .description('puts records on an input stream, as any producer would')
    .argument('<input>', 'a file (.csv with a header, or JSON lines), - for standard input, or JSON itself')
    .option('--stream <name>', "short name of the input stream (default: the stage's first)")
    .option('--key <field>', "field whose value is the partition key (default: each record's first text)")
    .option('--rate <number>', 'records a second (default: as fast as the stream takes them)', wholeNumber)
    .action((input: string, options: SendOptions, self: Command) =>
      send(contextOf(self, use), input, options),
    );

  command('test-alert')
    .description('sends one test e-mail through the real queue, function and topic')
    .action((_options: unknown, self: Command) => sendTestAlert(contextOf(self, use)));

  command('doctor')
    .description(
      'says what is wrong with a deployed stage: who would hear an alert, what still learns, heartbeat, dead letters',
    )
    .action((_options: unknown, self: Command) => doctor(contextOf(self, use), new Date()));

  addRedrive(program, use);
  addRules(program, use);
  const tools: ProgramTools = {
    share: (each) => shareOptions(program, each),
    contextOf: (each) => contextOf(each, use),
    wholeNumber,
  };
  addIncidents(program, tools);
  addNotes(program, tools);
  addOfArchive(command, use);
  return program;
}

/** Commands that read the archive. */
function addOfArchive(command: (name: string) => Command, use: Surroundings): void {
  command('backtest')
    .description('says what rules would have done with the records in the archive')
    .option(
      '--input <place>',
      "a folder, or s3://bucket/prefix, with the archive's files (default: the stage's archive)",
    )
    .option('--rules <file>', "the rules to try (default: the stage's)")
    .option('--against <file>', 'other rules; the result then tells the difference')
    .option('--sources <file>', "how to read the records (default: the stage's)")
    .option('--from <time>', 'first day, or instant, of arrival (UTC)')
    .option('--to <time>', 'last day, or instant, of arrival (UTC)')
    .addHelpText('after', backtestHelp)
    .action((options: BacktestCommandOptions, self: Command) => runBacktest(contextOf(self, use), options));
  command('warm')
    .description('prepares the archive for a job that starts without memory: it learns from that first')
    .requiredOption('--from <time>', 'first day, or instant, of arrival (UTC)')
    .option(
      '--to <time>',
      'instant of arrival to end before (default: where the archive is sure to be whole)',
    )
    .option(
      '--input <place>',
      "a folder, or s3://bucket/prefix, with the archive's files (default: the stage's archive)",
    )
    .option(
      '--out <place>',
      "a folder, or s3://bucket/prefix, to write to (default: the stage's archive bucket)",
    )
    .action((options: WarmOptions, self: Command) => runWarm(contextOf(self, use), options, new Date()));
}

/** Commands below `tocsin rules`. */
function addRules(program: Command, use: Surroundings): void {
  const rules = program.command('rules').description('how well the rules do');
  shareOptions(program, rules.command('review'))
    .description('rules by precision, with e-mails a week and limits that would do better')
    .option('--weeks <number>', 'how far to look back (default: 4)', wholeNumber)
    .option('--input <place>', "archived records to try suggestions on (default: the stage's archive)")
    .option('--no-backtest', 'does not try suggestions on archived records')
    .action((options: ReviewOptions, self: Command) =>
      reviewRules(contextOf(self, use), options, new Date()),
    );
}

/** Commands below `tocsin redrive`. */
function addRedrive(program: Command, use: Surroundings): void {
  const redrive = program
    .command('redrive')
    .description('dead letters: what could not be handled, shown, filtered and sent again');
  const below = (name: string, description: string) =>
    shareOptions(program, redrive.command(name))
      .description(description)
      .argument('<queue>', 'name of the letters, as list shows it')
      .option('--match <text>', 'only letters whose text holds this')
      .option('--max <number>', 'at most so many letters (default: 100)', wholeNumber);
  shareOptions(program, redrive.command('list'))
    .description('how many letters lie where')
    .action((_options: unknown, self: Command) => listLetters(contextOf(self, use)));
  below('show', 'prints letters; they stay where they are').action(
    (queue: string, options: RedriveOptions, self: Command) =>
      showLetters(contextOf(self, use), queue, options),
  );
  below('replay', 'sends letters the way they should have gone; no e-mail is sent twice by it').action(
    (queue: string, options: RedriveOptions, self: Command) =>
      replayLetters(contextOf(self, use), queue, options, randomBytes(4).toString('hex')),
  );
  below('drop', 'takes letters out for good').action(
    (queue: string, options: RedriveOptions, self: Command) =>
      dropLetters(contextOf(self, use), queue, options),
  );
}
const backtestHelp = `
The rules are judged by the real Flink job, with the thresholds, windows and quiet period of the stage.
Incidents and e-mails are those that the deployed functions would have made. Nothing is sent.

Examples:
  $ tocsin backtest --from 2026-01-24 --to 2026-01-31 --rules config/rules.json
  $ tocsin backtest --input archive/ --rules new-rules.json --against config/rules.json
  $ tocsin backtest --input s3://bucket/archive/ --rules new-rules.json --json`;

const examples = `
Examples:
  $ tocsin send '{"userId":"user001","amount":10000,"transactionId":"txn-002"}' --stage dev
  $ tocsin send readings.csv --key pump --rate 50
  $ tail -n 100 app.jsonl | tocsin send - --stage local --endpoint http://127.0.0.1:4566
  $ tocsin test-alert --stage prod --json
  $ tocsin doctor --stage prod
  $ tocsin redrive replay alerts --match T-7F3K2Q9A1B --stage prod
  $ tocsin incidents list --stage prod
  $ tocsin notes add --kind deploy --source pipelines --text "checkout 4.12.0" --stage prod
  $ tocsin rules review --weeks 8 --stage prod
  $ tocsin backtest --rules new-rules.json --against config/rules.json --from 2026-01-24
  $ tocsin warm --from 2026-01-01 --stage prod

Exit code: 0 done, 1 not done. Results go to standard output, progress and faults to standard error.`;

function shareOptions(program: Command, command: Command): Command {
  for (const option of program.options) {
    // Without its default, or it would hide what was given before the command.
    command.option(option.flags, option.description);
  }
  return command;
}

function contextOf(command: Command, use: Surroundings): CliContext {
  const options = optionsOf(command);
  return new CliContext(options, use.terminal, use.clients(options));
}

/** What was given nearest to the command wins. */
function optionsOf(command: Command): GlobalOptions {
  return { ...(command.parent !== null && optionsOf(command.parent)), ...command.opts<GlobalOptions>() };
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError('It must be a whole number above 0.');
  return number;
}
