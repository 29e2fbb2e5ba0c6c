import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { nouns, schemaFiles } from '../../contracts/schemas.ts';

const contracts = join(__dirname, '..', '..', 'contracts');
const read = (...path: string[]) => readFileSync(join(contracts, ...path), 'utf8');
const examples = readdirSync(join(contracts, 'examples'));

/** `anomaly.window.json` is an example of `anomaly`. */
const nounOf = (file: string) => z.enum(Object.keys(nouns)).parse(file.split('.')[0]);

const withoutFirstField = (value: object) => Object.fromEntries(Object.entries(value).slice(1));

describe('the generated JSON Schema', () => {
  it('is what the contracts say (npm run contracts writes it)', () => {
    const files = schemaFiles();
    expect(readdirSync(join(contracts, 'generated')).sort()).toEqual([...files.keys()].sort());
    for (const [name, text] of files) expect(read('generated', name)).toBe(text);
  });

  it.each(examples)('takes the example %s, and neither half of it nor a foreign field', (file) => {
    const schema = z.fromJSONSchema(JSON.parse(read('generated', `${nounOf(file)}.schema.json`)));
    const example: unknown = JSON.parse(read('examples', file));
    if (typeof example !== 'object' || example === null) throw new Error('no object');
    expect(schema.safeParse(example).error).toBeUndefined();
    expect(schema.safeParse(withoutFirstField(example)).success).toBe(false);
    expect(schema.safeParse({ ...example, foreign: 1 }).success).toBe(false);
  });
});

describe('the examples', () => {
  it('show every noun', () => {
    expect([...new Set(examples.map(nounOf))].sort()).toEqual(Object.keys(nouns).sort());
  });

  it.each(examples)('%s is read without a loss', (file) => {
    const example: unknown = JSON.parse(read('examples', file));
    const noun = Object.entries(nouns).find(([name]) => name === nounOf(file))?.[1];
    if (noun === undefined) throw new Error('no noun');
    expect(noun.parse(example)).toMatchObject(Object(example));
  });
});
