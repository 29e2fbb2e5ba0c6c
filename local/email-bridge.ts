/** E-mail subscriptions of the topic, kept: SNS e-mail is only a log line in the emulator, so a queue with the same filter
 * stands in for each address, and what arrives there goes to the local inbox by SMTP. */
import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { createTransport } from 'nodemailer';
import * as z from 'zod';
import type { LocalClients } from './clients.ts';

/** What SNS puts on a queue. */
const Envelope = z.object({
  MessageId: z.string(),
  Subject: z.string().optional(),
  Message: z.string(),
  MessageAttributes: z.record(z.string(), z.object({ Value: z.string() })).optional(),
});

export interface EmailBridgeOptions {
  readonly topicArn: string;
  readonly smtpPort: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Stands in for every e-mail subscription that the topic has now. Resolves when e-mails can flow. */
export async function startEmailBridge(clients: LocalClients, options: EmailBridgeOptions): Promise<void> {
  const topic = await clients.sns.send(new GetTopicAttributesCommand({ TopicArn: options.topicArn }));
  const sender = topic.Attributes?.DisplayName ?? 'AWS Notifications';
  for (const { address, filter } of await emailSubscriptions(clients, options.topicArn)) {
    const queueUrl = await subscribeQueue(clients, options.topicArn, address, filter);
    // Runs until the signal; a fault of one delivery must not end it.
    void deliverAll(clients, queueUrl, { address, sender }, options);
  }
}

interface EmailSubscription {
  readonly address: string;
  /** Attributes that select messages, as the subscription has them. */
  readonly filter: Record<string, string>;
}

async function emailSubscriptions(clients: LocalClients, topicArn: string): Promise<EmailSubscription[]> {
  const { Subscriptions: all = [] } = await clients.sns.send(
    new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }),
  );
  const found: EmailSubscription[] = [];
  for (const { Protocol: protocol, Endpoint: address, SubscriptionArn: arn } of all) {
    if (protocol !== 'email' || address === undefined || arn === undefined) continue;
    const { Attributes: attributes = {} } = await clients.sns.send(
      new GetSubscriptionAttributesCommand({ SubscriptionArn: arn }),
    );
    const filter = Object.entries(attributes).filter(
      ([name, value]) => (name === 'FilterPolicy' || name === 'FilterPolicyScope') && value !== '',
    );
    found.push({ address, filter: Object.fromEntries(filter) });
  }
  return found;
}

async function subscribeQueue(
  { sns, sqs }: LocalClients,
  topicArn: string,
  address: string,
  filter: Record<string, string>,
): Promise<string> {
  const topic = topicArn.slice(topicArn.lastIndexOf(':') + 1);
  const name = `inbox-${topic.slice(-30)}-${address.replace(/[^A-Za-z0-9]+/g, '-')}`.slice(0, 80);
  const { QueueUrl: queueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes: attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }),
  );
  await sns.send(
    new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: 'sqs',
      Endpoint: attributes.QueueArn,
      Attributes: filter,
    }),
  );
  return queueUrl;
}

async function deliverAll(
  { sqs }: LocalClients,
  queueUrl: string,
  mail: { readonly address: string; readonly sender: string },
  { smtpPort, signal, say }: EmailBridgeOptions,
): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port: smtpPort, ignoreTLS: true });
  while (!signal.aborted) {
    try {
      const { Messages: messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 10, MaxNumberOfMessages: 10 }),
        { abortSignal: signal },
      );
      for (const message of messages) {
        const envelope = Envelope.parse(JSON.parse(message.Body ?? ''));
        await transport.sendMail({
          from: { name: mail.sender, address: 'no-reply@sns.amazonaws.com' },
          to: mail.address,
          subject: envelope.Subject ?? 'AWS Notification Message',
          text: envelope.Message,
          headers: { 'X-Amz-SNS-Message-Id': envelope.MessageId, ...attributeHeaders(envelope) },
        });
        await sqs.send(
          new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }),
        );
      }
    } catch (error) {
      if (signal.aborted) return;
      say(`inbox: an e-mail to ${mail.address} could not be delivered: ${error}`);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}

/** The message attributes as header lines, `kind` as `X-Tocsin-Kind`: SNS e-mail lacks them, tools want them. */
function attributeHeaders(envelope: z.infer<typeof Envelope>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(envelope.MessageAttributes ?? {}).map(([name, { Value: value }]) => [
      `X-Tocsin-${name.replaceAll('_', '-')}`,
      value,
    ]),
  );
}
