/** One message of the triage queue: evidence, words, and on to the notify queue. */
import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { SQSRecord } from 'aws-lambda';
import { type Alert, AlertRequest } from '../../contracts/alert.ts';
import type { FifoMessage } from '../fifo-queue.ts';
import { isDigestId } from '../notify/channel.ts';
import { parseJson } from '../parse-json.ts';
import type { ResultStore } from '../ports/results/port.ts';
import { type Analysed, analyse } from './analyse.ts';
import { type EvidenceSources, gather, IncidentMissing } from './evidence.ts';
import type { Governor } from './governor.ts';
import { remember } from './remember.ts';
import { compose } from './triage.ts';

export interface RecordParts {
  readonly sources: EvidenceSources;
  /** Where the verdict is kept beside what the tiers found. */
  readonly results: Pick<ResultStore, 'keepJudged'>;
  /** Asks the text model; absent where the stage has none. */
  readonly governor?: Governor | undefined;
  readonly queue: { send(message: FifoMessage): Promise<void> };
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly stage: string;
}

/** The work on each message. What it throws brings the message again; after the queue's attempts it is a dead letter. */
export function recordHandler(parts: RecordParts): (record: SQSRecord) => Promise<void> {
  const { sources, queue, logger, metrics, stage, governor } = parts;
  return async (record) => {
    const request = parseJson(AlertRequest, record.body, `message ${record.messageId}`);
    // The dead-letter queue may bring a request again after days; SQS drops a repetition for five minutes only.
    const deduplicationId = record.attributes.MessageDeduplicationId ?? request.alert_id;
    const send = (alert: Alert) =>
      queue.send({ body: JSON.stringify(alert), incidentId: alert.incident_id, deduplicationId });
    if (isDigestId(request.incident_id)) {
      await send(await wordedBefore(request, sources.outbox));
      metrics.addMetric('AlertsComposed', MetricUnit.Count, 1);
      logger.info('Passed a digest on', { alert_id: request.alert_id });
      return;
    }
    const evidence = await gather(request, sources, stage, new Date());
    const analysed = await analyse(evidence, governor);
    const { anomaly_id } = evidence.about;
    const alert = compose(evidence, analysed.analysis);
    const { alert_id, incident_id, kind } = alert;
    await send(alert);
    await remember(evidence, analysed.analysis, parts);
    metrics.addMetric('AlertsComposed', MetricUnit.Count, 1);
    count(analysed, alert_id, parts);
    logger.info('Composed', { alert_id, incident_id, anomaly_id, kind, analysis: analysed.analysis.kind });
    // The e-mail is on its way; what the model says from here on is for those who look.
    await analysed.settled;
  };
}

/** A digest of many incidents has its words from the step that folded them. @throws IncidentMissing */
async function wordedBefore({ alert_id }: AlertRequest, outbox: EvidenceSources['outbox']): Promise<Alert> {
  const line = await outbox.find(alert_id);
  if (line?.alert === undefined) throw new IncidentMissing(`the words of ${alert_id} are not in the store`);
  return line.alert;
}

/** What came of the asking, and what was left out: a model that is attacked or makes things up is seen here. */
function count({ analysis, outcome }: Analysed, alert_id: string, { metrics, logger }: RecordParts): void {
  if (outcome?.kind === 'missing') {
    metrics.addMetric('AnalysesMissing', MetricUnit.Count, 1);
    if (outcome.why === 'budget') metrics.addMetric('AnalysesOverBudget', MetricUnit.Count, 1);
    logger.warn('The e-mail goes without an analysis', { alert_id, why: outcome.why });
  }
  if (analysis.kind !== 'text') return;
  const { removed, total, isRejected, verdict } = analysis.vetted;
  metrics.addMetric('SentencesJudged', MetricUnit.Count, total);
  metrics.addMetric('SentencesRemoved', MetricUnit.Count, removed.length);
  if (isRejected) metrics.addMetric('AnalysesRejected', MetricUnit.Count, 1);
  if (verdict !== undefined) metrics.addMetric(`Verdict${verdict}`, MetricUnit.Count, 1);
  // The sentences may hold what should go nowhere, not even to the log: why, and how many.
  if (removed.length > 0)
    logger.info('Sentences were left out', { alert_id, why: removed.map(({ why }) => why) });
}
