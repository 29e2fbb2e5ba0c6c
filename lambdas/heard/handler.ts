import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { SNSEvent } from 'aws-lambda';
import { heard } from './heard.ts';

const logger = new Logger();
const metrics = new Metrics();

export async function handler(event: SNSEvent): Promise<void> {
  for (const { Sns: sns } of event.Records) {
    const { beat_id, latency_ms } = heard(sns.Message, new Date());
    metrics.addMetric('HeartbeatMs', MetricUnit.Milliseconds, latency_ms);
    logger.info('Heard', { beat_id, latency_ms });
  }
  metrics.publishStoredMetrics();
}
