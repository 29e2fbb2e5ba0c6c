/** One change of the table: a new outbox line becomes a message. */
import type { Logger } from '@aws-lambda-powertools/logger';
import type { DynamoDBRecord } from 'aws-lambda';
import { type FifoMessage, requestMessage } from '../fifo-queue.ts';
import { InOrder } from '../in-order.ts';
import { requestOf } from './outbox.ts';

export interface RecordParts {
  readonly queue: { send(message: FifoMessage): Promise<void> };
  readonly logger: Logger;
}

/** The work on each change of one batch; the messages of an incident are queued in their order. */
export function recordHandler({ queue, logger }: RecordParts): (record: DynamoDBRecord) => Promise<void> {
  const batch = new InOrder();
  return async ({ eventName, dynamodb }) => {
    // The mapping's filter lets only new outbox lines through; an emulator or a changed filter may not.
    if (eventName !== 'INSERT' || dynamodb?.NewImage?.type?.S !== 'outbox') return;
    const request = requestOf(dynamodb.NewImage);
    await batch.run(request.incident_id, async () => {
      await queue.send(requestMessage(request));
      logger.info('Queued', { ...request });
    });
  };
}
