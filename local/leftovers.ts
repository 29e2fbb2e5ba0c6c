/** What a run leaves that was killed before it could end its children: found by the next run on the same port, and ended. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ROOT, stateFolder } from './paths.ts';

/** Command lines of programs that start a local run. */
const RUNS = /local\/demo\.mjs|bench\//;

const Note = z.object({
  /** The run that started them. */
  owner: z.int(),
  /** Heads of its process groups. */
  groups: z.array(z.int()),
});

/** Remembers the process groups that this run has started. */
export function noteGroups(port: number, groups: readonly number[]): void {
  mkdirSync(stateFolder(port), { recursive: true });
  writeFileSync(noteFile(port), JSON.stringify({ owner: process.pid, groups }));
}

/** Forgets them, once they have ended. */
export function forgetGroups(port: number): void {
  rmSync(noteFile(port), { force: true });
}

/**
 * Ends the groups of an earlier run on this port whose own process is gone. A number that by now names another program
 * is left alone: only programs of this very folder are ended.
 * @returns how many groups were ended
 */
export function endLeftovers(port: number): number {
  const note = readNote(port);
  if (note === undefined || RUNS.test(commandOf(note.owner) ?? '')) return 0;
  const left = note.groups.filter((group) => commandOf(group)?.includes(ROOT) === true);
  for (const group of left) process.kill(-group, 'SIGKILL');
  forgetGroups(port);
  return left.length;
}

function noteFile(port: number): string {
  return join(stateFolder(port), 'groups.json');
}

function readNote(port: number): z.infer<typeof Note> | undefined {
  try {
    return Note.parse(JSON.parse(readFileSync(noteFile(port), 'utf8')));
  } catch {
    return undefined;
  }
}

/** The command line of a process; undefined when there is none of that number. */
function commandOf(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return undefined;
  }
}
