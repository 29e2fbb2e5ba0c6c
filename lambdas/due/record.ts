/** One message of the timer queue: an incident whose next look is due. */
import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { parseJson } from '../parse-json.ts';
import { type DueParts, lookAt } from './due.ts';

/** What the outbox function puts on the queue. */
export const Timer = z.object({ incident_id: z.string() });

export interface RecordParts extends DueParts {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** The work on each message. What it throws brings the message again; the sweep looks at what is left. */
export function recordHandler(parts: RecordParts): (record: SQSRecord) => Promise<void> {
  return async (record) => {
    const { incident_id } = parseJson(Timer, record.body, `message ${record.messageId}`);
    const decision = await lookAt(incident_id, parts, () => new Date());
    const said = decision !== undefined && 'incident' in decision && decision.say !== undefined;
    parts.metrics.addMetric(said ? 'HeldMailsReleased' : 'LooksInVain', MetricUnit.Count, 1);
    parts.logger.info('Looked again', {
      incident_id,
      action: decision?.action ?? 'gone',
      reason: decision?.reason,
      ...(decision !== undefined &&
        'incident' in decision && { say: decision.say, hold: decision.incident.hold }),
    });
  };
}
