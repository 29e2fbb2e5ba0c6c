/** Work that ends in time, or is left to itself. */
import { ModelUnavailable } from '../ports/text-model/port.ts';

/** What comes after a while, unless it is stopped before. */
export function timer<T>(
  ms: number,
  value: () => T,
): { readonly over: Promise<T>; readonly stop: () => void } {
  let handle: NodeJS.Timeout | undefined;
  const over = new Promise<T>((resolve) => {
    handle = setTimeout(() => resolve(value()), ms);
  });
  return { over, stop: () => clearTimeout(handle) };
}

/** An adapter has this long to hear of the end. */
const GRACE_MS = 1_000;

/** Work under a signal; one that does not hear it is left to itself. */
export async function withSignal<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = timer(ms, () => controller.abort());
  const deaf = timer(ms + GRACE_MS, () => undefined);
  try {
    const done = work(controller.signal);
    return await Promise.race([
      done,
      deaf.over.then(() => {
        throw new ModelUnavailable('the model does not hear the deadline');
      }),
    ]);
  } finally {
    abort.stop();
    deaf.stop();
  }
}
