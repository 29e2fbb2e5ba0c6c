import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** Runs a line of plain Node against the set-up scripts, as a fresh clone would. */
function node(line: string): unknown {
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', `${line}`], { cwd: root, encoding: 'utf8' }),
  );
}

describe('set-up', () => {
  it('compares versions number by number', () => {
    expect(
      node(`
        import { isAtLeast } from './scripts/setup-tools.mjs';
        const pairs = [['3.8.7', '3.8'], ['3.10', '3.9'], ['3.9.99', '3.10'], ['20.11.0', '20.11'], ['8', '20.11']];
        console.log(JSON.stringify(pairs.map(([version, least]) => isAtLeast(version, least))));
      `),
    ).toEqual([true, true, false, true, false]);
  });

  it('refuses Windows and names WSL', () => {
    expect(
      node(`
        import { platformRefusal } from './scripts/setup-tools.mjs';
        console.log(JSON.stringify([platformRefusal('win32'), platformRefusal('darwin') ?? null]));
      `),
    ).toEqual([expect.stringContaining('WSL'), null]);
  });

  it('names every missing tool with its version and how to get it, before it does anything', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/setup.mjs'], {
      cwd: root,
      encoding: 'utf8',
      env: { PATH: '/nowhere' },
    });
    expect(status).toBe(1);
    for (const words of [
      'nothing was installed',
      'java (JDK): needs 17',
      'Maven (mvn): needs 3.8',
      'Python (python3, with venv): needs 3.10',
      'apt-get install',
    ]) {
      expect(stderr).toContain(words);
    }
    expect(stderr).not.toContain('set-up 1/');
  });

  it('pins what the Python programs of the project import', () => {
    const program = readFileSync(join(root, 'cli', 'backtest', 'read_parquet.py'), 'utf8');
    const imported = [...program.matchAll(/^import (\w+)$/gm)].map(([, name]) => name);
    const pinned = readFileSync(join(root, 'local', 'requirements.txt'), 'utf8');
    const ofPython = ['sys'];
    for (const name of imported.filter((each = '') => !ofPython.includes(each))) {
      expect(pinned).toMatch(new RegExp(`^${name}==\\d`, 'm'));
    }
    expect(imported).toContain('duckdb');
  });

  it('follows the content of inputs, not their times', () => {
    expect(
      node(`
        import { mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
        import { join } from 'node:path';
        import { tmpdir } from 'node:os';
        import { fingerprint, isUpToDate, remember } from './scripts/setup-steps.mjs';
        const root = mkdtempSync(join(tmpdir(), 'tocsin-setup-'));
        const step = { inputs: ['in'], output: 'out', stamp: 'stamp' };
        writeFileSync(join(root, 'in'), 'a');
        writeFileSync(join(root, 'out'), '');
        const before = isUpToDate(root, step);
        remember(root, step, fingerprint(root, step.inputs));
        utimesSync(join(root, 'in'), 1, 1);
        const touched = isUpToDate(root, step);
        writeFileSync(join(root, 'in'), 'b');
        console.log(JSON.stringify([before, touched, isUpToDate(root, step)]));
      `),
    ).toEqual([false, true, false]);
  });
});
