/** Faults before the anomalies: the real job is killed, its shards are split, it reads the whole stream again. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListShardsCommand, SplitShardCommand } from '@aws-sdk/client-kinesis';
import { putRecords } from '../../cli/put-records.ts';
import type { LocalClients } from '../../local/clients.ts';
import { asRecord, TransactionMaker } from '../../local/producer/transactions.ts';
import { createStreams, KillableJob, newestCheckpoint, publishLocally } from '../kill-job.ts';
import type { Asked } from './proxy.ts';
import { entities, LIMIT_MS, type Scenario, type Stage } from './scenario.ts';
import type { World } from './world.ts';

const CUSTOMERS = 24;
const BATCHES = 40;
const PAYMENTS_EACH = 10;
const PAUSE_MS = 200;
/** How long a scenario waits that must fail: what does not come by then does not come. */
const IN_VAIN_MS = 15_000;
const customers = entities(CUSTOMERS, 'customer');

/** The batch in which a customer's sums are far too high; in all others they are everyday. */
const spikeBatchOf = (customer: number): number => 2 + Math.floor((customer * (BATCHES - 4)) / CUSTOMERS);

/** A job of its own before a scenario's pipeline. */
interface Plant {
  readonly world: World;
  readonly job: KillableJob;
  readonly input: string;
  /** Puts the batches from one to before another, in their pace. */
  readonly load: (from: number, to: number) => Promise<void>;
  /** Every customer has an incident, and nothing goes on any more. */
  readonly settled: () => Promise<void>;
}

let count = 0;

async function withPlant<T>(stage: Stage, work: (plant: Plant) => Promise<T>): Promise<T> {
  const { clients, emulator, without } = stage;
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-faults-'));
  count += 1;
  const [input, rejects] = [`faults-job-${count}-readings`, `faults-job-${count}-rejects`];
  await createStreams(clients.kinesis, [input, rejects]);
  const world = await stage.start({ direct: true });
  publishLocally(folder, writeFileSync, 'limit');
  const output = world.resources.anomalies;
  const isBlind = without === 'shard-discovery';
  if (isBlind) stage.proxy.amend = hideNewShards;
  const endpoint = isBlind ? stage.endpoint : emulator;
  const job = new KillableJob({ endpoint, folder: join(folder, 'job'), input, rejects, output });
  const maker = new TransactionMaker(count);
  const load = async (from: number, to: number) => {
    for (let batch = from; batch < to; batch++) {
      const payments = customers.flatMap((customer, index) =>
        Array.from({ length: PAYMENTS_EACH }, () =>
          spikeBatchOf(index) === batch
            ? maker.spike(Date.now(), customer)
            : maker.calm(Date.now(), customer),
        ),
      );
      await putRecords(clients.kinesis, input, payments.map(asRecord));
      await sleep(PAUSE_MS);
    }
  };
  const settled = async () => {
    const limit = without === undefined ? LIMIT_MS : IN_VAIN_MS;
    await world.until(async () => (await world.stored()).incidents.length >= CUSTOMERS, limit);
    await world.idle(LIMIT_MS);
    await world.pass(12);
  };
  try {
    await job.start();
    return await work({ world, job, input, load, settled });
  } finally {
    job.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The emulator's answers without the shards that came since the start. */
function hideNewShards({ operation }: Asked, answer: Buffer): Buffer {
  if (operation !== 'Kinesis.ListShards' && operation !== 'Kinesis.GetRecords') return answer;
  const { ChildShards: _, Shards, ...rest } = JSON.parse(answer.toString('utf8'));
  const first = Shards?.filter(
    ({ ParentShardId }: { ParentShardId?: string }) => ParentShardId === undefined,
  );
  return Buffer.from(JSON.stringify({ ...rest, ...(first !== undefined && { Shards: first }) }));
}

/** Halves each shard that is open. @returns how many */
async function splitAll({ kinesis }: Pick<LocalClients, 'kinesis'>, StreamName: string): Promise<number> {
  const { Shards: shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName }));
  const open = shards.filter(({ SequenceNumberRange: range }) => range?.EndingSequenceNumber === undefined);
  for (const { ShardId: ShardToSplit, HashKeyRange: range } of open) {
    const [low, high] = [BigInt(range?.StartingHashKey ?? 0), BigInt(range?.EndingHashKey ?? 0)];
    const NewStartingHashKey = String(low + (high - low) / 2n);
    await kinesis.send(new SplitShardCommand({ StreamName, ShardToSplit, NewStartingHashKey }));
  }
  return open.length;
}

export const job: readonly Scenario[] = [
  {
    name: 'Flink killed (-9) in a burst',
    guard: 'checkpoint',
    run: (stage) =>
      withPlant(stage, async ({ world, job, load, settled }) => {
        const half = BATCHES / 2;
        await load(0, half);
        const isWarm = await world.until(() => world.read > 0, LIMIT_MS);
        job.kill();
        const checkpoint = newestCheckpoint(job.checkpoints);
        const from = stage.without === 'checkpoint' ? 'LATEST' : { checkpoint };
        // The stream goes on while the job is down.
        await Promise.all([load(half, BATCHES), job.start(from)]);
        await settled();
        const faults = [
          ...(isWarm ? [] : ['the job had said nothing when it was killed']),
          ...(checkpoint === undefined ? ['the job had no checkpoint when it was killed'] : []),
        ];
        return { world, expected: { entities: new Set(customers), injected: 1, faults } };
      }),
  },
  {
    name: 'shards split under load',
    guard: 'shard-discovery',
    run: (stage) =>
      withPlant(stage, async ({ world, input, load, settled }) => {
        const quarter = BATCHES / 4;
        let injected = 0;
        for (const [index, stream] of [input, world.resources.anomalies, input].entries()) {
          await load(index * quarter, (index + 1) * quarter);
          injected += await splitAll(stage.clients, stream);
        }
        await load(3 * quarter, BATCHES);
        await settled();
        return { world, expected: { entities: new Set(customers), injected } };
      }),
  },
  {
    name: 'the whole stream replayed through the job',
    guard: 'replay-memory',
    run: (stage) =>
      withPlant(stage, async ({ world, job, load, settled }) => {
        await load(0, BATCHES);
        await settled();
        const [mails, read] = [world.mails.length, world.read];
        job.kill();
        await job.start('TRIM_HORIZON');
        const isReplayed = await world.until(() => world.read >= read * 2, LIMIT_MS);
        await world.idle(LIMIT_MS);
        await world.pass(12);
        const more = world.mails.length - mails;
        const faults = [
          ...(more > 0 ? [`${more} mails by the replay`] : []),
          ...(isReplayed ? [] : [`the job said ${world.read - read} of ${read} anomalies again`]),
        ];
        return { world, expected: { entities: new Set(customers), injected: read, faults } };
      }),
  },
];
