/** Child processes of a local run: each heads a process group of its own, and every group ends with this process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a group may take to end by itself before it is killed, in ms. */
const GRACE_MS = 3_000;

const running = new Set<Child>();

export interface ChildOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** File that gets all output. */
  readonly log: string;
  /** Called with each whole line of standard output, or of standard error. */
  readonly onLine?: (line: string) => void;
}

/** One started program with everything that it starts. */
export class Child {
  /** Resolves with the exit code, or null after a signal. */
  readonly ended: Promise<number | null>;
  readonly name: string;
  private hasEnded = false;
  private readonly process: ChildProcess;

  constructor(name: string, command: string, args: readonly string[], options: ChildOptions) {
    this.name = name;
    mkdirSync(dirname(options.log), { recursive: true });
    const log = createWriteStream(options.log);
    this.process = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.pipe(log, { end: false });
      if (stream !== null && options.onLine !== undefined) eachLine(stream, options.onLine);
    }
    running.add(this);
    this.ended = new Promise((resolve) => {
      const end = (code: number | null) => {
        this.hasEnded = true;
        running.delete(this);
        resolve(code);
      };
      this.process.on('error', (error) => {
        log.write(`${command}: ${error.message}\n`);
        end(127);
      });
      this.process.on('exit', end);
    });
  }

  get isRunning(): boolean {
    return !this.hasEnded;
  }

  /** Asks the group to end, and kills what is left of it after {@link GRACE_MS}. */
  async stop(): Promise<void> {
    this.signal('SIGTERM');
    await Promise.race([this.ended, sleep(GRACE_MS, undefined, { ref: false })]);
    this.kill();
  }

  /** Ends the whole group at once, also what outlived its head. */
  kill(): void {
    this.signal('SIGKILL');
    running.delete(this);
  }

  private signal(signal: NodeJS.Signals): void {
    if (this.process.pid === undefined) return;
    try {
      process.kill(-this.process.pid, signal);
    } catch (error) {
      // Not by its class: a test runner has an Error of its own.
      const isGone = typeof error === 'object' && error !== null && 'code' in error && error.code === 'ESRCH';
      if (!isGone) throw error;
    }
  }
}

/** Kills every group that still runs; for the last moment of this process, where nothing can be awaited. */
export function killAll(): void {
  for (const child of [...running]) child.kill();
}
process.on('exit', killAll);

/** Calls back with each line of a text stream, without its end. */
export function eachLine(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line.trimEnd());
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest.trimEnd());
  });
}
