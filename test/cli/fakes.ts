/** Stand-ins for the terminal and for AWS, and the way to run one command line against them. */
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Clients } from '../../cli/context.ts';
import { main } from '../../cli/main.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface FakeAws {
  /** Outputs by stack name; a stack that is not named is not deployed. */
  readonly stacks?: Record<string, Record<string, string>>;
  readonly fault?: Error;
  /** Answers to whatever else is sent; undefined: the fake knows no such command. */
  readonly answer?: (command: unknown) => unknown;
  /** An emulator's tables. */
  readonly documents?: DynamoDBDocumentClient;
}

/** Everything that was put or sent. */
export interface Sent {
  readonly records: Array<{ stream: string; key: string; data: string }>;
  readonly messages: Array<{ queue: string; body: string; group: string; dedup: string }>;
}

/** Runs `tocsin …args` against fakes. */
export async function runCli(
  args: readonly string[],
  aws: FakeAws = {},
  input = '',
): Promise<Ran & { readonly sent: Sent }> {
  const sent: Sent = { records: [], messages: [] };
  let out = '';
  let err = '';
  const code = await main(args, {
    terminal: {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      readInput: async () => input,
    },
    clients: () => fakeClients(aws, sent),
  });
  return { code, out, err, sent };
}

function fakeClients(aws: FakeAws, sent: Sent): Clients {
  const send = async (command: unknown): Promise<unknown> => {
    if (aws.fault !== undefined) throw aws.fault;
    if (command instanceof DescribeStacksCommand) {
      const outputs = aws.stacks?.[command.input.StackName ?? ''];
      if (outputs === undefined) throw new Error(`Stack with id ${command.input.StackName} does not exist`);
      return {
        Stacks: [
          {
            Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
          },
        ],
      };
    }
    if (command instanceof PutRecordsCommand) return takeRecords(command, sent);
    if (command instanceof SendMessageCommand) {
      const { QueueUrl: queue = '', MessageBody: body = '' } = command.input;
      const { MessageGroupId: group = '', MessageDeduplicationId: dedup = '' } = command.input;
      sent.messages.push({ queue, body, group, dedup });
      return { MessageId: 'm-1' };
    }
    const answered = aws.answer?.(command);
    if (answered !== undefined) return answered;
    throw new Error('the fake knows no such command');
  };
  // biome-ignore lint/suspicious/noExplicitAny: the SDK's overloads of send cannot be written down for a fake
  const client: any = { send };
  return {
    ...{ cloudFormation: client, kinesis: client, s3: client, sqs: client, sns: client, cloudWatch: client },
    documents: aws.documents ?? client,
  };
}

function takeRecords(command: PutRecordsCommand, sent: Sent) {
  const { StreamName: stream = '', Records: records = [] } = command.input;
  return {
    Records: records.map(({ PartitionKey: key = '', Data: data }) => {
      sent.records.push({ stream, key, data: Buffer.from(data ?? []).toString('utf8') });
      return { ShardId: 'shardId-000000000000', SequenceNumber: String(sent.records.length) };
    }),
  };
}

export const deployed = {
  stacks: {
    'Tocsin-dev-Data': { InputStreamNames: 'readings-stream', IncidentsTableName: 'incidents' },
    'Tocsin-dev-Pipeline': { NotifyQueueUrl: 'https://queue/notify.fifo' },
  },
};
