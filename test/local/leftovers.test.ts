import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endLeftovers, forgetGroups, noteGroups } from '../../local/leftovers.ts';
import { ROOT, stateFolder } from '../../local/paths.ts';

const PORT = 4_637;

/** A program whose command line names this folder, or not, heading a group of its own. */
function program(words: string) {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', words], {
    detached: true,
    stdio: 'ignore',
  });
  return { pid: child.pid ?? 0, ended: new Promise((resolve) => child.once('exit', resolve)), child };
}

/** Number of a process that has just ended. */
const gone = () => spawnSync(process.execPath, ['-e', '']).pid;

function noteOf(owner: number, groups: readonly number[]): void {
  noteGroups(PORT, groups);
  writeFileSync(join(stateFolder(PORT), 'groups.json'), JSON.stringify({ owner, groups }));
}

describe('leftovers of a killed run', () => {
  afterEach(() => forgetGroups(PORT));

  it('are ended when the run is gone, and only programs of this folder', async () => {
    const ours = program(join(ROOT, 'local', 'x'));
    const other = program('/somewhere/else');
    await sleep(200);
    noteOf(gone(), [ours.pid, other.pid]);
    expect(endLeftovers(PORT)).toBe(1);
    await ours.ended;
    expect(other.child.exitCode).toBeNull();
    other.child.kill('SIGKILL');
  });

  it('are left alone while their run lives', async () => {
    const ours = program(join(ROOT, 'local', 'x'));
    const run = program('local/demo.mjs');
    await sleep(200);
    noteOf(run.pid, [ours.pid]);
    expect(endLeftovers(PORT)).toBe(0);
    for (const { child } of [ours, run]) child.kill('SIGKILL');
  });

  it('are none where no run noted any', () => {
    expect(endLeftovers(PORT)).toBe(0);
  });
});
