import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Anomaly, Reject } from '../../contracts/index.ts';

/** Columns of the one CREATE TABLE in a file, with their types, in order. */
function columnsOf(file: string): ReadonlyMap<string, string> {
  const sql = readFileSync(join(process.cwd(), file), 'utf8').replace(/--.*$/gm, '');
  const body = /CREATE TEMPORARY TABLE \w+ \(\n(.*?)\n\)/s.exec(sql)?.[1] ?? '';
  return new Map(
    body.split('\n').map((line) => {
      const [, name = '', type = ''] = /^\s*`?(\w+)`? (.+?),?$/.exec(line) ?? [];
      return [name, type];
    }),
  );
}

/** A value of each SQL type as the JSON format writes it. */
const samples: Record<string, readonly unknown[]> = {
  STRING: ['2026-01-31T04:05:06.789Z'],
  BIGINT: [1],
  DOUBLE: [1.5],
  BOOLEAN: [true],
  'MAP<STRING, STRING>': [{ site: 'north' }],
  'MAP<STRING, DOUBLE>': [{}, { range: 1.5 }],
  'ARRAY<DOUBLE>': [[1.5]],
};

/** Whether the contract may hold what the column's type writes; enumerations are text. */
function fits(
  contract: { safeParse(value: unknown): { error?: { issues: readonly { code: string }[] } | undefined } },
  sample: unknown,
) {
  const issues = contract.safeParse(sample).error?.issues ?? [];
  return issues.every(({ code }) => code !== 'invalid_type' && code !== 'invalid_union');
}

describe.each([
  ['flink-sql/columns/anomalies.sql', Anomaly.shape],
  ['flink-sql/columns/rejects.sql', Reject.shape],
] as const)('%s', (file, shape) => {
  const columns = columnsOf(file);

  it('has the columns of its contract in the same order', () => {
    expect([...columns.keys()]).toEqual(Object.keys(shape));
  });

  it.each(Object.entries(shape))('writes what the contract takes for %s', (name, contract) => {
    const type = columns.get(name) ?? '';
    expect(Object.keys(samples)).toContain(type);
    expect(samples[type]?.every((sample) => fits(contract, sample))).toBe(true);
  });
});
