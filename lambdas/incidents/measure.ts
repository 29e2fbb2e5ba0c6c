/** A decision as one log line and as metrics. */
import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Anomaly } from '../../contracts/anomaly.ts';
import type { Decision } from './incidents.ts';

const COUNTED = {
  open: 'IncidentsOpened',
  escalate: 'IncidentsEscalated',
  resolve: 'IncidentsResolved',
} as const;

/** `AnomalyCount` counts each anomaly once, by severity; what was seen before counts as `DuplicateAnomalies`. */
export function measure(
  decision: Decision,
  anomaly: Anomaly,
  { logger, metrics }: { readonly logger: Logger; readonly metrics: Metrics },
): void {
  const { anomaly_id, kind, source, entity, metric, rule_id, severity } = anomaly;
  logger.info('Decided', {
    action: decision.action,
    reason: decision.reason,
    anomaly_id,
    kind,
    source,
    entity,
    metric,
    rule_id,
    ...(decision.action !== 'ignore' && { incident_id: decision.incident.incident_id, say: decision.say }),
  });
  if (decision.reason === 'duplicate') {
    metrics.addMetric('DuplicateAnomalies', MetricUnit.Count, 1);
    return;
  }
  metrics.addMetric('AnomalyCount', MetricUnit.Count, 1);
  metrics.singleMetric().addDimension('severity', severity).addMetric('AnomalyCount', MetricUnit.Count, 1);
  if (decision.action in COUNTED && decision.action !== 'ignore' && decision.action !== 'update') {
    metrics.addMetric(COUNTED[decision.action], MetricUnit.Count, 1);
  }
}
