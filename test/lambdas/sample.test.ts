import type { FirehoseTransformationEvent } from 'aws-lambda';
import { SourceSet } from '../../contracts/source-config.ts';
import { samplesOf } from '../../lambdas/archive/sample.ts';

const { sources } = SourceSet.parse({
  sources: [{ name: 'transactions', match: { fields: ['userId'] }, entity: 'userId', metrics: ['amount'] }],
});

function event(texts: readonly string[]): FirehoseTransformationEvent {
  return {
    ...{ invocationId: 'i', deliveryStreamArn: 'arn', region: 'us-east-1' },
    records: texts.map((text, index) => ({
      recordId: String(index),
      approximateArrivalTimestamp: 1_772_333_881_250,
      data: Buffer.from(text).toString('base64'),
      kinesisRecordMetadata: {
        ...{ shardId: 'shardId-000000000000', partitionKey: 'k', sequenceNumber: String(1_000 + index) },
        ...{ subsequenceNumber: '', approximateArrivalTimestamp: 1_772_333_881_250 },
      },
    })),
  };
}
const payment = '{"userId":"user001","amount":100}';

describe('a sample of normal records', () => {
  it('takes about one in so many, the same ones each time', () => {
    const all = event(Array.from({ length: 10_000 }, () => payment));
    const samples = samplesOf(all, 'readings', sources, 100);
    expect(samples.length).toBeGreaterThan(60);
    expect(samples.length).toBeLessThan(140);
    expect(samplesOf(all, 'readings', sources, 100)).toEqual(samples);
    expect(samplesOf(all, 'readings', sources, 0)).toEqual([]);
  });

  it('holds the record whole, under its place in the stream', () => {
    expect(samplesOf(event([payment]), 'readings', sources, 1)).toEqual([
      {
        id: '["readings","shardId-000000000000","1000"]',
        timestamp: '2026-03-01T02:58:01.250Z',
        source: 'transactions',
        entity: 'user001',
        raw_data: { userId: 'user001', amount: 100 },
      },
    ]);
  });

  it('tells the records of one aggregate apart, each under the place that the job gives it', () => {
    const all = event(Array.from({ length: 1_000 }, () => payment));
    const aggregate = {
      ...all,
      records: all.records.map((record, index) => ({
        ...record,
        ...(record.kinesisRecordMetadata && {
          kinesisRecordMetadata: {
            ...record.kinesisRecordMetadata,
            ...{ sequenceNumber: '4967', subsequenceNumber: String(index) },
          },
        }),
      })),
    };
    const ids = samplesOf(aggregate, 'readings', sources, 1).map(({ id }) => id);
    expect(ids[7]).toBe('["readings","shardId-000000000000","4967.7"]');
    expect(new Set(ids).size).toBe(1_000);
    const some = samplesOf(aggregate, 'readings', sources, 100);
    expect(some.length).toBeGreaterThan(0);
    expect(some.length).toBeLessThan(50);
  });

  it('leaves out what no source reads, and giants', () => {
    const giant = JSON.stringify({ userId: 'user001', amount: 1, note: 'x'.repeat(60_000) });
    expect(samplesOf(event(['boom', '{"a":1}', '[]', giant]), 'readings', sources, 1)).toEqual([]);
  });
});
