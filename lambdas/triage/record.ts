/** One message of the triage queue: evidence, words, and on to the notify queue. */
import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { SQSRecord } from 'aws-lambda';
import { type Alert, AlertRequest } from '../../contracts/alert.ts';
import type { FifoMessage } from '../fifo-queue.ts';
import { isDigestId } from '../notify/channel.ts';
import { parseJson } from '../parse-json.ts';
import type { ChannelStore } from '../ports/channel/port.ts';
import type { OutboxLine } from '../ports/outbox/port.ts';
import type { ResultStore } from '../ports/results/port.ts';
import { type Analysed, analyse } from './analyse.ts';
import { type EvidenceSources, gather, IncidentMissing } from './evidence.ts';
import type { Governor, Outcome, Why } from './governor.ts';
import { remember } from './remember.ts';
import { compose } from './triage.ts';

export interface RecordParts {
  readonly sources: EvidenceSources;
  /** Where the verdict is kept beside what the tiers found. */
  readonly results: Pick<ResultStore, 'keepJudged'>;
  /** Asks the text model; absent where the stage has none. */
  readonly governor?: Governor | undefined;
  /** Says whether e-mails go into a digest. */
  readonly channel?: Pick<ChannelStore, 'read'> | undefined;
  readonly queue: { send(message: FifoMessage): Promise<void> };
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly stage: string;
}

/** The work on each message. What it throws brings the message again; after the queue's attempts it is a dead letter. */
export function recordHandler(parts: RecordParts): (record: SQSRecord) => Promise<void> {
  const { sources, queue, logger, metrics, stage, governor, channel } = parts;
  return async (record) => {
    const request = parseJson(AlertRequest, record.body, `message ${record.messageId}`);
    const { alert_id } = request;
    const line = await sources.outbox.find(alert_id);
    // The sweep cannot tell a lost request from one that waits its turn: a copy of one that is through costs this read only.
    if (isThrough(line)) {
      metrics.addMetric('RequestsDropped', MetricUnit.Count, 1);
      logger.info('Dropped a request whose message is through', { alert_id, state: line?.state });
      return;
    }
    // The dead-letter queue may bring a request again after days; SQS drops a repetition for five minutes only.
    const deduplicationId = record.attributes.MessageDeduplicationId ?? alert_id;
    const send = (alert: Alert) =>
      queue.send({ body: JSON.stringify(alert), incidentId: alert.incident_id, deduplicationId });
    if (isDigestId(request.incident_id)) {
      await send(wordedBefore(request, line));
      metrics.addMetric('AlertsComposed', MetricUnit.Count, 1);
      logger.info('Passed a digest on', { alert_id });
      return;
    }
    const evidence = await gather(request, line, sources, stage, new Date());
    const analysed = await analyse(evidence, governor, {
      channel,
      onFault: (error) => sources.onMissing('a checked analysis', error),
    });
    const { anomaly_id } = evidence.about;
    const alert = compose(evidence, analysed.analysis);
    const { incident_id, kind } = alert;
    await send(alert);
    await remember(evidence, analysed.analysis, parts);
    metrics.addMetric('AlertsComposed', MetricUnit.Count, 1);
    count(analysed, alert_id, parts);
    logger.info('Composed', { alert_id, incident_id, anomaly_id, kind, analysis: analysed.analysis.kind });
    // The e-mail is on its way; what the model says from here on is for those who look.
    await analysed.settled;
  };
}

/**
 * Has the message left triage for good? A line that is not there may be a moment behind. What is parked and sent by itself
 * after all, and what a sender gives back, is pending again before its message is queued.
 */
function isThrough(line: OutboxLine | undefined): boolean {
  return line !== undefined && line.state !== 'pending';
}

/** A digest of many incidents has its words from the step that folded them. @throws IncidentMissing */
function wordedBefore({ alert_id }: AlertRequest, line: OutboxLine | undefined): Alert {
  if (line?.alert === undefined) throw new IncidentMissing(`the words of ${alert_id} are not in the store`);
  return line.alert;
}

/** Nobody was asked, and that is right: the model, which the count of the missing is about, has no part in it. */
const ON_PURPOSE: ReadonlySet<Why> = new Set<Why>(['budget', 'begun', 'storm']);
/** How a call for this message ends without an answer. */
const ENDS: ReadonlySet<Why> = new Set<Why>(['late', 'unavailable', 'unusable', 'refused']);

const wasAsked = (outcome: Outcome | undefined): boolean =>
  outcome?.kind === 'answered' ? !outcome.isReused : outcome !== undefined && ENDS.has(outcome.why);

/** What came of the asking, and what was left out: a model that is attacked or makes things up is seen here. */
function count({ analysis, outcome }: Analysed, alert_id: string, { metrics, logger }: RecordParts): void {
  // The zero ends the alarm: the budget let a call through again.
  const isOver = outcome?.kind === 'missing' && outcome.why === 'budget';
  if (isOver || wasAsked(outcome)) metrics.addMetric('AnalysesOverBudget', MetricUnit.Count, isOver ? 1 : 0);
  if (outcome?.kind === 'missing') {
    if (!ON_PURPOSE.has(outcome.why)) metrics.addMetric('AnalysesMissing', MetricUnit.Count, 1);
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
