/** What reaches the topic's subscribers: a queue in the place of an address. */
import { DeleteMessageBatchCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { LocalClients } from '../../local/clients.ts';

export interface Mail {
  readonly alert_id: string;
  readonly incident_id: string;
  readonly kind: string;
  readonly subject: string;
  readonly body: string;
  readonly at: number;
}

const Attribute = z.object({ Value: z.string() });
const Envelope = z.object({
  Subject: z.string(),
  Message: z.string(),
  MessageAttributes: z.object({ alert_id: Attribute, incident_id: Attribute, kind: Attribute }),
});

export async function collectMails(
  { sqs }: Pick<LocalClients, 'sqs'>,
  QueueUrl: string,
  signal: AbortSignal,
  onMail: (mail: Mail) => void,
): Promise<void> {
  while (!signal.aborted) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    if (Messages.length === 0) continue;
    for (const { Body = '{}' } of Messages) onMail(mailOf(Body));
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}

function mailOf(text: string): Mail {
  const { Subject, Message, MessageAttributes } = Envelope.parse(JSON.parse(text));
  return {
    alert_id: MessageAttributes.alert_id.Value,
    incident_id: MessageAttributes.incident_id.Value,
    kind: MessageAttributes.kind.Value,
    subject: Subject,
    body: Message,
    at: Date.now(),
  };
}
