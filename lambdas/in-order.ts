/** Batches are worked on side by side; what belongs together stays in order. */
import { TocsinError } from './errors.ts';

/** Not tried, because what comes before it failed; the batch brings it again. */
export class HeldBack extends TocsinError {
  override readonly name = 'HeldBack';
  readonly retryable = true;
}

/** One batch. Work of one key runs one after another, of different keys side by side. */
export class InOrder {
  readonly #last = new Map<string, Promise<void>>();

  /** @throws what the work throws, or HeldBack when earlier work of this key failed */
  run(key: string, work: () => Promise<void>): Promise<void> {
    const mine = (this.#last.get(key) ?? Promise.resolve()).then(work, (cause: unknown) => {
      throw new HeldBack(`waits for what comes before it, of ${key}`, { cause });
    });
    this.#last.set(key, mine);
    return mine;
  }
}
