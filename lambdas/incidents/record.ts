/** One record of the anomalies stream: folded, or buried. */
import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { KinesisStreamRecord } from 'aws-lambda';
import type { Anomaly } from '../../contracts/anomaly.ts';
import { HEARTBEAT } from '../../contracts/heartbeat.ts';
import { InOrder } from '../in-order.ts';
import type { IncidentStore } from '../ports/incident-store/port.ts';
import { type Around, apply } from './apply.ts';
import { fingerprintOf } from './incidents.ts';
import { measure } from './measure.ts';
import { bury, type DeadLetters, parseAnomaly } from './poison.ts';

export interface RecordParts {
  /** Epoch ms: an anomaly of before opens nothing, but for the heartbeat's; ends count. Absent: there is no such time. */
  readonly quietUntilMs?: number;
  readonly store: IncidentStore;
  readonly circumstances: Around;
  readonly deadLetters: DeadLetters;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** The work on each record of one batch. A record that cannot be read never fails the batch: its bytes are buried. */
export function recordHandler(parts: RecordParts): (record: KinesisStreamRecord) => Promise<void> {
  const { quietUntilMs = 0, store, circumstances, deadLetters, logger, metrics } = parts;
  const batch = new InOrder();
  return async (record) => {
    const parsed = parseAnomaly(record.kinesis.data);
    if ('fault' in parsed) {
      await bury(deadLetters, record, parsed.fault);
      metrics.addMetric('PoisonRecords', MetricUnit.Count, 1);
      logger.error('Buried a record that is no anomaly', { event_id: record.eventID, fault: parsed.fault });
      return;
    }
    const { anomaly } = parsed;
    if (toldAtMs(anomaly) < quietUntilMs && mayBeDropped(anomaly)) {
      metrics.addMetric('QuietAnomalies', MetricUnit.Count, 1);
      return;
    }
    await batch.run(fingerprintOf(anomaly), async () => {
      measure(await apply(store, anomaly, () => new Date(), circumstances), anomaly, { logger, metrics });
    });
  };
}

/** An end takes nobody out of bed, and an incident must not stay open for want of it; the heartbeat says that the way is open. */
function mayBeDropped({ kind, source }: Anomaly): boolean {
  return kind !== 'cleared' && source !== HEARTBEAT;
}

/** When it was so: a silence goes on after the last arrival, and its own time says how far. */
function toldAtMs({ arrival_time, event_time }: Anomaly): number {
  return Math.max(Date.parse(arrival_time), Date.parse(event_time));
}
