/**
 * How long from a put to the anomaly, and to SNS? `npm run -s bench:latency`, on the emulator with the real stacks and job:
 * 100 records/s of background, and beside them new incidents at a steady rate. Last line of standard output is JSON.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { putRecords } from '../cli/put-records.ts';
import sources from '../config/sources.json' with { type: 'json' };
import { Anomaly, SourceSet } from '../contracts/index.ts';
import { stateFolder } from '../local/paths.ts';
import { asRecord, TransactionMaker } from '../local/producer/transactions.ts';
import { LocalRun, type LocalStack } from '../local/stack.ts';
import { tapStream } from '../local/stream-tap.ts';
import { type Sample, Samples } from './latency-samples.ts';
import { percentiles } from './percentiles.ts';

const BACKGROUND_PER_SECOND = 100;
const TICK_MS = 100;
const SAMPLES = 320;
const INCIDENT_EVERY_MS = 500;
/** Incidents before the measured ones: the first calls of each Lambda are cold starts. */
const WARM_UP = 10;
const SETTLE_MS = 30_000;
const TAP_PAUSE_MS = 20;
const SEED = 1;
const PORT = 4_636;

const say = (line: string) => console.error(line);

const outOfOrderMs = () => {
  const source = SourceSet.parse(sources).sources.find(({ name }) => name === 'transactions');
  return source?.out_of_order_ms ?? 0;
};

/** Follows every stream on which a sample shows. A record may be seen before its put has answered, so look-ups wait. */
async function observe(stack: LocalStack, samples: Samples): Promise<void> {
  const common = {
    kinesis: stack.clients.kinesis,
    signal: stack.signal,
    pauseMs: TAP_PAUSE_MS,
    onFault: (fault: unknown) => say(`A stream could not be read on: ${fault}`),
  };
  const later = (find: () => Sample | undefined, note: (sample: Sample) => void) => {
    const sample = find();
    if (sample !== undefined) note(sample);
    else
      setTimeout(() => {
        const late = find();
        if (late !== undefined) note(late);
      }, 2_000);
  };
  const bound = outOfOrderMs();
  await tapStream({
    ...common,
    streamName: stack.data.inputStreams[0] ?? '',
    onRecord: ({ sequenceNumber, seenAt }) =>
      later(
        () => samples.bySequence.get(sequenceNumber),
        (sample) => {
          sample.readBackAt = seenAt;
        },
      ),
  });
  await tapStream({
    ...common,
    streamName: stack.data.anomaliesStream,
    onRecord: ({ text, seenAt }) => {
      const anomaly = Anomaly.parse(JSON.parse(text));
      if (anomaly.kind !== 'raised') return;
      later(
        () => samples.byEntity.get(anomaly.entity),
        (sample) => {
          if (anomaly.detector === 'limits') sample.anomalyAt = seenAt;
          if (anomaly.detector === 'window' && anomaly.window_end !== null) {
            sample.windowWaitMs = seenAt - (Date.parse(anomaly.window_end) + bound);
          }
        },
      );
    },
  });
  await observeTopic(stack, samples);
}

const Notification = z.object({
  MessageAttributes: z.object({
    kind: z.object({ Value: z.string() }),
    entity: z.object({ Value: z.string() }),
    rule_id: z.object({ Value: z.string() }),
  }),
});

/** Subscribes a queue to the topic, as a second reader of every alert. */
async function observeTopic({ clients, data, signal }: LocalStack, samples: Samples): Promise<void> {
  const { QueueUrl: queueUrl = '' } = await clients.sqs.send(
    new CreateQueueCommand({ QueueName: 'bench-latency' }),
  );
  const { Attributes: attributes } = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }),
  );
  await clients.sns.send(
    new SubscribeCommand({ TopicArn: data.topicArn, Protocol: 'sqs', Endpoint: attributes?.QueueArn }),
  );
  const read = async () => {
    while (!signal.aborted) {
      const { Messages: messages = [] } = await clients.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 5, MaxNumberOfMessages: 10 }),
        { abortSignal: signal },
      );
      const seenAt = Date.now();
      for (const message of messages) {
        const { MessageAttributes: said } = Notification.parse(JSON.parse(message.Body ?? ''));
        const sample = samples.byEntity.get(said.entity.Value);
        if (sample !== undefined && said.kind.Value === 'opened' && said.rule_id.Value === 'bench-limit') {
          sample.snsAt ??= seenAt;
        }
        await clients.sqs.send(
          new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }),
        );
      }
    }
  };
  read().catch((error) => {
    if (!signal.aborted) say(`The topic's queue could not be read on: ${error}`);
  });
}

/** Puts the background and, among it, one payment of a new user that must open an incident at each interval. */
async function load(stack: LocalStack, samples: Samples): Promise<void> {
  const maker = new TransactionMaker(SEED);
  const { kinesis } = stack.clients;
  const [stream = ''] = stack.data.inputStreams;
  const background = async () => {
    const started = Date.now();
    for (let sent = 0; !done; sent += BACKGROUND_PER_SECOND / (1_000 / TICK_MS)) {
      const now = Date.now();
      const records = Array.from({ length: BACKGROUND_PER_SECOND / (1_000 / TICK_MS) }, () =>
        asRecord(maker.calm(now)),
      );
      await putRecords(kinesis, stream, records);
      await sleep(
        Math.max(0, started + ((sent + records.length) / BACKGROUND_PER_SECOND) * 1_000 - Date.now()),
      );
    }
    return Date.now() - started;
  };
  let done = false;
  const flow = background();
  const started = Date.now();
  for (let count = 0; count < WARM_UP + SAMPLES && !stack.signal.aborted; count++) {
    const entity = `bench-${String(count).padStart(4, '0')}`;
    const putAt = Date.now();
    const [receipt] = await putRecords(kinesis, stream, [asRecord(maker.spike(putAt, entity))]);
    samples.add({ entity, putAt }, receipt?.sequenceNumber ?? '');
    if (count % 40 === 39) say(`  ${count + 1} of ${WARM_UP + SAMPLES} incidents`);
    await sleep(Math.max(0, started + (count + 1) * INCIDENT_EVERY_MS - Date.now()));
  }
  // The background goes on while the last windows close: time must move for them.
  const deadline = Date.now() + SETTLE_MS;
  const isOpen = ({ snsAt, anomalyAt, windowWaitMs }: Sample) =>
    snsAt === undefined || anomalyAt === undefined || windowWaitMs === undefined;
  while (Date.now() < deadline && samples.measured.some(isOpen)) await sleep(200);
  done = true;
  await flow;
}

const run = new LocalRun({
  port: PORT,
  inboxPort: PORT + 1,
  smtpPort: PORT + 2,
  say,
  rulesFile: 'bench/rules.json',
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void run.stop().then(() => process.exit(130)));
}
try {
  const stack = await run.start();
  const samples = new Samples(WARM_UP);
  await observe(stack, samples);
  say(`Measuring: ${BACKGROUND_PER_SECOND} records/s, an incident each ${INCIDENT_EVERY_MS} ms …`);
  await load(stack, samples);
  const floor = percentiles(samples.waits('readBackAt'));
  const toAnomaly = percentiles(samples.waits('anomalyAt'));
  const toSns = percentiles(samples.waits('snsAt'));
  const windows = percentiles(samples.measured.flatMap((sample) => sample.windowWaitMs ?? []));
  console.log(
    JSON.stringify({
      put_to_anomaly_ms: toAnomaly,
      put_to_sns_ms: toSns,
      window_put_to_anomaly_ms: windows,
      floor_ms: floor,
      samples: samples.measured.length,
      background_per_second: BACKGROUND_PER_SECOND,
      incidents_per_second: 1_000 / INCIDENT_EVERY_MS,
    }),
  );
  const file = join(stateFolder(PORT), 'latency.json');
  writeFileSync(file, JSON.stringify(samples.measured, undefined, 1));
  say(`Each sample: ${file}`);
  const counts = [toAnomaly.n, toSns.n, windows.n];
  if (Math.min(...counts) < samples.measured.length) {
    say(
      `Of ${samples.measured.length} incidents only ${counts.join(', ')} were seen as anomaly, on SNS, by window.`,
    );
    process.exitCode = 1;
  }
} finally {
  await run.stop();
}
process.exit();
