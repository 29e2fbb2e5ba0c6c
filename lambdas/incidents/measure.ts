/** A decision as one log line and as metrics. */
import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Anomaly } from '../../contracts/anomaly.ts';
import type { Decision } from './incidents.ts';

const COUNTED: Partial<Record<Decision['action'], string>> = {
  open: 'IncidentsOpened',
  reopen: 'IncidentsReopened',
  escalate: 'IncidentsEscalated',
  resolve: 'IncidentsResolved',
};

/** `AnomalyCount` counts each anomaly once; what was seen before counts as `DuplicateAnomalies`. */
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
    ...('incident' in decision && {
      incident_id: decision.incident.incident_id,
      say: decision.say,
      hold: decision.incident.hold,
    }),
  });
  if (decision.reason === 'duplicate') {
    metrics.addMetric('DuplicateAnomalies', MetricUnit.Count, 1);
    return;
  }
  countAnomaly(metrics.singleMetric(), { severity, kind });
  const held = heldAnew(decision);
  if (held !== undefined) {
    const single = metrics.singleMetric();
    single.addDimension('reason', held);
    single.addMetric('MailsHeld', MetricUnit.Count, 1);
  }
  const counted = COUNTED[decision.action];
  if (counted !== undefined) metrics.addMetric(counted, MetricUnit.Count, 1);
}

/** Why a message waits from now on; undefined when none does, or did already. */
function heldAnew(decision: Decision): string | undefined {
  if (!('incident' in decision)) return undefined;
  const [hold, before] = [decision.incident.hold, decision.before?.hold];
  return hold?.reason === before?.reason ? undefined : hold?.reason;
}

/** In one log line: without a dimension, which is what people ask for by name alone, and by severity and by kind. */
function countAnomaly(single: Metrics, { severity, kind }: Pick<Anomaly, 'severity' | 'kind'>): void {
  single.clearDefaultDimensions();
  single.addDimensions({});
  single.addDimensions({ severity });
  single.addDimensions({ kind });
  single.addMetric('AnomalyCount', MetricUnit.Count, 1);
}
