/** A function that is ended (kill -9) in the middle of its batch: the real handlers, each in a process of its own. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IncidentsEnv } from '../../lambdas/incidents/env.ts';
import { NotifyEnv } from '../../lambdas/notify/env.ts';
import { envFor } from '../../lib/constructs/env-for.ts';
import type { Invoke } from '../event-sources/invoking.ts';
import { anomalyOf, entities, LIMIT_MS, type Scenario, type Stage } from './scenario.ts';
import type { World } from './world.ts';

const FEW = 4;

type Step = 'incidents' | 'notify';

/** A function that is killed when the nth request of this operation has been answered. */
interface Killing {
  readonly step: Step;
  readonly operation: string;
  readonly after: number;
  wasKilled: boolean;
}

/** Calls the real handler in a process of its own. */
async function callAndKill<R>(
  records: R[],
  world: World,
  stage: Stage,
  killing: Killing,
): Promise<ReadonlySet<string>> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-killed-'));
  const { step } = killing;
  try {
    const [event, response] = [join(folder, 'event.json'), join(folder, 'response.json')];
    writeFileSync(event, JSON.stringify({ Records: records }));
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', 'bench/faults/child.ts', step, event, response],
      {
        env: { ...process.env, ...environment(world, stage)[step] },
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    let seen = 0;
    stage.proxy.onDone = ({ operation }) => {
      if (operation !== killing.operation) return;
      seen += 1;
      if (seen === killing.after) killing.wasKilled = child.kill('SIGKILL');
    };
    await new Promise<void>((done) => child.once('exit', () => done()));
    if (!existsSync(response)) throw new Error(`${step} was ended`);
    const { batchItemFailures } = JSON.parse(readFileSync(response, 'utf8'));
    return new Set(batchItemFailures.map(({ itemIdentifier }: { itemIdentifier: string }) => itemIdentifier));
  } finally {
    stage.proxy.onDone = () => undefined;
    rmSync(folder, { recursive: true, force: true });
  }
}

function environment({ resources }: World, { endpoint, settings }: Stage): Record<Step, NodeJS.ProcessEnv> {
  const { queues, table: TABLE_NAME } = resources;
  const clients = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  // Their schemas take no parts of a second.
  const noise = {
    ...settings.noise,
    ...{ groupWaitSeconds: 1, groupIntervalSeconds: 15, reopenSeconds: 90, settleSeconds: 2 },
    flapping: { ...settings.noise.flapping, windowSeconds: 45 },
  };
  return {
    incidents: {
      ...clients,
      ...envFor(IncidentsEnv, {
        TABLE_NAME,
        DEAD_LETTER_QUEUE_URL: queues['anomalies-dead'],
        KEEP_DAYS: '30',
        STREAM_RETENTION_HOURS: '24',
        QUIET_UNTIL_MS: '0',
        NOISE: JSON.stringify(noise),
      }),
    },
    notify: {
      ...clients,
      ...envFor(NotifyEnv, {
        TABLE_NAME,
        TOPIC_ARN: resources.topicArn,
        CHANNEL: JSON.stringify({ ...settings.channel, messagesPerSecond: 1 }),
      }),
    },
  };
}

/** The first batch goes to the process that is killed; what follows waits for its end and goes to the functions of this process. */
function firstKilled<R>(kill: (records: R[]) => ReturnType<Invoke<R>>, then: Invoke<R>): Invoke<R> {
  let first: ReturnType<Invoke<R>> | undefined;
  return async (records) => {
    if (first === undefined) {
      first = kill(records);
      return await first;
    }
    await first.catch(() => undefined);
    return await then(records);
  };
}

const notKilled = ({ step, wasKilled }: Killing): string[] =>
  wasKilled ? [] : [`the function ${step} was not ended: the scenario shows nothing`];

export const killed: readonly Scenario[] = [
  {
    name: 'a Lambda ended in the middle of a batch',
    guard: 'partial-failures',
    run: async (stage) => {
      const killing: Killing = {
        step: 'incidents',
        operation: 'DynamoDB.TransactWriteItems',
        after: 1,
        wasKilled: false,
      };
      const world = await stage.start({
        wrap: (of, functions) => ({
          ...functions,
          incidents: firstKilled(
            (records) => callAndKill(records, of(), stage, killing),
            functions.incidents,
          ),
        }),
      });
      const all = entities(FEW);
      await world.put(all.map((entity) => anomalyOf(entity)));
      await world.until(() => world.mails.length === FEW, LIMIT_MS);
      await world.idle(LIMIT_MS);
      const { incidents } = await world.stored();
      const counted = incidents.filter(({ anomaly_count }) => anomaly_count !== 1).length;
      const faults = [
        ...notKilled(killing),
        ...(counted > 0 ? [`${counted} incidents counted an anomaly more than once`] : []),
      ];
      return { world, expected: { entities: new Set(all), injected: 1, mostMails: FEW, faults } };
    },
  },
  {
    name: 'a Lambda ended between publish and confirmation',
    guard: 'claim',
    run: async (stage) => {
      const killing: Killing = { step: 'notify', operation: 'SNS.Publish', after: 1, wasKilled: false };
      const world = await stage.start({
        wrap: (of, functions) => ({
          ...functions,
          notify: firstKilled((records) => callAndKill(records, of(), stage, killing), functions.notify),
        }),
      });
      const all = entities(FEW);
      await world.put(all.map((entity) => anomalyOf(entity)));
      await world.until(() => world.mails.length === FEW, LIMIT_MS);
      await world.idle(LIMIT_MS);
      await world.pass(7);
      const faults = [
        ...notKilled(killing),
        ...(world.unconfirmed === 1 ? [] : [`${world.unconfirmed} unconfirmed claims were reported, not 1`]),
      ];
      return {
        world,
        expected: { entities: new Set(all), injected: 1, mostMails: FEW, mayFailVisibly: true, faults },
      };
    },
  },
];
