/** The subscriptions of an SNS topic. One that was deleted, by its owner or by a mail scanner, is simply not there. */
import {
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  NotFoundException,
  type SNSClient,
} from '@aws-sdk/client-sns';
import { parseJson } from '../../parse-json.ts';
import { type Subscribers, type Subscription, SubscriptionFilter } from './port.ts';

export class SnsSubscribers implements Subscribers {
  readonly #client: Pick<SNSClient, 'send'>;
  readonly #topicArn: string;

  constructor(client: Pick<SNSClient, 'send'>, topicArn: string) {
    this.#client = client;
    this.#topicArn = topicArn;
  }

  async list(): Promise<readonly Subscription[]> {
    const found: Subscription[] = [];
    let from: string | undefined;
    do {
      const { Subscriptions = [], NextToken } = await this.#client.send(
        new ListSubscriptionsByTopicCommand({ TopicArn: this.#topicArn, NextToken: from }),
      );
      from = NextToken;
      for (const {
        Protocol: protocol = '',
        Endpoint: endpoint = '',
        SubscriptionArn: arn,
      } of Subscriptions) {
        const attributes = arn === undefined ? undefined : await this.#attributes(arn);
        if (attributes === 'gone') continue;
        found.push({ protocol, endpoint, state: 'pending', ...attributes });
      }
    } while (from !== undefined);
    return found;
  }

  /** Before it is confirmed, a subscription has the text `PendingConfirmation` in the place of its ARN. */
  async #attributes(arn: string): Promise<Partial<Subscription> | 'gone'> {
    if (!arn.startsWith('arn:')) return arn === 'Deleted' ? 'gone' : {};
    try {
      const { Attributes: attributes = {} } = await this.#client.send(
        new GetSubscriptionAttributesCommand({ SubscriptionArn: arn }),
      );
      const { FilterPolicy: filter, PendingConfirmation: pending } = attributes;
      return {
        state: pending === 'true' ? 'pending' : 'confirmed',
        ...(filter !== undefined &&
          filter !== '' && { filter: parseJson(SubscriptionFilter, filter, `the filter of ${arn}`) }),
      };
    } catch (error) {
      // It went away between the list and this question.
      if (error instanceof NotFoundException) return 'gone';
      throw error;
    }
  }
}
