/** Metrics that functions write into their logs (embedded metric format), as CloudWatch metrics: the emulator has no such step. */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CloudWatchClient,
  type MetricDatum,
  PutMetricDataCommand,
  type StandardUnit,
} from '@aws-sdk/client-cloudwatch';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as z from 'zod';
import type { LocalClients } from './clients.ts';

const LOOK_EVERY_MS = 5_000;
/** A log line may turn up this much after its own time, ms. */
const OVERLAP_MS = 15_000;
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

/** Carries metrics from the log groups over until the signal; a fault is told once and does not end the run. */
export async function startMetricsBridge(
  { logs, cloudWatch }: Pick<LocalClients, 'logs' | 'cloudWatch'>,
  groups: readonly string[],
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  const seen = new Set<string>();
  let from = Date.now() - OVERLAP_MS;
  let told = false;
  while (!signal.aborted) {
    const next = Date.now() - OVERLAP_MS;
    try {
      for (const logGroupName of groups) {
        const { events = [] } = await logs.send(
          new FilterLogEventsCommand({ logGroupName, startTime: from }),
        );
        const fresh = events.filter(({ eventId = '' }) => !seen.has(eventId));
        for (const { eventId = '' } of fresh) seen.add(eventId);
        await put(
          cloudWatch,
          fresh.flatMap(({ message = '' }) => metricsOf(message)),
        );
      }
      from = next;
    } catch (error) {
      if (!told && !signal.aborted) say(`Metrics of the functions could not be read: ${error}`);
      told = true;
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function put(cloudWatch: CloudWatchClient, metrics: readonly Metrics[]): Promise<void> {
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
