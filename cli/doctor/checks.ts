/** Is a deployed stage well? Each check answers one question, and a failed one says what to do. */

import { readFile } from 'node:fs/promises';
import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { SourceSet } from '../../contracts/source-config.ts';
import { SnsSubscribers } from '../../lambdas/ports/subscribers/sns.ts';
import { coverageOf } from '../../lambdas/watch/watch.ts';
import { LONGEST_QUIET_MS, resolvePath } from '../../lib/config/load.ts';
import { addressesOf } from '../../lib/config/schema.ts';
import type { CliContext } from '../context.ts';
import { countLetters, queuesOf } from '../redrive/letters.ts';
import { learningFindings } from './learning.ts';

/** `note`: nothing is wrong, but worth to know. `unknown`: it could not be looked at, for the reason in the text. */
export interface Finding {
  readonly name: string;
  readonly state: 'well' | 'note' | 'ill' | 'unknown';
  readonly text: string;
}

export interface Check {
  readonly name: string;
  run(context: CliContext, now: Date): Promise<readonly Omit<Finding, 'name'>[]>;
}

const well = (text: string) => ({ state: 'well', text }) as const;
const note = (text: string) => ({ state: 'note', text }) as const;
const ill = (text: string) => ({ state: 'ill', text }) as const;

/** Would an alert reach anybody? The same look as the watch function's. */
const subscriptions: Check = {
  name: 'subscriptions',
  async run(context) {
    const topicArn = await context.output('Data', 'TopicArn');
    const sources = SourceSet.parse(
      JSON.parse(await readFile(resolvePath(context.settings.sourcesFile), 'utf8')),
    );
    const { confirmed, pending, lost, unheard } = coverageOf(
      addressesOf(context.settings),
      sources.sources.map(({ name }) => name),
      await new SnsSubscribers(context.clients.sns, topicArn).list(),
    );
    return [
      confirmed.length === 0
        ? ill('no address is confirmed: nobody gets an alert. Follow the link in the first e-mail from SNS.')
        : well(`${confirmed.length} confirmed: ${confirmed.join(', ')}`),
      ...pending.map((address) => ill(`${address} has not followed the link in its first e-mail`)),
      ...lost.map((address) =>
        ill(`${address} is no longer subscribed; see "A subscription is lost" in the runbook`),
      ),
      ...unheard.map(({ severity, source }) => ill(`nobody gets the ${severity} alerts of source ${source}`)),
    ];
  },
};

/** Beats that may be missing before it counts. */
const BEATS = 2;

const heartbeat: Check = {
  name: 'heartbeat',
  async run(context, now) {
    const minutes = context.settings.operations.heartbeatMinutes * BEATS + 1;
    const { Datapoints: points = [] } = await context.clients.cloudWatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AnomalyDetection',
        MetricName: 'HeartbeatMs',
        Dimensions: [{ Name: 'service', Value: 'heard' }],
        StartTime: new Date(now.getTime() - minutes * 60_000),
        EndTime: now,
        Period: 60,
        Statistics: ['Maximum'],
      }),
    );
    const newest = points.toSorted((a, b) => Number(a.Timestamp) - Number(b.Timestamp)).at(-1);
    if (newest === undefined) {
      return [ill(`none in ${minutes} minutes: see "The heartbeat is lost" in docs/runbook.md`)];
    }
    const seconds = ((newest.Maximum ?? 0) / 1_000).toFixed(1);
    return [well(`the last took ${seconds} s from the input stream to the message`)];
  },
};

const deadLetters: Check = {
  name: 'dead letters',
  async run(context) {
    const queues = queuesOf(await context.output('Pipeline', 'DeadLetterQueues'));
    const counts = await Promise.all(queues.map((queue) => countLetters(context.clients.sqs, queue)));
    const full = queues.flatMap(({ name }, index) => {
      const count = counts[index] ?? 0;
      return count === 0
        ? []
        : [ill(`${count} in ${name}: tocsin redrive show ${name} --stage ${context.stage}`)];
    });
    return full.length > 0 ? full : [well('none')];
  },
};

const learning: Check = { name: 'learning', run: learningFindings };

/** By the settings here, which the deploy put into the function. Not a word once the time is over. */
const quietStart: Check = {
  name: 'quiet start',
  async run({ settings, stage }, now) {
    const { quietUntil } = settings.flink;
    const left = quietUntil === undefined ? 0 : Date.parse(quietUntil) - now.getTime();
    if (left <= 0) return [];
    const text = `nobody is told of anything new before ${quietUntil} (flink.quietUntil in lib/config/${stage}.ts)`;
    return [left > LONGEST_QUIET_MS ? ill(`${text}: set it to a time that is over, and deploy`) : note(text)];
  },
};

export const checks: readonly Check[] = [subscriptions, heartbeat, deadLetters, quietStart, learning];

/** All checks, whatever becomes of one of them. */
export async function examine(context: CliContext, now: Date): Promise<readonly Finding[]> {
  const found = await Promise.all(
    checks.map(async (check) => {
      try {
        return (await check.run(context, now)).map((each) => ({ name: check.name, ...each }));
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        return [{ name: check.name, state: 'unknown' as const, text }];
      }
    }),
  );
  return found.flat();
}
