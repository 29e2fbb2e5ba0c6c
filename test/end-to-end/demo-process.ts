/** The demo's own entry as a child process, as a newcomer starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { eachLine } from '../../local/processes.ts';

const ROOT = join(import.meta.dirname, '..', '..');

export type DemoEvent = Readonly<Record<string, unknown>>;

const Inbox = z.object({
  mails: z.array(
    z.object({ subject: z.string(), text: z.string(), headers: z.record(z.string(), z.string()) }),
  ),
});

/** One e-mail of the inbox, by what the timelines ask for. */
export type ReceivedMail = z.infer<typeof Inbox>['mails'][number];

export class DemoProcess {
  /** Whole lines of standard output. */
  readonly output: string[] = [];
  /** The last words on standard error, for the message of a failed test. */
  readonly words: string[] = [];
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(args: readonly string[]) {
    this.child = spawn(process.execPath, ['local/demo.mjs', '--json', ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (this.child.stdout !== null) eachLine(this.child.stdout, (line) => this.output.push(line));
    if (this.child.stderr !== null) {
      eachLine(this.child.stderr, (line) => {
        this.words.push(line);
        if (this.words.length > 60) this.words.shift();
      });
    }
    this.ended = new Promise((resolve) => this.child.on('close', resolve));
  }

  /**
   * Waits for an event of the live run's output.
   * @throws when the run ends first or the time is up; the message has the run's last words
   */
  async event(name: string, limitMs: number): Promise<DemoEvent> {
    const deadline = Date.now() + limitMs;
    while (Date.now() < deadline && this.child.exitCode === null) {
      for (const line of this.output) {
        const event: DemoEvent = JSON.parse(line);
        if (event.event === name) return event;
      }
      await sleep(100);
    }
    throw new Error(
      `The demo said no "${name}" within ${limitMs} ms. Its last words:\n${this.words.join('\n')}`,
    );
  }

  /** Ctrl-C. Resolves with the exit code. */
  interrupt(): Promise<number | null> {
    this.child.kill('SIGINT');
    return this.ended;
  }
}

/** Every e-mail that a run's inbox holds. */
export async function mailsOf(inboxUrl: string): Promise<readonly ReceivedMail[]> {
  const answer = await fetch(`${inboxUrl}/api/mails`);
  return Inbox.parse(await answer.json()).mails;
}

/** True when something listens on the port of 127.0.0.1. */
export async function isAnswering(port: number): Promise<boolean> {
  try {
    await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2_000) });
    return true;
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError';
  }
}
