/** Brings the Flink application to RUNNING, or stops it on the way down; each step is decided from its status. */

/** What the deploy knows of the application. */
export interface Application {
  /** Its status, as the service calls it. */
  status(): Promise<string>;
  hasSnapshot(): Promise<boolean>;
  start(options: { readonly fromSnapshot: boolean; readonly allowNonRestoredState: boolean }): Promise<void>;
  /** Without a snapshot, whatever it is doing. */
  forceStop(): Promise<void>;
}

/** The clock, so that tests need not wait. */
export interface Clock {
  /** Milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

export class StartFailed extends Error {
  override readonly name = 'StartFailed';
  readonly retryable = false;
}

export interface StartOptions {
  readonly logGroup: string;
  readonly allowNonRestoredState: boolean;
  /** How long to wait for RUNNING, ms. */
  readonly deadlineMs: number;
}

export type Decision =
  | { readonly action: 'done' }
  | { readonly action: 'start' }
  | { readonly action: 'wait' }
  | { readonly action: 'fail'; readonly reason: string };

const PAUSE_MS = 2_000;

/** What to do next. `started` says that this deploy asked the service to start it. */
export function decide(status: string, started: boolean): Decision {
  switch (status) {
    case 'RUNNING':
      return { action: 'done' };
    case 'READY':
      return started ? { action: 'fail', reason: 'it stopped again while it started' } : { action: 'start' };
    case 'ROLLED_BACK':
      return {
        action: 'fail',
        reason: 'the new version did not start, and the service went back to the one before',
      };
    case 'DELETING':
      return { action: 'fail', reason: 'it is being deleted' };
    default:
      return { action: 'wait' };
  }
}

/** @throws StartFailed that says why, and which log group tells more */
export async function bringToRunning(
  application: Application,
  clock: Clock,
  options: StartOptions,
): Promise<void> {
  const fail = (reason: string): never => {
    throw new StartFailed(`The Flink job does not run: ${reason}. Its log tells more: ${options.logGroup}`);
  };
  const deadline = clock.now() + options.deadlineMs;
  let started = false;
  for (;;) {
    const status = await application.status();
    const decision = decide(status, started);
    if (decision.action === 'done') return;
    if (decision.action === 'fail') fail(decision.reason);
    if (decision.action === 'start') {
      const fromSnapshot = await application.hasSnapshot();
      await application.start({ fromSnapshot, allowNonRestoredState: options.allowNonRestoredState });
      started = true;
    }
    if (clock.now() >= deadline)
      fail(`still ${status} after ${Math.round(options.deadlineMs / 60_000)} minutes`);
    await clock.sleep(PAUSE_MS);
  }
}

/**
 * Makes the application one that CloudFormation can delete: in RUNNING and READY it can be, and on the way
 * between them it cannot. Its snapshots go with it; the streams keep what the next one reads.
 * @returns what came of it; the deletion goes on in any case, and names the fault itself if there is one
 */
export async function letGo(
  application: Application,
  clock: Clock,
  deadlineMs: number,
): Promise<'deletable' | 'busy'> {
  const deadline = clock.now() + deadlineMs;
  let asked = false;
  for (;;) {
    const status = await application.status();
    if (['RUNNING', 'READY', 'ROLLED_BACK', 'DELETING'].includes(status)) return 'deletable';
    if (clock.now() >= deadline) return 'busy';
    if (!asked && status !== 'STOPPING' && status !== 'FORCE_STOPPING') {
      await application.forceStop();
      asked = true;
    }
    await clock.sleep(PAUSE_MS);
  }
}
