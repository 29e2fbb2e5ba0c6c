import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { SNSClient } from '@aws-sdk/client-sns';
import { clientOptions } from '../clients.ts';
import { parseEnv } from '../parse-env.ts';
import { SnsSubscribers } from '../ports/subscribers/sns.ts';
import { WatchEnv } from './env.ts';
import { coverageOf } from './watch.ts';

const env = parseEnv(WatchEnv);
const logger = new Logger();
const metrics = new Metrics();
const tracer = new Tracer();
const subscribers = new SnsSubscribers(
  tracer.captureAWSv3Client(new SNSClient(clientOptions())),
  env.TOPIC_ARN,
);

export async function handler(): Promise<void> {
  const coverage = coverageOf(env.EXPECTED_ADDRESSES, env.SOURCES, await subscribers.list());
  const unheard = (severity: string) => coverage.unheard.filter((each) => each.severity === severity).length;
  // Zero is said too: an alarm would otherwise not know silence from health.
  metrics.addMetric('ConfirmedSubscriptions', MetricUnit.Count, coverage.confirmed.length);
  metrics.addMetric('PendingSubscriptions', MetricUnit.Count, coverage.pending.length);
  metrics.addMetric('LostSubscriptions', MetricUnit.Count, coverage.lost.length);
  metrics.addMetric('UnheardCritical', MetricUnit.Count, unheard('critical'));
  metrics.addMetric('UnheardWarning', MetricUnit.Count, unheard('warning'));
  metrics.publishStoredMetrics();
  if (coverage.lost.length > 0 || coverage.unheard.length > 0 || coverage.confirmed.length === 0) {
    logger.error('Somebody would not hear an alert', { coverage });
  } else logger.info('Everybody would hear an alert', { coverage });
}
