/** The demo: starts a local run, feeds it, tells what happens, and ends everything that it started. */
import { readFile } from 'node:fs/promises';
import { type DemoOptions, readOptions } from './demo-options.ts';
import type { Mail } from './inbox/mailbox.ts';
import { runHost, runTransactions } from './live.ts';
import { LocalRunFailed } from './local-error.ts';
import { chainOf, Observer } from './observer.ts';
import { type BoundedInput, runOnce } from './once.ts';
import { killAll } from './processes.ts';
import { Producer } from './producer/producer.ts';
import { replayPlan } from './producer/replay.ts';
import { seededInput } from './producer/seeded.ts';
import { LocalRun, type LocalStack } from './stack.ts';
import { kindOf, type RunTimes, summarize } from './summary.ts';
import { welcome } from './welcome.ts';

/**
 * Runs the demo to its end.
 * @param values options as the command line gave them
 * @returns the exit code: 0 when it ended as asked, 1 when something failed or was lost, 130 when `--once` was interrupted
 */
export async function demo(values: unknown, setupSeconds: number): Promise<number> {
  const times: RunTimes = { setupSeconds, startedAt: Date.now() };
  let run: LocalRun | undefined;
  let interruptedCode: number | undefined;
  try {
    const options = readOptions(values);
    const say = (line: string) => (options.json ? console.error(line) : console.log(line));
    const local = new LocalRun({ ...options, say });
    run = local;
    const interrupted = onInterrupt(() => {
      // An unfinished `--once` has proven nothing; a live run is meant to end so.
      interruptedCode = options.once ? 130 : 0;
      say('Ending everything that this run started …');
      return local.stop();
    });
    return (await Promise.race([feed(local, options, times, say), interrupted])) ?? interruptedCode ?? 1;
  } catch (error) {
    // Parts that end because they were told to are no fault.
    if (interruptedCode === undefined) {
      console.error(error instanceof LocalRunFailed ? error.message : error);
    }
    return interruptedCode ?? 1;
  } finally {
    await run?.stop();
  }
}

async function feed(
  run: LocalRun,
  options: DemoOptions,
  times: RunTimes,
  say: (line: string) => void,
): Promise<number> {
  // Before anything starts, so that a wrong file name is told at once.
  const replay = options.replay === undefined ? undefined : await readReplay(options.replay, options.speed);
  const stack = await run.start();
  const tell = (event: object) => options.json && !options.once && console.log(JSON.stringify(event));
  stack.mailbox.onMail((mail) => {
    say(describeMail(mail, stack));
    tell({ event: 'mail', kind: kindOf(mail), subject: mail.subject, ...chainOf(mail) });
  });
  const [inputStream = ''] = stack.data.inputStreams;
  const producer = new Producer(stack.clients.kinesis, inputStream);
  const observer = new Observer(stack);
  const broken = stack.broken.then((reason) => Promise.reject(new LocalRunFailed(reason)));
  await observer.start((fault) => say(`A stream could not be read on: ${fault}`));
  tell({ event: 'ready', endpoint: stack.endpoint, inbox: stack.inboxUrl, stream: inputStream });

  if (options.once) {
    const input: BoundedInput = replay ?? seededInput(options.seed);
    const code = await Promise.race([once(stack, producer, observer, input, times, options, say), broken]);
    if (!options.keep) return code;
    say(`The e-mails: ${stack.inboxUrl}. Ctrl-C ends it.`);
    return broken;
  }
  say(welcome(stack, options.port));
  const inputs = options.input.map((name) =>
    name === 'host' ? runHost(producer, stack.signal) : runTransactions(producer, options.seed, stack.signal),
  );
  if (replay !== undefined) {
    inputs.push(
      runOnce(stack, producer, observer, replay, say).then(({ losses, missing }) => {
        say(
          missing === undefined
            ? 'The replay is through; nothing was lost.'
            : `The replay is through: ${missing}`,
        );
        tell({ event: 'replayed', ...summarize(stack, producer, observer, { times, incidents: 0, losses }) });
      }),
    );
  }
  // The inputs end with the run only; a fault of one ends the run.
  return Promise.race([...inputs.map((input) => input.then(() => broken)), broken]);
}

async function once(
  stack: LocalStack,
  producer: Producer,
  observer: Observer,
  input: BoundedInput,
  times: RunTimes,
  options: DemoOptions,
  say: (line: string) => void,
): Promise<number> {
  const { losses, missing } = await runOnce(stack, producer, observer, input, say);
  if (missing !== undefined) say(`Not everything came through: ${missing}`);
  const incidents = await observer.countIncidents();
  const summary = summarize(stack, producer, observer, { times, incidents, losses });
  console.log(options.json ? JSON.stringify(summary) : JSON.stringify(summary, undefined, 2));
  return missing === undefined ? 0 : 1;
}

async function readReplay(file: string, speed: number): Promise<BoundedInput> {
  const csv = await readFile(file, 'utf8').catch((error) => {
    throw new LocalRunFailed(`--replay: ${file} cannot be read (${error.code}).`);
  });
  return { records: replayPlan(csv, file, speed), mustBeMailed: [] };
}

function describeMail(mail: Mail, stack: LocalStack): string {
  const { cause, anomalyId, incidentId, messageId } = chainOf(mail);
  return [
    `E-mail ${mail.id}: ${mail.subject}`,
    `  ${cause} → anomaly ${anomalyId} → incident ${incidentId} → message ${messageId}`,
    `  ${stack.inboxUrl}/mails/${mail.id}`,
  ].join('\n');
}

/** Resolves when Ctrl-C (or an ordinary kill, or a closed terminal) has ended the run; a second one ends it at once. */
function onInterrupt(stop: () => Promise<void>): Promise<undefined> {
  return new Promise((resolve, reject) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (asked) {
          killAll();
          process.exit(130);
        }
        asked = true;
        stop().then(() => resolve(undefined), reject);
      });
    }
  });
}
