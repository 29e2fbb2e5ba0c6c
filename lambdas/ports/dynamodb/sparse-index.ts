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

/** Of one partition; a page is as long as the limit. */
const LOOKED_THROUGH = 5_000;

/**
 * As {@link olderThan}, but only what is wanted: it reads on until it has `limit` of a partition, has come to the end, or has
 * looked through {@link LOOKED_THROUGH}.
 */
export async function wantedOlderThan<T>(
  client: DynamoDBDocumentClient,
  table: string,
  { index, key, prefix, sort }: (typeof SPARSE)[keyof typeof SPARSE],
  { before, limit, wanted }: Wanted<T>,
): Promise<T[]> {
  const ofPartition = async (partition: string): Promise<T[]> => {
    const found: T[] = [];
    let looked = 0;
    let from: QueryCommandInput['ExclusiveStartKey'];
    do {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: table,
          IndexName: index,
          KeyConditionExpression: '#key = :partition AND #sort < :before',
          ExpressionAttributeNames: { '#key': key, '#sort': sort },
          ExpressionAttributeValues: { ':partition': partition, ':before': before.toISOString() },
          Limit: limit,
          ExclusiveStartKey: from,
        }),
      );
      found.push(...Items.map(wanted).filter((each) => each !== undefined));
      looked += Items.length;
      from = LastEvaluatedKey;
    } while (from !== undefined && found.length < limit && looked < LOOKED_THROUGH);
    return found;
  };
  return (await Promise.all(partitions(prefix).map(ofPartition))).flat();
}

export interface Wanted<T> {
  readonly before: Date;
  readonly limit: number;
  /** What the item is read as; undefined when it is not wanted. */
  readonly wanted: (item: Record<string, unknown>) => T | undefined;
}

/** Which items of a list are wanted. */
export interface Part {
  /** By the list's time, both ends included. */
  readonly from: Date;
  readonly to: Date;
  /** Only items whose attribute begins so. What is looked through counts against the limit, not what is found. */
  readonly beginning?: { readonly attribute: string; readonly with: string };
}

/** Items of a list, the newest first; at most `limit`. */
export async function newestOf(
  client: DynamoDBDocumentClient,
  table: string,
  prefix: string,
  limit: number,
  part?: Part,
): Promise<Record<string, unknown>[]> {
  const { from, to, beginning } = part ?? {};
  const isWithin = part === undefined ? '' : ' AND #at BETWEEN :from AND :to';
  const pages = await Promise.all(
    partitions(prefix).map((partition) =>
      client.send(
        new QueryCommand({
          TableName: table,
          IndexName: LIST.index,
          KeyConditionExpression: `#key = :partition${isWithin}`,
          ...(beginning && { FilterExpression: 'begins_with(#attribute, :beginning)' }),
          ExpressionAttributeNames: {
            '#key': LIST.key,
            ...(part && { '#at': LIST.sort }),
            ...(beginning && { '#attribute': beginning.attribute }),
          },
          ExpressionAttributeValues: {
            ':partition': partition,
            ...(from && to && { ':from': from.toISOString(), ':to': to.toISOString() }),
            ...(beginning && { ':beginning': beginning.with }),
          },
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
