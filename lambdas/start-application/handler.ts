/** Starts the Flink job within a deploy and waits until it runs; on destroy makes sure that it can be deleted. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import * as z from 'zod/mini';
import { answer, type DeployRequest, type DeployResult } from '../deploy-request.ts';
import { parseEnv } from '../parse-env.ts';
import { StartApplicationEnv } from './env.ts';
import { ManagedFlink } from './managed-flink.ts';
import { bringToRunning, letGo } from './start-application.ts';

const Properties = z.object({ LogGroup: z.string(), AllowNonRestoredState: z.enum(['true', 'false']) });

/** Below the function's 15 minutes, so that it can still answer. */
const START_DEADLINE_MS = 14 * 60_000;
const STOP_DEADLINE_MS = 5 * 60_000;

const logger = new Logger();
const env = parseEnv(StartApplicationEnv);
const application = new ManagedFlink(env.APPLICATION_NAME);
const clock = { now: Date.now, sleep: (ms: number) => sleep(ms) };

export async function handler(event: unknown): Promise<void> {
  await answer(event, work);
}

async function work(request: DeployRequest): Promise<DeployResult> {
  const physicalId = env.APPLICATION_NAME;
  if (request.RequestType === 'Delete') {
    const outcome = await letGo(application, clock, STOP_DEADLINE_MS).catch(String);
    logger.info('Let go', { outcome });
    return { physicalId };
  }
  const properties = z.parse(Properties, request.ResourceProperties);
  await bringToRunning(application, clock, {
    logGroup: properties.LogGroup,
    allowNonRestoredState: properties.AllowNonRestoredState === 'true',
    deadlineMs: START_DEADLINE_MS,
  });
  logger.info('Running');
  return { physicalId };
}
