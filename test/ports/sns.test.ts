import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { SNSClient } from '@aws-sdk/client-sns';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Alert } from '../../contracts/alert.ts';
import { NotAccepted } from '../../lambdas/ports/notifier/port.ts';
import { SnsNotifier } from '../../lambdas/ports/notifier/sns.ts';

const alert = Alert.parse(
  JSON.parse(readFileSync(join(__dirname, '../../contracts/examples/alert.json'), 'utf8')),
);

/** An SNS that answers as it is told, or (status 0) hangs up. */
let answer = { status: 200, body: '' };
let asked = '';
let server: Server;
let notifier: SnsNotifier;

const fault = (code: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;

const clientTo = (port: number) =>
  new SNSClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: new NodeHttpHandler({ requestTimeout: 300, throwOnRequestTimeout: true }),
    maxAttempts: 1,
  });

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      asked = text;
      if (answer.status === 0) request.socket.destroy();
      else if (answer.status > 0) response.writeHead(answer.status).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  notifier = new SnsNotifier(clientTo(address.port), 'arn:aws:sns:us-east-1:000000000000:alerts');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('the topic', () => {
  it('gets subject, body and what subscriptions filter by, and gives its id', async () => {
    const body =
      '<PublishResponse><PublishResult><MessageId>message-1</MessageId></PublishResult></PublishResponse>';
    answer = { status: 200, body };
    await expect(notifier.publish(alert)).resolves.toBe('message-1');
    const sent = new URLSearchParams(asked);
    expect(sent.get('Subject')).toBe(alert.subject);
    expect(sent.get('Message')).toBe(alert.body);
    const names = [...sent].filter(([key]) => key.endsWith('.Name')).map(([, name]) => name);
    expect(names.sort()).toEqual([...Object.keys(alert.attributes), 'incident_id', 'alert_id'].sort());
  });

  it.each([
    [400, 'InvalidParameter'],
    [403, 'AuthorizationError'],
    [429, 'Throttled'],
    [503, 'ServiceUnavailable'],
  ])('surely did not take what it answers with %i', async (status, code) => {
    answer = { status, body: fault(code) };
    await expect(notifier.publish(alert)).rejects.toThrow(NotAccepted);
  });

  it.each([
    ['answers with 500', 500],
    ['hangs up', 0],
    ['does not answer', -1],
  ])('may have taken it when it %s', async (_name, status) => {
    answer = { status, body: fault('InternalError') };
    const error: unknown = await notifier.publish(alert).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(NotAccepted);
  });

  it('surely did not take it when nobody listens', async () => {
    const nobody = createServer();
    await new Promise<void>((resolve) => nobody.listen(0, '127.0.0.1', resolve));
    const address = nobody.address();
    await new Promise((resolve) => nobody.close(resolve));
    if (address === null || typeof address === 'string') throw new Error('no port');
    const alone = new SnsNotifier(clientTo(address.port), 'arn:aws:sns:us-east-1:000000000000:alerts');
    await expect(alone.publish(alert)).rejects.toThrow(NotAccepted);
  });
});
