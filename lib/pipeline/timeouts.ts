/** How long a function may take. The queue before it hides a message for longer: see constructs/queue-with-dead-letters.ts. */
import { Duration } from 'aws-cdk-lib';
import type { StageConfig } from '../config/schema.ts';

/** How long a model's answer is waited for after the e-mail has left. */
export const LATE_MS = 15_000;

/** The model's deadline, what may come late, and what the words need without it. */
export function triageTimeout(config: StageConfig): Duration {
  return Duration.seconds(Math.ceil((config.triage.deadlineMs + LATE_MS) / 1_000) + 30);
}

export const NOTIFY_TIMEOUT = Duration.seconds(30);

/** Of the look at an incident whose time has come; a digest reads all that wait with it. */
export const DUE_TIMEOUT = Duration.seconds(60);

/** Of the digest step: it ends ten thousand lines, one by one. Less than two minutes, so that two runs meet seldom. */
export const DIGEST_TIMEOUT = Duration.seconds(110);
