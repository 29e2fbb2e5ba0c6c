/** The stream of the incidents table as its event source reads it. The emulator speaks its API; the project has no client for it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod';
import { BATCH, type StreamSource, workOff } from './stream.ts';

/** The most that one read brings; what the filters leave of it is worked on in batches. */
const READ = 1_000;
const IDLE_MS = 100;

const Described = z.object({
  StreamDescription: z.object({ Shards: z.array(z.object({ ShardId: z.string() })).min(1) }),
});
const Begun = z.object({ ShardIterator: z.string() });
const Page = z.object({
  NextShardIterator: z.string().optional(),
  Records: z.array(z.custom<DynamoDBRecord>((record) => typeof record === 'object' && record !== null)),
});

/** As the mapping's filters: new outbox lines, and new times. */
function isWanted({ eventName, dynamodb }: DynamoDBRecord): boolean {
  const image = dynamodb?.NewImage;
  return (eventName === 'INSERT' && image?.type?.S === 'outbox') || image?.timer_at?.S !== undefined;
}

export async function readTableStream(
  endpoint: string,
  streamArn: string,
  source: StreamSource<DynamoDBRecord>,
): Promise<void> {
  const ask = async (action: string, body: object): Promise<unknown> => {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDBStreams_20120810.${action}`,
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${action}: ${answer.status} ${await answer.text()}`);
    return await answer.json();
  };
  const { StreamDescription } = Described.parse(await ask('DescribeStream', { StreamArn: streamArn }));
  const begin = { ShardId: StreamDescription.Shards[0]?.ShardId, ShardIteratorType: 'TRIM_HORIZON' };
  const { ShardIterator } = Begun.parse(await ask('GetShardIterator', { StreamArn: streamArn, ...begin }));
  for (let iterator: string | undefined = ShardIterator; iterator !== undefined && !source.signal.aborted; ) {
    const page: z.infer<typeof Page> = Page.parse(
      await ask('GetRecords', { ShardIterator: iterator, Limit: READ }),
    );
    iterator = page.NextShardIterator;
    const wanted = page.Records.filter(isWanted);
    for (let start = 0; start < wanted.length; start += BATCH) {
      await workOff(
        wanted.slice(start, start + BATCH),
        ({ dynamodb }) => dynamodb?.SequenceNumber ?? '',
        source,
      );
    }
    if (page.Records.length === 0) await sleep(IDLE_MS);
  }
}
