import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { FifoQueue, NotQueued, requestMessage } from '../../lambdas/fifo-queue.ts';

const client = new SQSClient({ region: 'us-east-1' });
const queue = new FifoQueue(client, 'https://queue');
const messages = Array.from({ length: 23 }, (_, index) =>
  requestMessage({ alert_id: `T-A.${index}`, incident_id: 'T-A', sequence: index, kind: 'opened' }),
);

/** Answers each batch with what is refused; gives back the sizes of the batches. */
function answering(Failed: { Id: string; SenderFault: boolean; Code: string; Message: string }[]) {
  const sizes: number[] = [];
  jest.spyOn(client, 'send').mockImplementation(async (command) => {
    if (command instanceof SendMessageBatchCommand) sizes.push(command.input.Entries?.length ?? 0);
    return { Failed };
  });
  return sizes;
}

describe('many messages', () => {
  it('go in batches of ten', async () => {
    const sizes = answering([]);
    await queue.sendAll(messages);
    expect(sizes).toEqual([10, 10, 3]);
  });

  it('are reported when one of a batch is refused', async () => {
    answering([{ Id: '0', SenderFault: false, Code: 'InternalError', Message: 'later' }]);
    await expect(queue.sendAll(messages)).rejects.toThrow(NotQueued);
    await expect(queue.sendAll(messages)).rejects.toThrow(
      '1 messages were refused, the first: InternalError later',
    );
  });

  it('may be none', async () => {
    const sizes = answering([]);
    await queue.sendAll([]);
    expect(sizes).toEqual([]);
  });
});
