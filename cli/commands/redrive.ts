/** `tocsin redrive`: what could not be handled, shown, filtered, sent again or dropped. */
import type { CliContext } from '../context.ts';
import { countLetters, eachLetter, type Letter, queueNamed, queuesOf } from '../redrive/letters.ts';
import { replay } from '../redrive/replay.ts';

export interface RedriveOptions {
  /** Only letters whose text holds this. */
  readonly match?: string;
  readonly max?: number;
}

const DEFAULT_MAX = 100;
/** Characters of a letter on one line. */
const SHOWN = 160;

const queuesOutput = (context: CliContext) => context.output('Pipeline', 'DeadLetterQueues');

/** How many letters lie where. */
export async function listLetters(context: CliContext): Promise<void> {
  const queues = queuesOf(await queuesOutput(context));
  const counted = await Promise.all(
    queues.map(async (queue) => ({
      name: queue.name,
      letters: await countLetters(context.clients.sqs, queue),
    })),
  );
  const width = Math.max(...counted.map(({ name }) => name.length));
  const lines = counted.map(
    ({ name, letters }) => `${name.padEnd(width)}  ${letters === 0 ? 'none' : letters}`,
  );
  context.result(lines.join('\n'), { queues: counted });
}

/** The letters of a queue; they stay where they are. */
export async function showLetters(context: CliContext, name: string, options: RedriveOptions): Promise<void> {
  const letters: Letter[] = [];
  await onMatching(context, name, options, async (letter) => {
    letters.push(letter);
    return false;
  });
  const lines = letters.map(({ sent_at, id, body }) => `${sent_at}  ${id}\n  ${body.slice(0, SHOWN)}`);
  context.result(lines.length === 0 ? `No letters in ${name}.` : lines.join('\n'), {
    queue: name,
    letters: letters.map(({ receipt: _, ...letter }) => letter),
  });
}

/**
 * Sends letters the way that they should have gone, and takes them out of the queue.
 * @param attempt makes the copies new to the queue that takes them
 */
export async function replayLetters(
  context: CliContext,
  name: string,
  options: RedriveOptions,
  attempt: string,
): Promise<void> {
  const to = {
    requestsUrl: await context.output('Pipeline', 'TriageQueueUrl'),
    alertsUrl: await context.output('Pipeline', 'NotifyQueueUrl'),
    anomaliesStream: await context.output('Data', 'AnomaliesStreamName'),
  };
  let records = 0;
  let sent = 0;
  const kept: { id: string; reason: string }[] = [];
  await onMatching(context, name, options, async (letter) => {
    const done = await replay(name, letter, context.clients, to, attempt);
    if (done.outcome === 'sent') {
      records += done.records;
      sent += 1;
      return true;
    }
    kept.push({ id: letter.id, reason: done.reason });
    return false;
  });
  const stay = kept.map(({ id, reason }) => `\n${id} stays: ${reason}.`).join('');
  context.result(
    `${sent} letters of ${name} are on their way again (${records} records or messages).${stay}`,
    {
      queue: name,
      replayed: sent,
      records,
      kept,
    },
  );
}

/** Takes letters out for good. */
export async function dropLetters(context: CliContext, name: string, options: RedriveOptions): Promise<void> {
  let dropped = 0;
  await onMatching(context, name, options, async () => {
    dropped += 1;
    return true;
  });
  context.result(`${dropped} letters of ${name} are gone.`, { queue: name, dropped });
}

async function onMatching(
  context: CliContext,
  name: string,
  { match, max = DEFAULT_MAX }: RedriveOptions,
  work: (letter: Letter) => Promise<boolean>,
): Promise<void> {
  const queue = queueNamed(await queuesOutput(context), name);
  await eachLetter(context.clients.sqs, queue, max, async (letter) =>
    match === undefined || letter.body.includes(match) ? work(letter) : false,
  );
}
