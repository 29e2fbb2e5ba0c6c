/** Messages that arrive when an incident's next look is due. */
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** SQS can hold a message back no longer; the sweep finds what is due later. */
const LONGEST_SECONDS = 900;

/** Seconds until the time, rounded up so that it has come; undefined when it is too far away for a queue. */
export function delayUntil(at: string, now: Date): number | undefined {
  const seconds = Math.max(0, Math.ceil((Date.parse(at) - now.getTime()) / 1_000));
  return seconds > LONGEST_SECONDS ? undefined : seconds;
}

export class TimerQueue {
  readonly #client: SQSClient;
  readonly #url: string;

  constructor(client: SQSClient, url: string) {
    this.#client = client;
    this.#url = url;
  }

  async send(incidentId: string, delaySeconds: number): Promise<void> {
    await this.#client.send(
      new SendMessageCommand({
        QueueUrl: this.#url,
        MessageBody: JSON.stringify({ incident_id: incidentId }),
        DelaySeconds: delaySeconds,
      }),
    );
  }
}
