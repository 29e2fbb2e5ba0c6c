import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { LIST, partitions, type SPARSE } from './layout.ts';

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

/** Items of a list, the newest first; at most `limit`. */
export async function newestOf(
  client: DynamoDBDocumentClient,
  table: string,
  prefix: string,
  limit: number,
): Promise<Record<string, unknown>[]> {
  const pages = await Promise.all(
    partitions(prefix).map((partition) =>
      client.send(
        new QueryCommand({
          TableName: table,
          IndexName: LIST.index,
          KeyConditionExpression: '#key = :partition',
          ExpressionAttributeNames: { '#key': LIST.key },
          ExpressionAttributeValues: { ':partition': partition },
          ScanIndexForward: false,
          Limit: limit,
        }),
      ),
    ),
  );
  const at = (item: Record<string, unknown>) => String(item[LIST.sort]);
  return pages
    .flatMap((page) => page.Items ?? [])
    .sort((a, b) => at(b).localeCompare(at(a)))
    .slice(0, limit);
}

/** All pages of a query; with a `Limit`, no more pages than it needs. */
export async function queryAll(
  client: DynamoDBDocumentClient,
  query: QueryCommandInput,
): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let from: QueryCommandInput['ExclusiveStartKey'];
  do {
    const page = await client.send(new QueryCommand({ ...query, ExclusiveStartKey: from }));
    items.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from !== undefined && (query.Limit === undefined || items.length < query.Limit));
  return items;
}
