/** What keeps the emulator fast must not change what it answers. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../local/paths.ts';

const LIMIT_MS = 60_000;
/** Another one writes and asks other things. */
const SEED = '1';

const python = async (script: string, ...args: string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(
    join(ROOT, '.venv', 'bin', 'python'),
    [join(ROOT, 'test', 'local', script), SEED, ...args],
    { maxBuffer: 64 * 1024 * 1024, timeout: LIMIT_MS },
  );
  return stdout;
};

it(
  'A query that is narrowed to its page is answered as from the whole partition',
  async () => {
    const { narrowed, differences } = JSON.parse(await python('narrowed_queries.py'));
    expect(differences).toBe(0);
    expect(narrowed).toBeGreaterThan(500);
  },
  LIMIT_MS,
);

it(
  'A queue that stays fast when it is long answers sends, receives and deletions as before',
  async () => {
    const [ours, theirs] = await Promise.all([
      python('queue_transcript.py', 'ours'),
      python('queue_transcript.py', 'theirs'),
    ]);
    expect(ours).toEqual(theirs);
    // Of messages that had gone.
    expect(ours).toContain('ReceiptHandleIsInvalid');
  },
  LIMIT_MS,
);
