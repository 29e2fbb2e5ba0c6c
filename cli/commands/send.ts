/** `tocsin send`: puts records on an input stream, as any producer would. */
import { readFile } from 'node:fs/promises';
import type { CliContext } from '../context.ts';
import { CliError } from '../errors.ts';
import { putRecords } from '../put-records.ts';
import { readRecords } from '../read-records.ts';

export interface SendOptions {
  /** Short name of the input stream; the first of the stage when absent. */
  readonly stream?: string;
  /** Field whose value is the partition key. */
  readonly key?: string;
  /** Records a second; as fast as the stream takes them when absent. */
  readonly rate?: number;
}

/**
 * Sends what `input` holds: a file (`.csv`, or JSON lines), `-` for standard input, or JSON itself.
 * @throws CliError
 */
export async function send(context: CliContext, input: string, options: SendOptions): Promise<void> {
  const records = await recordsOf(context, input, options.key);
  const streamName = await inputStream(context, options.stream);
  context.say(`Sending ${count(records.length)} to ${streamName} …`);
  const receipts = [];
  const started = Date.now();
  const perSecond = options.rate ?? records.length;
  for (let from = 0; from < records.length; from += perSecond) {
    const due = started + (from / perSecond) * 1_000;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - Date.now())));
    const taken = await putRecords(
      context.clients.kinesis,
      streamName,
      records.slice(from, from + perSecond),
    );
    receipts.push(...taken);
    if (from > 0) context.say(`  ${receipts.length} of ${records.length}`);
  }
  const [first] = receipts;
  const last = receipts.at(-1);
  context.result(
    `Sent ${count(receipts.length)} to ${streamName}; the last has sequence number ${last?.sequenceNumber}.`,
    {
      sent: receipts.length,
      stream: streamName,
      first_sequence_number: first?.sequenceNumber,
      last_sequence_number: last?.sequenceNumber,
    },
  );
}

function count(records: number): string {
  return records === 1 ? '1 record' : `${records} records`;
}

async function recordsOf(context: CliContext, input: string, key: string | undefined) {
  if (input === '-') return readRecords(await context.readInput(), 'json', 'standard input', key);
  if (/^\s*[{[]/.test(input)) return readRecords(input, 'json', 'the argument', key);
  const text = await readFile(input, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new CliError(
      `There is no file ${input}. Name a file, JSON such as '{"userId":"user001"}', or - for standard input.`,
    );
  });
  return readRecords(text, input.toLowerCase().endsWith('.csv') ? 'csv' : 'json', input, key);
}

/** Name of the stream of an input: outputs list them in the order of the stage's `inputs`. */
async function inputStream(context: CliContext, wanted: string | undefined): Promise<string> {
  const names = (await context.output('Data', 'InputStreamNames')).split(',');
  const inputs = context.inputs;
  const index = wanted === undefined ? 0 : inputs.indexOf(wanted);
  const name = names[index];
  if (name === undefined) {
    throw new CliError(`Stage ${context.stage} has no input "${wanted}". It has: ${inputs.join(', ')}.`);
  }
  return name;
}
