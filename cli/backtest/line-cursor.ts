/** Reads lines one after the other from a part of a file, without holding more than a block of it. */
import type { FileHandle } from 'node:fs/promises';

const BLOCK_BYTES = 64 * 1_024;

export class LineCursor {
  readonly #file: FileHandle;
  readonly #end: number;
  readonly #block = Buffer.allocUnsafe(BLOCK_BYTES);
  #position: number;
  #rest: Buffer = Buffer.alloc(0);
  #lines: string[] = [];
  #next = 0;

  /** From byte `start` up to `end`, not included; both lie at the begin of a line or at the file's end. */
  constructor(file: FileHandle, start: number, end: number) {
    this.#file = file;
    this.#position = start;
    this.#end = end;
  }

  /** The next line without its end; undefined behind the last. */
  async next(): Promise<string | undefined> {
    while (this.#next === this.#lines.length) if (!(await this.#fill())) return undefined;
    return this.#lines[this.#next++];
  }

  async #fill(): Promise<boolean> {
    if (this.#position >= this.#end) return this.#giveRest();
    const wanted = Math.min(BLOCK_BYTES, this.#end - this.#position);
    const { bytesRead } = await this.#file.read(this.#block, 0, wanted, this.#position);
    this.#position = bytesRead === 0 ? this.#end : this.#position + bytesRead;
    const bytes = Buffer.concat([this.#rest, this.#block.subarray(0, bytesRead)]);
    // Cut at a line's end, so that no character is cut in two.
    const cut = bytes.lastIndexOf(0x0a) + 1;
    this.#rest = bytes.subarray(cut);
    this.#lines = cut === 0 ? [] : bytes.toString('utf8', 0, cut - 1).split('\n');
    this.#next = 0;
    return true;
  }

  #giveRest(): boolean {
    if (this.#rest.length === 0) return false;
    this.#lines = [this.#rest.toString('utf8')];
    this.#rest = Buffer.alloc(0);
    this.#next = 0;
    return true;
  }
}
