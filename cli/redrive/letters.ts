/** Dead letters as they lie in their queues, and what each of them is. */
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Clients } from '../context.ts';
import { CliError } from '../errors.ts';

/** A queue of dead letters by the name that the deploy gave it. */
export interface LetterQueue {
  readonly name: string;
  readonly url: string;
}

export interface Letter {
  readonly id: string;
  readonly body: string;
  /** ISO 8601. */
  readonly sent_at: string;
  /** Of a FIFO queue. */
  readonly group?: string;
  readonly deduplication?: string;
  /** What it is taken from the queue with. */
  readonly receipt: string;
}

/** How long a letter is hidden from others while it is looked at, in seconds. */
const HIDDEN_SECONDS = 120;
const BATCH = 10;
/** Empty answers in a row after which a queue is taken to be empty: SQS asks only some of its servers each time. */
const EMPTY_ANSWERS = 2;

/** Reads `name=url,name=url` of the stack's output. @throws CliError when it does not hold the queue */
export function queueNamed(output: string, name: string): LetterQueue {
  const queues = queuesOf(output);
  const found = queues.find((queue) => queue.name === name);
  if (found !== undefined) return found;
  throw new CliError(
    `There are no dead letters called "${name}". There are: ${queues.map((queue) => queue.name).join(', ')}.`,
  );
}

export function queuesOf(output: string): readonly LetterQueue[] {
  return output.split(',').map((entry) => {
    const at = entry.indexOf('=');
    return { name: entry.slice(0, at), url: entry.slice(at + 1) };
  });
}

/** About how many letters lie in the queue; those that somebody looks at are counted too. */
export async function countLetters(sqs: Clients['sqs'], { url }: LetterQueue): Promise<number> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes: attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...names] }),
  );
  return names.reduce((sum, name) => sum + Number(attributes[name] ?? 0), 0);
}

/**
 * Takes letters one by one, at most `max`, and gives back each that `work` did not remove. A letter is hidden from
 * others meanwhile.
 * @param work resolves with true when the letter has done its duty: it is then deleted
 */
export async function eachLetter(
  sqs: Clients['sqs'],
  queue: LetterQueue,
  max: number,
  work: (letter: Letter) => Promise<boolean>,
): Promise<void> {
  const kept: Letter[] = [];
  try {
    let empty = 0;
    for (let seen = 0; seen < max && empty < EMPTY_ANSWERS; ) {
      const letters = await receive(sqs, queue, Math.min(BATCH, max - seen));
      empty = letters.length === 0 ? empty + 1 : 0;
      seen += letters.length;
      kept.push(...letters);
      for (const letter of letters) {
        if (!(await work(letter))) continue;
        await sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: letter.receipt }));
        kept.splice(kept.indexOf(letter), 1);
      }
    }
  } finally {
    for (const { receipt } of kept) {
      await sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queue.url,
          ReceiptHandle: receipt,
          VisibilityTimeout: 0,
        }),
      );
    }
  }
}

async function receive(sqs: Clients['sqs'], { url }: LetterQueue, count: number): Promise<Letter[]> {
  const { Messages: messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: count,
      VisibilityTimeout: HIDDEN_SECONDS,
      WaitTimeSeconds: 1,
      MessageSystemAttributeNames: ['SentTimestamp', 'MessageGroupId', 'MessageDeduplicationId'],
    }),
  );
  return messages.map(
    ({ MessageId: id = '', Body: body = '', ReceiptHandle: receipt = '', Attributes = {} }) => {
      const {
        MessageGroupId: group,
        MessageDeduplicationId: deduplication,
        SentTimestamp = '0',
      } = Attributes;
      return {
        id,
        body,
        receipt,
        sent_at: new Date(Number(SentTimestamp)).toISOString(),
        ...(group !== undefined && { group }),
        ...(deduplication !== undefined && { deduplication }),
      };
    },
  );
}
