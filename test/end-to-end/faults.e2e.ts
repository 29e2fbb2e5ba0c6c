import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(__dirname, '..', '..');
/** Those that take seconds; `npm run bench:faults` runs them all. */
const QUICK = [
  'five times',
  'poison',
  'cleared before',
  'clock',
  'SQS duplicates',
  'does not say so',
  'rubbish',
];
const ONLY = QUICK.flatMap((words) => ['--only', words]);

async function bench(...args: string[]) {
  const command = ['--import', 'tsx', 'bench/faults.ts', '--port', '4648', ...args];
  // A run in which something does not hold ends with 1, and says what on its last line all the same.
  const run = promisify(execFile)(process.execPath, command, { cwd: ROOT }).catch(
    (error: { stdout: string }) => error,
  );
  const { stdout } = await run;
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
}

describe('with faults between the functions and the services', () => {
  it('every incident is told once, or fails visibly', async () => {
    const { scenarios, failed } = await bench(...ONLY);
    expect(scenarios).toHaveLength(QUICK.length);
    expect(
      scenarios.flatMap(({ name, faults }: { name: string; faults: string[] }) =>
        faults.map((each) => `${name}: ${each}`),
      ),
    ).toEqual([]);
    expect(failed).toBe(0);
  });

  it('a guard that is taken away is missed', async () => {
    const { scenarios } = await bench(...ONLY, '--without', 'all');
    expect(scenarios.filter(({ pass }: { pass: boolean }) => pass)).toEqual([]);
  });
});
