import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deployed, runCli } from './fakes.ts';

describe('tocsin send', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-send-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  it('puts a JSON argument on the first input stream, keyed by its first text', async () => {
    const { code, out, sent } = await runCli(['send', '{"amount":100,"userId":"user001"}'], deployed);
    expect(code).toBe(0);
    expect(sent.records).toEqual([
      { stream: 'readings-stream', key: 'user001', data: '{"amount":100,"userId":"user001"}' },
    ]);
    expect(out).toBe('Sent 1 record to readings-stream; the last has sequence number 1.\n');
  });

  it('reads JSON lines from a file and answers with one line of JSON', async () => {
    const path = file('two.jsonl', '{"a":"x"}\n\n{"a":"y"}\n');
    const { code, out, sent } = await runCli(['send', path, '--json'], deployed);
    expect(code).toBe(0);
    expect(sent.records.map((record) => record.key)).toEqual(['x', 'y']);
    expect(JSON.parse(out)).toEqual({
      sent: 2,
      stream: 'readings-stream',
      first_sequence_number: '1',
      last_sequence_number: '2',
    });
  });

  it('reads CSV with a header, numbers as numbers and ids with leading zeros as text', async () => {
    const path = file('pumps.csv', 'pump,code,pressure\n"pump, 7",007,4.5\npump-8,,5\n');
    const { sent } = await runCli(['send', path, '--key', 'pump'], deployed);
    expect(sent.records.map((record) => JSON.parse(record.data))).toEqual([
      { pump: 'pump, 7', code: '007', pressure: 4.5 },
      { pump: 'pump-8', pressure: 5 },
    ]);
    expect(sent.records.map((record) => record.key)).toEqual(['pump, 7', 'pump-8']);
  });

  it('reads standard input', async () => {
    const { sent } = await runCli(['send', '-'], deployed, '[{"a":"x"},{"a":"y"}]');
    expect(sent.records.map((record) => record.data)).toEqual(['{"a":"x"}', '{"a":"y"}']);
  });

  it('spreads records over time at the rate that is asked for', async () => {
    const started = Date.now();
    const records = JSON.stringify(Array.from({ length: 5 }, (_, index) => ({ a: `k${index}` })));
    const { sent } = await runCli(['send', records, '--rate', '4'], deployed);
    expect(sent.records).toHaveLength(5);
    expect(Date.now() - started).toBeGreaterThanOrEqual(990);
  });

  it.each([
    ['a file that is not there', ['send', 'nowhere.jsonl'], 'There is no file nowhere.jsonl'],
    ['a line that is not JSON', ['send', '{"a":1}\n{"a":'], 'Line 2 of the argument is not JSON'],
    ['a record that is not an object', ['send', '[1]'], 'Record 1 of the argument is not a JSON object'],
    ['no record at all', ['send', '[]'], 'the argument holds no record'],
    ['a key field that is missing', ['send', '{"a":1}', '--key', 'b'], 'has no field "b"'],
    ['an input that the stage lacks', ['send', '{"a":1}', '--stream', 'other'], 'It has: readings'],
    [
      'a stage that is not deployed',
      ['send', '{"a":1}', '--stage', 'prod'],
      'Tocsin-prod-Data is not deployed',
    ],
    ['a stage that there is not', ['send', '{"a":1}', '--stage', 'moon'], 'There is no stage "moon"'],
    ['a rate of nothing', ['send', '{"a":1}', '--rate', '0'], 'whole number above 0'],
  ])('says how to mend %s, with exit code 1 and nothing sent', async (_what, args, words) => {
    const { code, out, err, sent } = await runCli(args, deployed);
    expect(code).toBe(1);
    expect(err).toContain(words);
    expect(out).toBe('');
    expect(sent.records).toEqual([]);
  });
});
