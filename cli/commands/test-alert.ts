/** `tocsin test-alert`: one e-mail through the real queue, function and topic, without an incident. */
import { randomBytes } from 'node:crypto';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { ALL, Alert } from '../../contracts/index.ts';
import type { CliContext } from '../context.ts';

/** The e-mail that says that e-mails arrive. `id` names it: ten letters or digits. */
export function testAlert(stage: string, id: string, now: Date): Alert {
  const incidentId = `T-${id}`;
  return Alert.parse({
    alert_id: `${incidentId}.1`,
    incident_id: incidentId,
    sequence: 1,
    kind: 'test',
    attributes: {
      kind: 'test',
      // Whatever an address filters by, it gets this.
      severity: ALL,
      route: 'page',
      source: ALL,
      owner: ALL,
      entity: 'tocsin-test-alert',
      rule_id: 'test-alert',
    },
    subject: `[test] Tocsin ${stage}: e-mails arrive`,
    body: [
      `This is a test of Tocsin's e-mails in stage ${stage}. Nothing is wrong, and there is nothing to do.`,
      '',
      'It took the way of every alert: notify queue, notify function, SNS topic.',
      `Sent at ${now.toISOString()}, id ${incidentId}.`,
    ].join('\n'),
  });
}

/** Puts the test e-mail on the notify queue. @throws CliError when the stage is not deployed. */
export async function sendTestAlert(context: CliContext): Promise<void> {
  const queueUrl = await context.output('Pipeline', 'NotifyQueueUrl');
  const alert = testAlert(context.stage, randomBytes(5).toString('hex').toUpperCase(), new Date());
  const { MessageId: messageId } = await context.clients.sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify(alert),
      MessageGroupId: alert.incident_id,
      MessageDeduplicationId: alert.alert_id,
    }),
  );
  context.result(
    `Test e-mail ${alert.alert_id} is on its way (queue message ${messageId}). ` +
      'It arrives within a minute at each confirmed address; look into the spam folder too.',
    {
      alert_id: alert.alert_id,
      incident_id: alert.incident_id,
      queue_message_id: messageId,
      subject: alert.subject,
    },
  );
}
