import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { ArrivalOrder } from '../../../cli/backtest/arrival-order.ts';
import { compareSequence, type ReplayRecord } from '../../../cli/backtest/replay-record.ts';

const record = (shard: string, sequence: number | string, arrivalMs: number): ReplayRecord => ({
  arrivalMs,
  shard,
  sequenceNumber: String(sequence),
  line: `${shard}:${sequence}:${arrivalMs}`,
});

/** The lines in the order that the job would read, and what else `finish` says. */
async function ordered(records: readonly ReplayRecord[], runLength: number) {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-order-'));
  try {
    const order = new ArrivalOrder(folder, runLength);
    for (const each of records) await order.add(each);
    const { file, ...rest } = await order.finish();
    const text = await readFile(file, 'utf8');
    return { lines: text.split('\n').slice(0, -1), ...rest };
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('the order of a replay', () => {
  it('is that of the sequence numbers within a shard, whatever the clock of a record says', async () => {
    const rows = [record('a', 10, 5), record('a', 9, 7), record('a', 100, 6)];
    expect((await ordered(rows, 1e6)).lines).toEqual(['a:9:7', 'a:10:5', 'a:100:6']);
  });

  it('merges the shards by time of arrival', async () => {
    const rows = [record('b', 1, 20), record('a', 2, 30), record('b', 2, 40), record('a', 1, 10)];
    const { lines, firstArrivalMs, lastArrivalMs } = await ordered(rows, 1e6);
    expect(lines).toEqual(['a:1:10', 'b:1:20', 'a:2:30', 'b:2:40']);
    expect([firstArrivalMs, lastArrivalMs]).toEqual([10, 40]);
  });

  it('holds each record once, however often it was delivered', async () => {
    const rows = [record('a', 1, 10), record('a', 2, 20), record('a', 1, 10), record('a', 1, 10)];
    expect(await ordered(rows, 8)).toMatchObject({ lines: ['a:1:10', 'a:2:20'], records: 2, duplicates: 2 });
  });

  it('holds each record that was taken out of an aggregate once, by its place there', async () => {
    const numbers = ['10', '9.10', '9.2', '9.0', '9.2', '8', '9.10'];
    const rows = numbers.map((number) => record('a', number, 5));
    for (const runLength of [1, 8, 1e6]) {
      expect(await ordered(rows, runLength)).toMatchObject({
        lines: ['a:8:5', 'a:9.0:5', 'a:9.2:5', 'a:9.10:5', 'a:10:5'],
        duplicates: 2,
      });
    }
  });

  it('is empty without records', async () => {
    expect(await ordered([], 1)).toMatchObject({ lines: [], records: 0, firstArrivalMs: 0 });
  });

  it('does not depend on the order of the rows, nor on how many fit into memory', async () => {
    const sequences = fc.uniqueArray(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 60 });
    const property = fc.asyncProperty(
      sequences,
      fc.integer({ min: 1, max: 400 }),
      async (numbers, length) => {
        const rows = numbers.map((number) => record(number % 3 === 0 ? 'a' : 'b', number, number * 10));
        const wanted = [...numbers].sort((a, b) => a - b).map((number) => number * 10);
        const { lines } = await ordered(rows, length);
        expect(lines.map((line) => Number(line.split(':')[2]))).toEqual(wanted);
      },
    );
    await fc.assert(property, { numRuns: 30 });
  });
});

describe('sequence numbers', () => {
  it('are compared as numbers of any length', () => {
    const long = '49671240000000000000000000000000000000000000000000000010';
    expect(compareSequence('9', '10')).toBeLessThan(0);
    expect(compareSequence(long, long)).toBe(0);
    expect(compareSequence(`${long}0`, long)).toBeGreaterThan(0);
    expect(compareSequence(long, long.replace(/0$/, '1'))).toBeLessThan(0);
  });

  it('are compared by the place in an aggregate where they are one', () => {
    expect(compareSequence('99.2', '99.10')).toBeLessThan(0);
    expect(compareSequence('99.10', '99.2')).toBeGreaterThan(0);
    expect(compareSequence('99.10', '100')).toBeLessThan(0);
    expect(compareSequence('100', '99.10')).toBeGreaterThan(0);
    expect(compareSequence('99.0', '99')).toBeGreaterThan(0);
    expect(compareSequence('99.0', '99.0')).toBe(0);
  });
});
