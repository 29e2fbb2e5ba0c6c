/**
 * Metrics that functions write into their logs (embedded metric format), and those that the job tells, as CloudWatch
 * metrics: the emulator has no such step.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CloudWatchClient,
  type MetricDatum,
  PutMetricDataCommand,
  type StandardUnit,
} from '@aws-sdk/client-cloudwatch';
import { type FilteredLogEvent, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as z from 'zod';
import type { LocalClients } from './clients.ts';

const LOOK_EVERY_MS = 5_000;
/** A log line may turn up this much after its own time, ms. */
const OVERLAP_MS = 60_000;
/** Most data of one PutMetricData call. */
const MAX_DATA = 1_000;

const Embedded = z.looseObject({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string(), Unit: z.string().optional() })),
      }),
    ),
  }),
});

export interface Metrics {
  readonly namespace: string;
  readonly data: MetricDatum[];
}

/** The metrics of one log line, one entry a namespace; none when it is no embedded metric. */
export function metricsOf(line: string): Metrics[] {
  if (!line.includes('"_aws"')) return [];
  const parsed = Embedded.safeParse(parseJson(line));
  if (!parsed.success) return [];
  const { _aws: head, ...fields } = parsed.data;
  return head.CloudWatchMetrics.map(({ Namespace: namespace, Dimensions: sets, Metrics: metrics }) => ({
    namespace,
    data: metrics.flatMap(({ Name: name, Unit: unit }) => {
      const values = [fields[name]].flat().filter((value) => typeof value === 'number');
      return values.length === 0
        ? []
        : sets.map((dimensions) => ({
            MetricName: name,
            Timestamp: new Date(head.Timestamp),
            Values: values,
            Unit: unitOf(unit),
            Dimensions: dimensions.map((dimension) => ({
              Name: dimension,
              Value: String(fields[dimension]),
            })),
          }));
    }),
  }));
}

/** Tells the log lines that no look has seen, also where lines are alike: the emulator gives them no ids. */
export class UnseenLines {
  /** Time of each line, ms, by what it is known by. */
  private readonly seen = new Map<string, number>();

  /**
   * @param events all lines of a group from `from` on
   * @param from epoch ms; what lies before is asked for no more, and forgotten
   */
  of(events: readonly FilteredLogEvent[], from: number): FilteredLogEvent[] {
    for (const [key, at] of this.seen) if (at < from) this.seen.delete(key);
    const alike = new Map<string, number>();
    return events.filter(({ logStreamName, timestamp = 0, message = '' }) => {
      const line = `${logStreamName} ${timestamp} ${message}`;
      const count = (alike.get(line) ?? 0) + 1;
      alike.set(line, count);
      const key = `${count} ${line}`;
      const isNew = !this.seen.has(key);
      this.seen.set(key, timestamp);
      return isNew;
    });
  }
}

/** Carries metrics from the log groups over until the signal; a fault is told once and does not end the run. */
export async function startMetricsBridge(
  clients: Pick<LocalClients, 'logs' | 'cloudWatch'>,
  groups: readonly string[],
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  const unseen = new Map(groups.map((group) => [group, new UnseenLines()]));
  const started = Date.now();
  let told = false;
  while (!signal.aborted) {
    const from = Math.max(started, Date.now() - OVERLAP_MS);
    for (const [group, lines] of unseen) {
      try {
        await carry(clients, group, lines, from);
      } catch (error) {
        if (!told && !signal.aborted) say(`Metrics of the functions could not be read: ${error}`);
        told = true;
      }
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** The job's own metrics as Managed Flink gives them to CloudWatch; called each time that the job tells them. */
export function jobMetricsBridge(
  cloudWatch: Pick<CloudWatchClient, 'send'>,
  application: string,
  say: (line: string) => void,
): (metrics: Readonly<Record<string, number>>) => Promise<void> {
  let told = false;
  return async (metrics) => {
    const data = Object.entries(metrics).map(([name, value]) => ({
      MetricName: name,
      Value: value,
      Dimensions: [
        { Name: 'Application', Value: application },
        { Name: 'Program', Value: 'Tocsin' },
      ],
    }));
    try {
      await put(cloudWatch, [{ namespace: 'AWS/KinesisAnalytics', data }]);
    } catch (error) {
      if (!told) say(`Metrics of the job could not be put: ${error}`);
      told = true;
    }
  };
}

async function carry(
  { logs, cloudWatch }: Pick<LocalClients, 'logs' | 'cloudWatch'>,
  logGroupName: string,
  lines: UnseenLines,
  from: number,
): Promise<void> {
  const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName, startTime: from }));
  await put(
    cloudWatch,
    lines.of(events, from).flatMap(({ message = '' }) => metricsOf(message)),
  );
}

async function put(cloudWatch: Pick<CloudWatchClient, 'send'>, metrics: readonly Metrics[]): Promise<void> {
  for (const namespace of new Set(metrics.map((one) => one.namespace))) {
    const data = metrics.filter((one) => one.namespace === namespace).flatMap((one) => one.data);
    for (let start = 0; start < data.length; start += MAX_DATA) {
      await cloudWatch.send(
        new PutMetricDataCommand({ Namespace: namespace, MetricData: data.slice(start, start + MAX_DATA) }),
      );
    }
  }
}

function unitOf(unit: string | undefined): StandardUnit {
  return unit === 'Count' || unit === 'Milliseconds' || unit === 'Seconds' || unit === 'Bytes'
    ? unit
    : 'None';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
