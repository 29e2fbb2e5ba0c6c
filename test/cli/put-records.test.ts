import type { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { type OutgoingRecord, putRecords } from '../../cli/put-records.ts';

/** A stream that refuses records as told: `refuse(call, index)`. */
function streamThat(refuse: (call: number, index: number) => boolean) {
  const calls: string[][] = [];
  let next = 0;
  const send = async (command: PutRecordsCommand) => {
    const records = command.input.Records ?? [];
    calls.push(records.map(({ Data }) => Buffer.from(Data ?? []).toString()));
    return {
      Records: records.map((_, index) =>
        refuse(calls.length, index)
          ? { ErrorCode: 'ProvisionedThroughputExceededException' }
          : { ShardId: 'shardId-0', SequenceNumber: String(++next) },
      ),
    };
  };
  // biome-ignore lint/suspicious/noExplicitAny: the SDK's overloads of send cannot be written down for a fake
  return { client: { send } as any, calls };
}

const records = (count: number, size = 1): OutgoingRecord[] =>
  Array.from({ length: count }, (_, index) => ({
    partitionKey: 'k',
    data: String(index).padStart(size, '0'),
  }));

describe('putRecords', () => {
  it('puts no more than 500 records in a call', async () => {
    const { client, calls } = streamThat(() => false);
    const receipts = await putRecords(client, 's', records(1_001));
    expect(calls.map((call) => call.length)).toEqual([500, 500, 1]);
    expect(receipts).toHaveLength(1_001);
  });

  it('puts no more than 4.5 MB in a call', async () => {
    const { client, calls } = streamThat(() => false);
    await putRecords(client, 's', records(6, 1_000_000));
    expect(calls.map((call) => call.length)).toEqual([4, 2]);
  });

  it('puts again only what was refused, after growing pauses', async () => {
    const { client, calls } = streamThat((call, index) => call <= 2 && index === 0);
    const pauses: number[] = [];
    const receipts = await putRecords(client, 's', records(3), { pause: async (ms) => pauses.push(ms) });
    expect(calls).toEqual([['0', '1', '2'], ['0'], ['0']]);
    expect(pauses).toEqual([100, 200]);
    expect(receipts.map(({ record }) => record.data)).toEqual(['1', '2', '0']);
  });

  it('gives up after eight refusals and says how many records are on the stream', async () => {
    const { client } = streamThat((_call, index) => index === 0);
    const giveUp = putRecords(client, 's', records(2), { pause: async () => undefined });
    await expect(giveUp).rejects.toThrow('refused 1 records 8 times (1 of 2 are on it)');
  });
});
