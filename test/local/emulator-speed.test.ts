/** What keeps the emulator fast must not change what it answers. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../local/paths.ts';

const python = async (script: string, ...args: string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(
    join(ROOT, '.venv', 'bin', 'python'),
    [join(ROOT, 'test', 'local', script), ...args],
    { maxBuffer: 64 * 1024 * 1024, timeout: 60_000 },
  );
  return stdout;
};

describe('a query that is narrowed to its page', () => {
  it.each(['1', '2'])(
    'answers as the emulator does from the whole partition, whatever was written (seed %s)',
    async (seed) => {
      const { narrowed, differences } = JSON.parse(await python('narrowed_queries.py', seed));
      expect(differences).toBe(0);
      expect(narrowed).toBeGreaterThan(1_000);
    },
    60_000,
  );
});

describe('a queue that is fast when it is long', () => {
  it.each(['1', '2'])(
    'answers as the emulator does to any sends, receives and deletions (seed %s)',
    async (seed) => {
      const [ours, theirs] = await Promise.all(
        ['ours', 'theirs'].map((whose) => python('queue_transcript.py', seed, whose)),
      );
      expect(ours).toEqual(theirs);
      expect(ours).toContain('ReceiptHandleIsInvalid');
    },
    60_000,
  );
});
