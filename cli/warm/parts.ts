/** Cuts the records of one stream, as they come, into objects of a size that a job reads at ease. */
import { gzipSync } from 'node:zlib';
import { kinesisNumber } from '../backtest/replay-record.ts';
import type { WarmManifest } from './manifest.ts';
import type { WarmPlace } from './place.ts';

/** Characters of an object before it is packed; a job that restarts within one reads it again from its begin. */
const OBJECT_LENGTH = 32_000_000;

export interface OrderedRecord {
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly line: string;
}

export class Parts {
  readonly #place: WarmPlace;
  readonly #stream: string;
  readonly #objectLength: number;
  readonly #objects: string[] = [];
  readonly #shards = new Map<string, string>();
  #records = 0;
  #lines: string[] = [];
  #length = 0;

  /** @param objectLength characters of an object; for tests */
  constructor(place: WarmPlace, stream: string, objectLength = OBJECT_LENGTH) {
    this.#place = place;
    this.#stream = stream;
    this.#objectLength = objectLength;
  }

  /** The record that arrived next; those of one shard come by sequence number. */
  async add({ shardId, sequenceNumber, line }: OrderedRecord): Promise<void> {
    this.#shards.set(shardId, kinesisNumber(sequenceNumber));
    this.#records += 1;
    this.#lines.push(line);
    this.#length += line.length + 1;
    if (this.#length >= this.#objectLength) await this.#writeObject();
  }

  async finish(from: string, until: string): Promise<WarmManifest> {
    await this.#writeObject();
    return {
      version: 1,
      from,
      until,
      records: this.#records,
      objects: this.#objects,
      shards: Object.fromEntries(this.#shards),
    };
  }

  async #writeObject(): Promise<void> {
    if (this.#lines.length === 0) return;
    const name = `${String(this.#objects.length).padStart(5, '0')}.jsonl.gz`;
    await this.#place.write(`${this.#stream}/${name}`, gzipSync(`${this.#lines.join('\n')}\n`));
    this.#objects.push(name);
    this.#lines = [];
    this.#length = 0;
  }
}
