/** One change of the table: a new outbox line becomes a message, a new time a timer. */
import type { Logger } from '@aws-lambda-powertools/logger';
import type { DynamoDBRecord } from 'aws-lambda';
import { type FifoMessage, requestMessage } from '../fifo-queue.ts';
import { InOrder } from '../in-order.ts';
import { requestOf, timerOf } from './outbox.ts';
import { delayUntil } from './timer-queue.ts';

export interface RecordParts {
  readonly queue: { send(message: FifoMessage): Promise<void> };
  readonly timers: { send(incidentId: string, delaySeconds: number): Promise<void> };
  readonly logger: Logger;
}

/** The work on each change of one batch; the messages of an incident are queued in their order. */
export function recordHandler(parts: RecordParts): (record: DynamoDBRecord) => Promise<void> {
  const { queue, timers, logger } = parts;
  const batch = new InOrder();
  return async ({ eventName, dynamodb }) => {
    const image = dynamodb?.NewImage;
    // The mapping's filters let only new lines and new times through; an emulator or a changed filter may not.
    if (eventName === 'INSERT' && image?.type?.S === 'outbox') {
      const request = requestOf(image);
      await batch.run(request.incident_id, async () => {
        await queue.send(requestMessage(request));
        logger.info('Queued', { ...request });
      });
    }
    const timer = eventName === 'REMOVE' ? undefined : timerOf(image);
    if (timer === undefined) return;
    const seconds = delayUntil(timer.at, new Date());
    if (seconds === undefined) return;
    await timers.send(timer.incident_id, seconds);
    logger.info('Set a timer', { ...timer });
  };
}
