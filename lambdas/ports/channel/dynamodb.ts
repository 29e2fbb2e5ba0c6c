/** The channel's one item and its drafts in the incidents table; ../dynamodb/layout.ts describes them. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { Alert } from '../../../contracts/alert.ts';
import { type Channel, emptyChannel } from '../../notify/channel.ts';
import { jsonText } from '../../parse-env.ts';
import * as layout from '../dynamodb/layout.ts';
import type { ChannelStore, DigestDraft } from './port.ts';

const ChannelItem = z.object({
  version: z.int(),
  full_at: z.number(),
  calm_at: z.number(),
  storm_since: z.nullable(z.number()),
  last_digest_at: z.nullable(z.number()),
  digest_id: z.nullable(z.string()),
  busy_until: z.number(),
});

const DraftItem = z.object({
  digest_id: z.string(),
  alert: jsonText(Alert),
  covers: z.array(z.string()),
});

/** Days that a draft is kept: longer than any message may wait. */
const KEEP_DAYS = 14;

export interface DynamoDbChannelOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
}

export class DynamoDbChannel implements ChannelStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor({ client, tableName }: DynamoDbChannelOptions) {
    this.#client = client;
    this.#table = tableName;
  }

  async read(): Promise<Channel> {
    const item = await this.#get(layout.CHANNEL_KEY);
    return item === undefined ? emptyChannel : ChannelItem.parse(item);
  }

  async write(after: Channel): Promise<boolean> {
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#table,
          Item: { ...layout.CHANNEL_KEY, type: 'channel', ...after },
          ConditionExpression: 'attribute_not_exists(pk) OR version = :before',
          ExpressionAttributeValues: { ':before': after.version - 1 },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  async putDraft({ digest_id, alert, covers }: DigestDraft, now: Date): Promise<void> {
    await this.#client.send(
      new PutCommand({
        TableName: this.#table,
        Item: {
          ...layout.draftKey(digest_id),
          type: 'draft',
          digest_id,
          alert: JSON.stringify(alert),
          covers,
          expires_at: layout.expiryAfterDays(now, KEEP_DAYS),
        },
      }),
    );
  }

  async draft(digestId: string): Promise<DigestDraft | undefined> {
    const item = await this.#get(layout.draftKey(digestId));
    return item === undefined ? undefined : DraftItem.parse(item);
  }

  async #get(Key: Record<string, string>): Promise<Record<string, unknown> | undefined> {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#table, Key, ConsistentRead: true }),
    );
    return Item;
  }
}
