/** One message of the notify queue: parsed, sent, counted. */
import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { SQSRecord } from 'aws-lambda';
import { Alert } from '../../contracts/alert.ts';
import { parseJson } from '../parse-json.ts';
import { type NotifyParts, notify, type Outcome, TooEarly } from './notify.ts';

export interface RecordParts extends NotifyParts {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** The work on each message. What it throws brings the message again; after the queue's attempts it is a dead letter. */
export function recordHandler(parts: RecordParts): (record: SQSRecord) => Promise<void> {
  return async (record) => {
    const alert = parseJson(Alert, record.body, `message ${record.messageId}`);
    const { alert_id, incident_id, kind } = alert;
    const ids = { alert_id, incident_id, kind };
    try {
      report(await notify(alert, parts, () => new Date()), ids, parts);
    } catch (error) {
      const isWaiting = error instanceof TooEarly;
      parts.metrics.addMetric(isWaiting ? 'MailsHeldBack' : 'MailsFailed', MetricUnit.Count, 1);
      if (isWaiting) parts.logger.warn('Held back until the message before it has left', ids);
      else parts.logger.error('Not sent, will be tried again', { ...ids, error });
      throw error;
    }
  };
}

function report(outcome: Outcome, ids: Record<string, string>, { logger, metrics }: RecordParts): void {
  switch (outcome.action) {
    case 'sent':
      metrics.addMetric('MailsSent', MetricUnit.Count, 1);
      if (outcome.caused_at !== undefined) {
        const waited = Date.now() - Date.parse(outcome.caused_at);
        metrics.addMetric('PutToMailMs', MetricUnit.Milliseconds, waited);
      }
      logger.info('Sent', { ...ids, ...outcome });
      return;
    case 'sent-unconfirmed':
      metrics.addMetric('MailsSent', MetricUnit.Count, 1);
      logger.error('Sent, but not noted as sent', { ...ids, ...outcome });
      return;
    case 'unknown':
      metrics.addMetric('MailsFailed', MetricUnit.Count, 1);
      logger.error('Nobody knows whether it was sent; it is not sent again', { ...ids, ...outcome });
      return;
    case 'parked':
      metrics.addMetric('MailsParked', MetricUnit.Count, 1);
      logger.info('Goes into a digest', { ...ids, ...outcome });
      return;
    case 'skip':
      metrics.addMetric('MailsSkipped', MetricUnit.Count, 1);
      logger.info('Skipped', { ...ids, ...outcome });
  }
}
