import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { partitions, type SPARSE } from './layout.ts';

/** Items of a sparse index whose sort key lies before the instant: up to `limit` of each partition, oldest first. */
export async function olderThan(
  client: DynamoDBDocumentClient,
  table: string,
  { index, key, prefix, sort }: (typeof SPARSE)[keyof typeof SPARSE],
  before: Date,
  limit: number,
): Promise<Record<string, unknown>[]> {
  const pages = await Promise.all(
    partitions(prefix).map((partition) =>
      client.send(
        new QueryCommand({
          TableName: table,
          IndexName: index,
          KeyConditionExpression: '#key = :partition AND #sort < :before',
          ExpressionAttributeNames: { '#key': key, '#sort': sort },
          ExpressionAttributeValues: { ':partition': partition, ':before': before.toISOString() },
          Limit: limit,
        }),
      ),
    ),
  );
  return pages.flatMap((page) => page.Items ?? []);
}
