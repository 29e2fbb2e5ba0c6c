/** Sends messages of an incident in order: one group an incident, each message once in five minutes. */
import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { AlertRequest } from '../contracts/alert.ts';
import { TocsinError } from './errors.ts';

export interface FifoMessage {
  readonly body: string;
  readonly incidentId: string;
  /** Messages of the same id within five minutes count once. */
  readonly deduplicationId: string;
}

/** Some messages of a batch were not taken; the whole batch may be sent again, the ids keep it from doubling. */
export class NotQueued extends TocsinError {
  override readonly name = 'NotQueued';
  readonly retryable = true;
}

const BATCH = 10;

export class FifoQueue {
  readonly #client: SQSClient;
  readonly #url: string;

  constructor(client: SQSClient, url: string) {
    this.#client = client;
    this.#url = url;
  }

  async send(message: FifoMessage): Promise<void> {
    await this.#client.send(new SendMessageCommand({ QueueUrl: this.#url, ...entryOf(message) }));
  }

  /** @throws NotQueued naming how many were refused */
  async sendAll(messages: readonly FifoMessage[]): Promise<void> {
    for (let start = 0; start < messages.length; start += BATCH) {
      const entries = messages
        .slice(start, start + BATCH)
        .map((message, index) => ({ Id: String(index), ...entryOf(message) }));
      const { Failed } = await this.#client.send(
        new SendMessageBatchCommand({ QueueUrl: this.#url, Entries: entries }),
      );
      const refused = Failed?.at(0);
      if (refused)
        throw new NotQueued(
          `${Failed?.length} messages were refused, the first: ${refused.Code} ${refused.Message}`,
        );
    }
  }
}

function entryOf({ body, incidentId, deduplicationId }: FifoMessage) {
  return { MessageBody: body, MessageGroupId: incidentId, MessageDeduplicationId: deduplicationId };
}

/** The message that asks for an alert. @param attempt above 0 when it was queued before and nobody took it */
export function requestMessage(request: AlertRequest, attempt: string | undefined = undefined): FifoMessage {
  const { alert_id, incident_id } = request;
  return {
    body: JSON.stringify(request),
    incidentId: incident_id,
    deduplicationId: attempt === undefined ? alert_id : `${alert_id}.${attempt}`,
  };
}
