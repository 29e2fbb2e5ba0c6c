import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../fakes.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-command-'));
});
afterEach(() => rm(folder, { recursive: true }));

const run = (...args: readonly string[]) => runCli(['backtest', '--input', folder, ...args]);

async function rulesFile(...rules: readonly object[]): Promise<string> {
  const file = join(folder, 'rules.json');
  await writeFile(file, JSON.stringify({ rules }));
  return file;
}
const sound = { id: 'limit', kind: 'limits', source: 'transactions', metric: 'amount', high: 5 };

describe('tocsin backtest', () => {
  it('explains itself', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    expect(out).toContain('--against <file>');
    expect(out).toContain('Nothing is sent.');
  });

  it('names the rule that contradicts itself, before it reads a record', async () => {
    const file = await rulesFile({ ...sound, low: 9 });
    const { code, err } = await run('--rules', file);
    expect(code).toBe(1);
    expect(err).toMatch(/rules\.json: .*rule limit: low \(9\) must be below high \(5\)/);
  });

  it('names the rule that could never judge', async () => {
    const { err } = await run('--rules', await rulesFile({ ...sound, source: 'pumps' }));
    expect(err).toMatch(/rule limit: there is no source "pumps"/);
  });

  it('checks the rules compared with as well', async () => {
    const { code, err } = await run('--against', await rulesFile({ ...sound, kind: 'guess' }));
    expect(code).toBe(1);
    expect(err).toMatch(/rule limit/);
  });

  it('says which file is missing', async () => {
    const { err } = await run('--rules', join(folder, 'none.json'));
    expect(err).toMatch(/none\.json.*no such file/);
  });

  it('refuses times that it cannot read, and a time that ends before it begins', async () => {
    expect((await run('--from', 'yesterday')).err).toMatch(/--from yesterday is no time. Write a day/);
    const { err } = await run('--from', '2026-03-02', '--to', '2026-03-01');
    expect(err).toMatch(/--from 2026-03-02 must lie before --to 2026-03-01/);
  });

  it('says that there is nothing to replay', async () => {
    const { code, err } = await run();
    expect(code).toBe(1);
    expect(err).toMatch(/There are no files of the archive/);
  });

  it("takes the stage's own archive where no input is named, if the stage is deployed", async () => {
    const { code, err } = await runCli(['backtest']);
    expect(code).toBe(1);
    expect(err).toMatch(/Stack Tocsin-dev-Data is not deployed/);
  });
});
