/**
 * Does the incidents step keep up, and does a decision cost the same however many incidents are closed?
 * `npm run -s bench:incidents`, on the emulator's stream and table: 50 new incidents/s for 60 s through the deployed
 * handler's work, fed by a loop that keeps an event source's promises (batches, partial failures, order of a shard);
 * then the time of a decision beside 10 and beside 100,000 closed incidents. Last line of standard output is JSON.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { BatchProcessor, EventType } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import type { KinesisStreamRecord } from 'aws-lambda';
import example from '../contracts/examples/anomaly.json' with { type: 'json' };
import { Anomaly } from '../contracts/index.ts';
import { apply } from '../lambdas/incidents/apply.ts';
import { incidentIdOf } from '../lambdas/incidents/incidents.ts';
import { type RecordParts, recordHandler } from '../lambdas/incidents/record.ts';
import { DynamoDbCircumstances } from '../lambdas/ports/circumstances/dynamodb.ts';
import { DynamoDbIncidentStore } from '../lambdas/ports/incident-store/dynamodb.ts';
import { noise } from '../lib/config/noise.ts';
import { localClients } from '../local/clients.ts';
import { startEmulator } from '../local/emulator.ts';
import { invoking } from './event-sources/invoking.ts';
import { readKinesis } from './event-sources/stream.ts';
import { createStream, createTable, documentsAt, fillWithClosed, STREAM, TABLE } from './incidents/table.ts';
import { percentiles } from './percentiles.ts';

process.env.POWERTOOLS_METRICS_DISABLED = 'true';
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';

const { values: given } = parseArgs({
  options: {
    port: { type: 'string', default: '4770' },
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '50' },
    closed: { type: 'string', default: '100000' },
  },
});
const [SECONDS, RATE, CLOSED] = [Number(given.seconds), Number(given.rate), Number(given.closed)];
const FEW = 10;
const TICK_MS = 100;
const DRAIN_LIMIT_MS = 120_000;
const DECISIONS = 400;
const MOST = 1.5;

const say = (line: string) => console.error(line);
const base = Anomaly.parse(example);

/** The nth anomaly of a run: an entity of its own. */
function anomalyOf(run: string, count: number): Anomaly {
  const entity = `${run}-${String(count).padStart(6, '0')}`;
  return {
    ...base,
    entity,
    anomaly_id: createHash('sha256').update(entity).digest('hex'),
    sequence_number: String(10n ** 55n + BigInt(count)),
  };
}

function* anomaliesOf(run: string, count: number): Generator<Anomaly> {
  for (let index = 0; index < count; index++) yield anomalyOf(run, index);
}

const emulator = await startEmulator(Number(given.port));
try {
  const documents = documentsAt(emulator.endpoint);
  const clients = localClients(emulator.endpoint);
  const partsOn = (tableName: string) => ({
    store: new DynamoDbIncidentStore({ client: documents, tableName, replayHours: 24 }),
    circumstances: new DynamoDbCircumstances({
      client: documents,
      tableName,
      settings: noise,
      cacheMs: 1_000,
    }),
  });

  await createTable(documents, TABLE);
  await createStream(clients);
  say(`${RATE} new incidents/s for ${SECONDS} s …`);
  const flow = await throughTheStep();
  say('Decisions beside few and beside many closed incidents …');
  const cost = await costOfDecisions();

  const isGood = flow.lost === 0 && flow.kept_up && cost.ratio <= MOST;
  console.log(JSON.stringify({ ...flow, ...cost, pass: isGood }));
  if (!isGood) process.exitCode = 1;

  /** Puts anomalies at the rate, and hands them to the step as an event source would. */
  async function throughTheStep() {
    const parts = partsOn(TABLE);
    const total = RATE * SECONDS;
    const putAt = new Map<string, number>();
    const waits: number[] = [];
    const deadline = Date.now() + SECONDS * 1_000 + DRAIN_LIMIT_MS;
    const done = new AbortController();
    const reader = readStream(parts, done.signal, (entity) => {
      waits.push(Date.now() - (putAt.get(entity) ?? Date.now()));
      if (waits.length >= total || Date.now() > deadline) done.abort();
    });
    const started = Date.now();
    for (let count = 0; count < total; ) {
      const due = Math.min(total, Math.floor(((Date.now() - started) / 1_000) * RATE) + 1);
      const records = [];
      for (; count < due; count++) {
        const anomaly = anomalyOf('flow', count);
        putAt.set(anomaly.entity, Date.now());
        records.push({ PartitionKey: anomaly.entity, Data: Buffer.from(JSON.stringify(anomaly)) });
      }
      if (records.length > 0) {
        await clients.kinesis.send(new PutRecordsCommand({ StreamName: STREAM, Records: records }));
      }
      await sleep(TICK_MS);
    }
    const putSeconds = (Date.now() - started) / 1_000;
    const retried = await reader;
    const seconds = (Date.now() - started) / 1_000;
    let stored = 0;
    for (const anomaly of anomaliesOf('flow', total)) {
      const incident = await parts.store.get(incidentIdOf(anomaly));
      if (incident?.sequence === 1) stored += 1;
    }
    return {
      put: total,
      put_per_second: round(total / putSeconds),
      stored_with_mail: stored,
      lost: total - stored,
      retried,
      seconds: round(seconds),
      put_to_stored_ms: percentiles(waits),
      // Drained within a few seconds of the last put: it did not fall behind.
      kept_up: seconds - putSeconds < 5,
    };
  }

  /** @returns how many records came again */
  async function readStream(
    parts: ReturnType<typeof partsOn>,
    signal: AbortSignal,
    onDone: (entity: string) => void,
  ): Promise<number> {
    const idOf = ({ kinesis }: KinesisStreamRecord) => kinesis.sequenceNumber;
    const invoke = invoking<KinesisStreamRecord>({
      batch: () => recordHandler(recordParts(parts)),
      processor: () => new BatchProcessor(EventType.KinesisDataStreams),
      idOf,
    });
    let retried = 0;
    await readKinesis(clients, STREAM, {
      signal,
      invoke: async (batch) => {
        const failed = await invoke(batch);
        const first = batch.findIndex((record) => failed.has(idOf(record)));
        const done = first < 0 ? batch : batch.slice(0, first);
        retried += batch.length - done.length;
        for (const { kinesis } of done) onDone(kinesis.partitionKey);
        return failed;
      },
      bury: async (record) => {
        throw new Error(`the record ${idOf(record)} failed to the end`);
      },
    });
    return retried;
  }

  /** The same decisions on two tables, in turns, so that the machine's other work meets both alike. */
  async function costOfDecisions() {
    const [few, many] = ['bench-few', 'bench-many'];
    await createTable(documents, few);
    await createTable(documents, many);
    await fillWithClosed(documents, few, anomaliesOf('closed', FEW));
    const filling = Date.now();
    await fillWithClosed(documents, many, anomaliesOf('closed', CLOSED));
    say(`  ${CLOSED} closed incidents are stored after ${Math.round((Date.now() - filling) / 1_000)} s`);
    const times = new Map<string, number[]>([
      [few, []],
      [many, []],
    ]);
    for (let count = 0; count < DECISIONS; count++) {
      for (const table of count % 2 === 0 ? [few, many] : [many, few]) {
        const { store, circumstances } = partsOn(table);
        const anomaly = anomalyOf('decision', count);
        const from = performance.now();
        await apply(store, anomaly, () => new Date(), circumstances);
        times.get(table)?.push(performance.now() - from);
      }
    }
    // The first calls warm connections and code.
    const median = (table: string) => percentileOf((times.get(table) ?? []).slice(DECISIONS / 10));
    const [fewMs, manyMs] = [median(few), median(many)];
    return {
      closed: [FEW, CLOSED],
      decision_ms: [round(fewMs), round(manyMs)],
      decisions: DECISIONS,
      ratio: round(manyMs / fewMs),
    };
  }
} finally {
  emulator.child.kill();
}
process.exit();

function recordParts(parts: Pick<RecordParts, 'store' | 'circumstances'>): RecordParts {
  return {
    ...parts,
    logger: new Logger({ logLevel: 'SILENT' }),
    metrics: new Metrics({ namespace: 'bench', serviceName: 'bench' }),
    deadLetters: { client: localClients(emulator.endpoint).sqs, queueUrl: 'none' },
  };
}

function percentileOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
