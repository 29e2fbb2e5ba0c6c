/** One message of the triage queue: evidence, words, and on to the notify queue. */
import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { SQSRecord } from 'aws-lambda';
import { type Alert, AlertRequest } from '../../contracts/alert.ts';
import type { FifoMessage } from '../fifo-queue.ts';
import { isDigestId } from '../notify/channel.ts';
import { parseJson } from '../parse-json.ts';
import type { ResultStore } from '../ports/results/port.ts';
import type { TextModel } from '../ports/text-model/port.ts';
import { analyse } from './analyse.ts';
import { type EvidenceSources, gather, IncidentMissing } from './evidence.ts';
import { remember } from './remember.ts';
import { type Analysis, compose } from './triage.ts';

export interface RecordParts {
  readonly sources: EvidenceSources;
  /** Where the verdict is kept beside what the tiers found. */
  readonly results: Pick<ResultStore, 'keepJudged'>;
  readonly model: TextModel;
  readonly queue: { send(message: FifoMessage): Promise<void> };
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly deadlineMs: number;
  readonly stage: string;
}

/** The work on each message. What it throws brings the message again; after the queue's attempts it is a dead letter. */
export function recordHandler(parts: RecordParts): (record: SQSRecord) => Promise<void> {
  const { sources, queue, logger, metrics, stage } = parts;
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
    const analysis = await analysisOf(compose(evidence, { kind: 'none' }), parts);
    const { anomaly_id } = evidence.about;
    const alert = compose(evidence, analysis);
    const { alert_id, incident_id, kind } = alert;
    await send(alert);
    await remember(evidence, parts);
    metrics.addMetric('AlertsComposed', MetricUnit.Count, 1);
    if (analysis.kind === 'missing') metrics.addMetric('AnalysesMissing', MetricUnit.Count, 1);
    logger.info('Composed', { alert_id, incident_id, anomaly_id, kind, analysis: analysis.kind });
  };
}

/** A digest of many incidents has its words from the step that folded them. @throws IncidentMissing */
async function wordedBefore({ alert_id }: AlertRequest, outbox: EvidenceSources['outbox']): Promise<Alert> {
  const line = await outbox.find(alert_id);
  if (line?.alert === undefined) throw new IncidentMissing(`the words of ${alert_id} are not in the store`);
  return line.alert;
}

/** Staff want the cause when trouble begins; later messages go without. */
async function analysisOf(draft: Alert, { model, deadlineMs, logger }: RecordParts): Promise<Analysis> {
  if (draft.kind !== 'opened') return { kind: 'none' };
  return await analyse(model, draft.body, deadlineMs, (error) =>
    logger.warn('The e-mail goes without an analysis', { alert_id: draft.alert_id, error }),
  );
}
