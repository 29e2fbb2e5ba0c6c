/**
 * Puts archived records in the order of arrival: within a shard by sequence number, the shards merged by time of arrival.
 * Holds a bounded part of them in memory, whatever the archive's size: sorted runs on disk, then one merge.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Heap } from './heap.ts';
import { LineCursor } from './line-cursor.ts';
import { compareSequence, type ReplayRecord } from './replay-record.ts';

/** Characters of records that are sorted in memory at a time. */
const RUN_LENGTH = 48_000_000;
const WRITE_LENGTH = 1_000_000;

/** Where one shard's records stand in a run's file. */
interface Segment {
  readonly shard: string;
  readonly run: number;
  readonly start: number;
  readonly end: number;
}

/** What was put in order. */
export interface Ordered {
  readonly file: string;
  readonly records: number;
  /** Rows of a record that was there before: Firehose delivers at least once. */
  readonly duplicates: number;
  /** Of the first and of the last record, epoch ms; both 0 without a record. */
  readonly firstArrivalMs: number;
  readonly lastArrivalMs: number;
}

export class ArrivalOrder {
  readonly #folder: string;
  readonly #runLength: number;
  readonly #runs: FileHandle[] = [];
  readonly #segments: Segment[] = [];
  #records: ReplayRecord[] = [];
  #length = 0;

  /** @param runLength characters sorted in memory at a time; for tests */
  constructor(folder: string, runLength = RUN_LENGTH) {
    this.#folder = folder;
    this.#runLength = runLength;
  }

  async add(record: ReplayRecord): Promise<void> {
    this.#records.push(record);
    this.#length += record.line.length;
    if (this.#length >= this.#runLength) await this.#writeRun();
  }

  /** Writes all that was added to `records.jsonl` in the folder. */
  async finish(): Promise<Ordered> {
    await this.#writeRun();
    const file = join(this.#folder, 'records.jsonl');
    const out = await open(file, 'w');
    try {
      return { file, ...(await this.#merge(out)) };
    } finally {
      await out.close();
      for (const run of this.#runs) await run.close();
    }
  }

  async #writeRun(): Promise<void> {
    if (this.#records.length === 0) return;
    const file = await open(join(this.#folder, `run-${this.#runs.length}`), 'w+');
    const run = this.#runs.push(file) - 1;
    const writer = new LineWriter(file);
    const byShard = groupByShard(this.#records);
    for (const [shard, records] of byShard) {
      const start = await writer.flush();
      records.sort((a, b) => compareSequence(a.sequenceNumber, b.sequenceNumber));
      for (const { arrivalMs, sequenceNumber, line } of records) {
        await writer.write(`${arrivalMs}\t${sequenceNumber}\t${line}`);
      }
      this.#segments.push({ shard, run, start, end: await writer.flush() });
    }
    this.#records = [];
    this.#length = 0;
  }

  async #merge(out: FileHandle): Promise<Omit<Ordered, 'file'>> {
    const writer = new LineWriter(out);
    const shards = await this.#shards();
    let [records, duplicates, firstArrivalMs, lastArrivalMs] = [0, 0, 0, 0];
    for (let shard = shards.smallest; shard !== undefined; shard = shards.smallest) {
      const { head } = shard;
      if (head !== undefined) {
        await writer.write(head.line);
        if (records === 0) firstArrivalMs = head.arrivalMs;
        lastArrivalMs = Math.max(lastArrivalMs, head.arrivalMs);
        records += 1;
      }
      duplicates += await shard.advance();
      if (shard.head === undefined) shards.pop();
      else shards.settle();
    }
    await writer.flush();
    return { records, duplicates, firstArrivalMs, lastArrivalMs };
  }

  /** The shards that have records, the one whose next record came first before the others. */
  async #shards(): Promise<Heap<Shard>> {
    const heap = new Heap<Shard>(
      (a, b) => (a.head?.arrivalMs ?? 0) - (b.head?.arrivalMs ?? 0) || (a.name < b.name ? -1 : 1),
    );
    for (const [name, segments] of groupByShard(this.#segments)) {
      const shard = new Shard(name);
      for (const { run, start, end } of segments) {
        const file = this.#runs[run];
        if (file !== undefined) await shard.add(new LineCursor(file, start, end));
      }
      await shard.advance();
      if (shard.head !== undefined) heap.push(shard);
    }
    return heap;
  }
}

/** Map.groupBy, which Node 20 lacks. */
function groupByShard<T extends { readonly shard: string }>(members: readonly T[]): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const member of members) {
    const group = groups.get(member.shard);
    if (group === undefined) groups.set(member.shard, [member]);
    else group.push(member);
  }
  return groups;
}

interface Entry {
  readonly arrivalMs: number;
  readonly sequenceNumber: string;
  readonly line: string;
}

/** One shard's records by sequence number, each once, merged from its runs. */
class Shard {
  readonly name: string;
  head: Entry | undefined;
  readonly #runs = new Heap<{ entry: Entry; readonly rest: LineCursor }>((a, b) =>
    compareSequence(a.entry.sequenceNumber, b.entry.sequenceNumber),
  );

  constructor(name: string) {
    this.name = name;
  }

  async add(rest: LineCursor): Promise<void> {
    const entry = await nextEntry(rest);
    if (entry !== undefined) this.#runs.push({ entry, rest });
  }

  /** Goes to the next record; gives how often the one before was there again. */
  async advance(): Promise<number> {
    const before = this.head?.sequenceNumber;
    for (let repeated = 0; ; repeated++) {
      this.head = await this.#take();
      if (this.head === undefined || this.head.sequenceNumber !== before) return repeated;
    }
  }

  async #take(): Promise<Entry | undefined> {
    const run = this.#runs.smallest;
    if (run === undefined) return undefined;
    const { entry } = run;
    const next = await nextEntry(run.rest);
    if (next === undefined) {
      this.#runs.pop();
    } else {
      run.entry = next;
      this.#runs.settle();
    }
    return entry;
  }
}

async function nextEntry(cursor: LineCursor): Promise<Entry | undefined> {
  const text = await cursor.next();
  if (text === undefined) return undefined;
  const first = text.indexOf('\t');
  const second = text.indexOf('\t', first + 1);
  return {
    arrivalMs: Number(text.slice(0, first)),
    sequenceNumber: text.slice(first + 1, second),
    line: text.slice(second + 1),
  };
}

/** Gathers lines, so that each write to the disk is a large one. */
class LineWriter {
  readonly #file: FileHandle;
  #lines: string[] = [];
  #length = 0;
  #position = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async write(line: string): Promise<void> {
    this.#lines.push(line);
    this.#length += line.length;
    if (this.#length >= WRITE_LENGTH) await this.flush();
  }

  /** Gives the position behind all that was written. */
  async flush(): Promise<number> {
    if (this.#lines.length > 0) {
      const bytes = Buffer.from(`${this.#lines.join('\n')}\n`);
      await this.#file.write(bytes, 0, bytes.length, this.#position);
      this.#position += bytes.length;
    }
    this.#lines = [];
    this.#length = 0;
    return this.#position;
  }
}
