/** Messages to an SNS topic; their attributes are what a subscription filters on. */
import { PublishCommand, type SNSClient, SNSServiceException } from '@aws-sdk/client-sns';
import type { Alert } from '../../../contracts/alert.ts';
import { NotAccepted, type Notifier } from './port.ts';

export class SnsNotifier implements Notifier {
  readonly #client: SNSClient;
  readonly #topicArn: string;

  /** @param client must not retry by itself (maxAttempts 1): after a time-out a second try could send a second e-mail */
  constructor(client: SNSClient, topicArn: string) {
    this.#client = client;
    this.#topicArn = topicArn;
  }

  async publish(alert: Alert): Promise<string> {
    const { subject, body, attributes, alert_id, incident_id } = alert;
    const named = { ...attributes, incident_id, alert_id };
    try {
      const { MessageId } = await this.#client.send(
        new PublishCommand({
          TopicArn: this.#topicArn,
          Subject: subject,
          Message: body,
          MessageAttributes: Object.fromEntries(
            Object.entries(named).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
          ),
        }),
      );
      return MessageId ?? 'unknown';
    } catch (error) {
      if (surelyNotAccepted(error)) {
        throw new NotAccepted(
          `alert ${alert_id} was refused: ${error instanceof Error ? error.message : error}`,
          { cause: error },
        );
      }
      throw error;
    }
  }
}

/** A 4xx answer, a 503, or no connection: SNS did not take it. Another 5xx or a time-out after sending proves nothing. */
function surelyNotAccepted(error: unknown): boolean {
  if (error instanceof SNSServiceException) {
    const status = error.$metadata.httpStatusCode ?? 500;
    return status < 500 || status === 503;
  }
  return /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)\b/.test(String(error));
}
