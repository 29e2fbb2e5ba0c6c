/** One scenario's pipeline from the anomalies stream to the mails, running, and what became of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import type { Anomaly } from '../../contracts/anomaly.ts';
import type { LocalClients } from '../../local/clients.ts';
import type { Invoke } from '../event-sources/invoking.ts';
import { createFunctions, type Functions, type FunctionsOptions } from './functions.ts';
import { startLoops } from './loops.ts';
import { collectMails, type Mail } from './mailbox.ts';
import { redriveAll } from './redrive.ts';
import { createResources, DEAD, depthOf, type QueueName, type Resources } from './resources.ts';
import { type Stored, storedIn } from './stored.ts';

export interface WorldOptions extends Omit<FunctionsOptions, 'resources' | 'endpoint'> {
  readonly clients: LocalClients;
  readonly emulator: string;
  readonly proxy: string;
  readonly prefix: string;
  readonly scale: number;
  /** True: no fault will be injected, so the functions need no proxy before the services. */
  readonly direct?: boolean;
  /** Puts something in the place of functions. */
  readonly wrap?: (world: () => World, functions: Functions) => Functions;
  /** Delivers each message of a queue to two functions at the same time. */
  readonly twice?: boolean;
}

/** A busy machine may bring the table's stream so much behind what was written. */
const STREAM_MS = 10_000;
/** Of the product's stages. */
const QUIET_MS = 10 * 60_000;
const MINUTE_MS = 60_000;
const HELD_MS = 10;
const PUT_BATCH = 500;
const STOP_LIMIT_MS = 5_000;

export class World {
  readonly mails: Mail[] = [];
  readonly resources: Resources;
  readonly functions: Functions;
  /** Records that were put on the anomalies stream by this. */
  sent = 0;
  unconfirmed = 0;
  /** Dead letters that were sent again. */
  redriven = 0;
  readonly #options: WorldOptions;
  readonly #stop = new AbortController();
  readonly #loops: Promise<unknown>[] = [];
  readonly #read = new Set<string>();
  #last = Date.now();
  #running = 0;
  /** While time is made to pass. */
  #isHeld = false;

  static async start(options: WorldOptions): Promise<World> {
    const { clients, prefix, scale, direct = false, emulator, proxy } = options;
    const resources = await createResources(clients, prefix, scale);
    const functions = createFunctions({ ...options, endpoint: direct ? emulator : proxy, resources });
    const world: World = new World(options, resources, options.wrap?.(() => world, functions) ?? functions);
    world.#run();
    return world;
  }

  private constructor(options: WorldOptions, resources: Resources, functions: Functions) {
    this.#options = options;
    this.resources = resources;
    this.functions = functions;
  }

  /** Records of the anomalies stream that the incidents step was given, each counted once. */
  get read(): number {
    return this.#read.size;
  }

  /** Puts records on the anomalies stream; those of one entity keep their order. */
  async put(records: ReadonlyArray<Anomaly | string>): Promise<void> {
    const { kinesis } = this.#options.clients;
    for (let start = 0; start < records.length; start += PUT_BATCH) {
      const Records = records.slice(start, start + PUT_BATCH).map((record) => ({
        PartitionKey: typeof record === 'string' ? 'poison' : record.entity,
        Data: Buffer.from(typeof record === 'string' ? record : JSON.stringify(record)),
      }));
      await kinesis.send(new PutRecordsCommand({ StreamName: this.resources.anomalies, Records }));
    }
    this.sent += records.length;
  }

  /** Resolves when it is so. @returns false when it was not within the time */
  async until(isSo: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
    const deadline = Date.now() + limitMs;
    while (Date.now() < deadline) {
      if (await isSo()) return true;
      await sleep(100);
    }
    return false;
  }

  /** All records were read, nothing has been worked on for a while, and neither queues nor the table hold anything that goes on. @returns false when the time was over first */
  async idle(limitMs: number, quietMs = 2_500): Promise<boolean> {
    return await this.until(async () => {
      if (this.read < this.sent || this.#running > 0 || Date.now() - this.#last < quietMs) return false;
      const depths = await Promise.all(
        (['requests', 'alerts', 'timers'] as const).map((name) => this.depth(name)),
      );
      if (depths.some((depth) => depth > 0)) return false;
      return Date.now() - this.#last >= STREAM_MS || !(await this.#hasPending());
    }, limitMs);
  }

  /** True while a message that is to leave has not left: the table's stream, which no queue counts, may hold it. */
  async #hasPending(): Promise<boolean> {
    const { lines } = await this.stored();
    return lines.some(({ state }) => state === 'pending');
  }

  /**
   * Lets time alone pass: the scheduled functions run as they would run so much later. Nothing else works meanwhile: what
   * was claimed a moment ago would look like a claim that nobody confirmed for minutes.
   */
  async pass(minutes: number): Promise<void> {
    for (let minute = 1; minute <= minutes; minute++) {
      this.#isHeld = true;
      try {
        await this.until(async () => this.#running === 0, MINUTE_MS / 2);
        await this.#tick(new Date(Date.now() + minute * MINUTE_MS));
      } finally {
        this.#isHeld = false;
      }
    }
    await this.idle(MINUTE_MS / 2);
  }

  /** Messages that wait or are being worked on; dead ones too. */
  depth(name: QueueName): Promise<number> {
    return depthOf(this.#options.clients, this.resources.queues[name]);
  }

  async deadLetters(): Promise<number> {
    const depths = await Promise.all(DEAD.map((name) => this.depth(name)));
    return depths.reduce((sum, depth) => sum + depth, 0);
  }

  /** Sends every dead letter again, as `tocsin redrive` does. */
  async redrive(): Promise<void> {
    const { letters } = await redriveAll(this.#options.clients, this.resources);
    this.redriven += letters;
  }

  stored(): Promise<Stored> {
    return storedIn(this.#options.clients, this.resources.table);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.race([Promise.allSettled(this.#loops), sleep(STOP_LIMIT_MS)]);
  }

  #run(): void {
    const { clients, emulator, scale, without, twice = false } = this.#options;
    const { resources, functions } = this;
    const { signal } = this.#stop;
    this.#loops.push(
      ...startLoops({
        ...{ clients, emulator, resources, functions, scale, twice, signal },
        isPatient: without !== 'own-grave' && without !== 'partial-failures',
        onRead: (records) => {
          for (const { kinesis } of records) this.#read.add(kinesis.sequenceNumber);
        },
        watch: (invoke) => this.#watched(invoke),
      }),
      collectMails(clients, resources.queues.mails, signal, (mail) => {
        this.mails.push(mail);
      }),
      this.#schedule(),
    );
    for (const loop of this.#loops)
      loop.catch((error: unknown) => !signal.aborted && console.error('a loop ended:', error));
  }

  #watched<R>(invoke: Invoke<R>): Invoke<R> {
    return async (records) => {
      while (this.#isHeld && !this.#stop.signal.aborted) await sleep(HELD_MS);
      this.#running += 1;
      try {
        return await invoke(records);
      } finally {
        this.#running -= 1;
        this.#last = Date.now();
      }
    };
  }

  /** Each minute, divided by the scale. */
  async #schedule(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await sleep(MINUTE_MS / this.#options.scale);
      if (!this.#stop.signal.aborted) await this.#tick(new Date());
    }
  }

  async #tick(now: Date): Promise<void> {
    // A minute that fails is followed by the next one, as with the scheduler.
    await this.functions.fold(() => now).catch(() => undefined);
    const swept = await this.functions.sweep(QUIET_MS, now).catch(() => undefined);
    this.unconfirmed += (swept?.unconfirmed.length ?? 0) + (swept?.given_up.length ?? 0);
  }
}
