import { BatchProcessor, EventType } from '@aws-lambda-powertools/batch';
import type { KinesisStreamRecord } from 'aws-lambda';
import { invoking } from '../../../bench/event-sources/invoking.ts';
import { kinesisEvent } from '../../../bench/event-sources/stream.ts';
import { InOrder } from '../../../lambdas/in-order.ts';

const records = ['1', '2'].map((number) =>
  kinesisEvent({ Data: Buffer.from('{}'), PartitionKey: 'one-key', SequenceNumber: number }),
);

/** A step that keeps a key's order within its batch, and fails the first time. */
function failingOnce() {
  let isFirst = true;
  return invoking<KinesisStreamRecord>({
    batch: () => {
      const inOrder = new InOrder();
      return () =>
        inOrder.run('one-key', async () => {
          if (!isFirst) return;
          isFirst = false;
          throw new Error('throttled');
        });
    },
    processor: () => new BatchProcessor(EventType.KinesisDataStreams),
    idOf: ({ kinesis }) => kinesis.sequenceNumber,
  });
}

describe('a step as its handler runs it', () => {
  it('names what failed, and what waited for it', async () => {
    expect(await failingOnce()(records)).toEqual(new Set(['1', '2']));
  });

  it('tries a key again in the next batch that it held back in the last one', async () => {
    const invoke = failingOnce();
    await invoke(records);
    expect(await invoke(records)).toEqual(new Set());
  });
});
