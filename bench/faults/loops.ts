/** The event sources of a scenario, as the stacks connect streams and queues with functions. */
import type { DynamoDBRecord, KinesisStreamRecord, SQSRecord } from 'aws-lambda';
import type { LocalClients } from '../../local/clients.ts';
import type { Invoke } from '../event-sources/invoking.ts';
import { readQueue } from '../event-sources/queue.ts';
import { noteOf, readKinesis } from '../event-sources/stream.ts';
import { readTableStream } from '../event-sources/table-stream.ts';
import type { Functions } from './functions.ts';
import { type QueueName, type Resources, sendTo } from './resources.ts';

/** As the stacks set them: batches of triage hold one message, ten of which a poller has in work. */
const POLLERS = { triage: 1, notify: 2, due: 5 };
const BATCH = { triage: 1, notify: 10, due: 10 };

export interface LoopsOptions {
  readonly clients: LocalClients;
  readonly emulator: string;
  readonly resources: Resources;
  readonly functions: Functions;
  readonly scale: number;
  /** False: a batch of a stream that fails is dropped (a guard taken away). */
  readonly isPatient: boolean;
  /** Delivers each message of a queue to two functions at the same time. */
  readonly twice: boolean;
  readonly signal: AbortSignal;
  readonly onRead: (records: readonly KinesisStreamRecord[]) => void;
  /** Hears of each invocation while it runs. */
  readonly watch: <R>(invoke: Invoke<R>) => Invoke<R>;
}

/** @returns what ends when the signal is given */
export function startLoops(options: LoopsOptions): Promise<void>[] {
  const { clients, emulator, resources, functions, scale, isPatient, signal, onRead, watch } = options;
  const { queues } = resources;
  const burying = <R>(name: QueueName, note: (record: R) => string) =>
    isPatient ? { bury: (record: R) => sendTo(clients, queues[name], note(record)) } : {};
  const repeated = (invoke: Invoke<SQSRecord>): Invoke<SQSRecord> =>
    watch(
      options.twice
        ? async (records) => (await Promise.all([invoke(records), invoke(records)]))[0] ?? new Set()
        : invoke,
    );
  const pollers = (step: keyof typeof POLLERS, name: QueueName) =>
    Array.from({ length: POLLERS[step] }, () =>
      readQueue(clients, queues[name], BATCH[step], { invoke: repeated(functions[step]), signal }),
    );
  return [
    readKinesis(clients, resources.anomalies, {
      invoke: watch<KinesisStreamRecord>((batch) => {
        onRead(batch);
        return functions.incidents(batch);
      }),
      ...{ signal, scale },
      ...burying('anomalies-dead', noteOf),
    }),
    readTableStream(emulator, resources.tableStreamArn, {
      invoke: watch<DynamoDBRecord>(functions.outbox),
      ...{ signal, scale },
      ...burying('outbox-dead', ({ dynamodb }: DynamoDBRecord) =>
        JSON.stringify({ DDBStreamBatchInfo: { startSequenceNumber: dynamodb?.SequenceNumber } }),
      ),
    }),
    ...pollers('triage', 'requests'),
    ...pollers('notify', 'alerts'),
    ...pollers('due', 'timers'),
  ];
}
