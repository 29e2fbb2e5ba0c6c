/** Calls a step's work as its handler does: one batch in, the ids of what failed out. */
import {
  type BatchProcessor,
  processPartialResponse,
  type SqsFifoPartialProcessorAsync,
} from '@aws-lambda-powertools/batch';

/** What the function returns: the ids of the records that failed. Throws when it ended. */
export type Invoke<R> = (records: R[]) => Promise<ReadonlySet<string>>;

/** Whom an event source calls, and until when. */
export interface Source<R> {
  readonly invoke: Invoke<R>;
  readonly signal: AbortSignal;
}

export interface Step<R> {
  /** The work on each record of one batch. What a batch remembers of failures must not outlive it. */
  readonly batch: () => (record: R) => Promise<void>;
  readonly processor: () => BatchProcessor | SqsFifoPartialProcessorAsync;
  readonly idOf: (record: R) => string;
}

export function invoking<R>({ batch, processor, idOf }: Step<R>): Invoke<R> {
  return async (records) => {
    const options = { skipGroupOnError: true, throwOnFullBatchFailure: false };
    // biome-ignore lint/suspicious/noExplicitAny: three kinds of records, each with its own event type
    const call: (...of: any[]) => Promise<{ batchItemFailures: { itemIdentifier: string }[] }> =
      processPartialResponse;
    const { batchItemFailures } = await call({ Records: records }, batch(), processor(), options);
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    return new Set(records.map(idOf).filter((id) => failed.has(id)));
  };
}
