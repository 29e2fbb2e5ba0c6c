import type { FirehoseTransformationEventRecord } from 'aws-lambda';
import { SourceConfig } from '../../contracts/source-config.ts';
import { archive, UNREAD } from '../../lambdas/archive/archive.ts';
import { eventTimeMs, fieldAt } from '../../lambdas/archive/fields.ts';
import { transform } from '../../lambdas/archive/transform.ts';

const sources = [
  SourceConfig.parse({
    name: 'transactions',
    match: { fields: ['userId', 'amount'] },
    entity: 'userId',
    time: 'timestamp',
    metrics: ['amount'],
  }),
  SourceConfig.parse({
    name: 'pumps',
    match: { stream: 'plant', fields: ['payload.device.id'] },
    entity: ['site', 'payload.device.id'],
    metrics: '*',
  }),
];
const failures = SourceConfig.parse({
  name: 'failed-logins',
  match: { fields: ['user'], values: { outcome: 'failure', late: false } },
  metrics: [],
  counter: 'failed',
});
const arrivalMs = Date.parse('2026-03-01T02:58:01.250Z');
const record = (content: unknown) => ({
  bytes: Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)),
  arrivalMs,
  shardId: 'shardId-000000000001',
  sequenceNumber: '4967',
});
const rowOf = (content: unknown, stream = 'readings') => archive(record(content), stream, sources).row;

describe('the archive of a record', () => {
  it('holds the record verbatim beside what identifies it', () => {
    const text = '{"userId":"user001", "amount":1e2,"timestamp":1234567890000,"amount":1e2}';
    expect(archive(record(text), 'readings', sources)).toEqual({
      row: {
        source: 'transactions',
        entity: 'user001',
        event_time: '2009-02-13 23:31:30.000',
        arrival_time: '2026-03-01 02:58:01.250',
        stream: 'readings',
        shard_id: 'shardId-000000000001',
        sequence_number: '4967',
        raw: text,
        raw_base64: null,
      },
      partition: { source: 'transactions', date: '2026-03-01' },
    });
  });

  it.each(['', 'not json', '[1]', 'null', '{"other":1}', '{"userId":null,"amount":1}'])(
    'keeps what no source reads: %s',
    (text) => {
      expect(archive(record(text), 'readings', sources)).toMatchObject({
        row: { source: UNREAD, entity: null, event_time: null, raw: text },
        partition: { source: UNREAD, date: '2026-03-01' },
      });
    },
  );

  it('finds a source by the values of fields, and names an entity after a source that has none', () => {
    const content = { user: 'eve', outcome: 'failure', late: false };
    const sourceOf = (changed: object) =>
      archive(record({ ...content, ...changed }), 'readings', [failures]).row;
    expect(sourceOf({})).toMatchObject({ source: 'failed-logins', entity: 'failed-logins' });
    expect(sourceOf({ outcome: 'success' })).toMatchObject({ source: UNREAD });
    expect(sourceOf({ late: 'false' })).toMatchObject({ source: UNREAD });
  });

  it('keeps bytes that are no UTF-8 as base64, and a byte order mark as it came', () => {
    const bytes = Buffer.from([0x7b, 0xff, 0x7d]);
    const { row } = archive({ ...record(''), bytes }, 'readings', sources);
    expect(row.raw).toBeNull();
    expect(Buffer.from(row.raw_base64 ?? '', 'base64')).toEqual(bytes);
    expect(rowOf('\ufeff{}').raw).toBe('\ufeff{}');
  });

  it('takes a source only from its stream, and joins an entity of several fields', () => {
    const reading = { site: 'north', payload: { device: { id: 7 } } };
    expect(rowOf(reading).source).toBe(UNREAD);
    expect(rowOf(reading, 'plant')).toMatchObject({
      source: 'pumps',
      entity: 'north/7',
      event_time: '2026-03-01 02:58:01.250',
    });
  });

  it('leaves empty what is not readable of a matched record', () => {
    expect(rowOf({ userId: { no: 'text' }, amount: 1, timestamp: 'yesterday' })).toMatchObject({
      source: 'transactions',
      entity: null,
      event_time: null,
    });
  });

  it('writes no time that lies after the arrival', () => {
    const timestamp = '2026-03-01T03:00:00Z';
    expect(rowOf({ userId: 'u', amount: 1, timestamp }).event_time).toBe('2026-03-01 02:58:01.250');
  });
});

describe('a path', () => {
  it('prefers a field whose own name holds the dots, at each level', () => {
    expect(fieldAt({ 'a.b': 1, a: { b: 2 } }, 'a.b')).toBe(1);
    expect(fieldAt({ a: { 'b.c': 3 } }, 'a.b.c')).toBe(3);
    expect(fieldAt({ 'a.b': { c: 4 } }, 'a.b.c')).toBe(4);
    expect(fieldAt({ a: [1] }, 'a.0')).toBeUndefined();
    expect(fieldAt({}, 'constructor')).toBeUndefined();
  });
});

describe('a time', () => {
  it.each([
    [1_234_567_890_000, '2009-02-13T23:31:30.000Z'],
    ['1234567890000', '2009-02-13T23:31:30.000Z'],
    ['2026-03-01T02:58:01', '2026-03-01T02:58:01.000Z'],
    ['2026-03-01 02:58:01.5', '2026-03-01T02:58:01.500Z'],
    ['2026-03-01T02:58:01,25+01:00', '2026-03-01T01:58:01.250Z'],
    ['2026-03-01T02:58+0100', '2026-03-01T01:58:00.000Z'],
    ['2026-03-01T02:58:01+01', '2026-03-01T01:58:01.000Z'],
    ['2026-03-01', '2026-03-01T00:00:00.000Z'],
  ])('%s is %s', (value, expected) => {
    const ms = eventTimeMs(value);
    expect(ms === undefined ? undefined : new Date(ms).toISOString()).toBe(expected);
  });

  it.each(['yesterday', '', 'Mar 1, 2026', 1.5, 12, '20260301', 1e18, null, true, {}, '2026-13-01'])(
    'cannot be read from %j',
    (value) => expect(eventTimeMs(value)).toBeUndefined(),
  );
});

describe('the transformation of a batch', () => {
  const arrived = (
    data: Buffer,
    recordId = 'id',
    subsequenceNumber = '',
  ): FirehoseTransformationEventRecord => ({
    recordId,
    approximateArrivalTimestamp: arrivalMs,
    data: data.toString('base64'),
    kinesisRecordMetadata: {
      shardId: 'shardId-000000000002',
      partitionKey: 'k',
      approximateArrivalTimestamp: arrivalMs,
      sequenceNumber: '4968',
      subsequenceNumber,
    },
  });
  const event = (records: FirehoseTransformationEventRecord[]) => ({
    invocationId: 'i',
    deliveryStreamArn: 'arn',
    region: 'us-east-1',
    records,
  });

  it('gives each record one line with its folders', () => {
    const input = Buffer.from('{"userId":"u","amount":5}');
    const [made] = transform(event([arrived(input)]), 'readings', sources).records;
    expect(made).toMatchObject({
      recordId: 'id',
      result: 'Ok',
      metadata: { partitionKeys: { source: 'transactions', date: '2026-03-01' } },
    });
    const line = Buffer.from(made?.data ?? '', 'base64').toString();
    expect(line.endsWith('\n')).toBe(true);
    expect(JSON.parse(line)).toMatchObject({
      shard_id: 'shardId-000000000002',
      sequence_number: '4968',
      raw: '{"userId":"u","amount":5}',
    });
  });

  it('gives each record that Firehose took out of an aggregate a number of its own, as the job does', () => {
    const records = ['0', '1', '10'].map((part) => arrived(Buffer.from('{}'), part, part));
    const made = transform(event(records), 'readings', sources).records;
    const rows = made.map(({ data }) => JSON.parse(Buffer.from(data ?? '', 'base64').toString()));
    expect(rows.map((row) => row.sequence_number)).toEqual(['4968.0', '4968.1', '4968.10']);
  });

  it("takes records without the stream's metadata", () => {
    const { kinesisRecordMetadata: _, ...bare } = arrived(Buffer.from('x'));
    const [made] = transform(event([bare]), 'readings', sources).records;
    expect(JSON.parse(Buffer.from(made?.data ?? '', 'base64').toString())).toMatchObject({
      arrival_time: '2026-03-01 02:58:01.250',
      shard_id: '',
      sequence_number: '',
    });
  });

  it("stays below the answer's limit and hands back, as it came, what does not fit", () => {
    const quotes = Buffer.alloc(900_000, '"');
    const records = [1, 2, 3].map((n) => arrived(quotes, `id-${n}`));
    const answer = transform(event(records), 'readings', sources);
    expect(JSON.stringify(answer).length).toBeLessThan(6_000_000);
    expect(answer.records.map((each) => each.recordId)).toEqual(['id-1', 'id-2', 'id-3']);
    expect(answer.records[0]?.result).toBe('Ok');
    const failed = answer.records.filter((each) => each.result === 'ProcessingFailed');
    expect(failed.length).toBeGreaterThan(0);
    for (const each of failed) expect(each.data).toBe(quotes.toString('base64'));
  });
});
