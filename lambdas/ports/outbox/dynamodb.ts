/** The outbox lines of the incidents table; ../dynamodb/layout.ts describes them. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { AlertRequest } from '../../../contracts/alert.ts';
import * as layout from '../dynamodb/layout.ts';
import { olderThan } from '../dynamodb/sparse-index.ts';
import type { ClaimResult, Outbox, OutboxLine } from './port.ts';

export interface DynamoDbOutboxOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** How long a line is kept that this adapter makes (test messages), in days. @default 30 */
  readonly keepDays?: number;
}

export class DynamoDbOutbox implements Outbox {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #keepDays: number;

  constructor(options: DynamoDbOutboxOptions) {
    this.#client = options.client;
    this.#table = options.tableName;
    this.#keepDays = options.keepDays ?? 30;
  }

  async unsentBefore(before: Date, limit: number): Promise<readonly OutboxLine[]> {
    const items = await olderThan(this.#client, this.#table, layout.SPARSE.unsent, before, limit);
    return items
      .map((item) => layout.OutboxItem.parse(item))
      .map(({ type: _, claimed_at, ...line }) => (claimed_at === undefined ? line : { ...line, claimed_at }))
      .sort((a, b) => a.created_at.localeCompare(b.created_at))
      .slice(0, limit);
  }

  async claim(request: AlertRequest, now: Date): Promise<ClaimResult> {
    const { pk, sk, ...fields } = layout.outboxLine(request, now, this.#keepDays);
    const done = await this.#update(
      { pk, sk },
      'SET #state = :claimed, claimed_at = :now, #type = if_not_exists(#type, :type), #request = if_not_exists(#request, :request), ' +
        'created_at = if_not_exists(created_at, :now), unsent_pk = if_not_exists(unsent_pk, :unsent), ' +
        'expires_at = if_not_exists(expires_at, :expires)',
      'attribute_not_exists(pk) OR #state = :pending',
      {
        ':claimed': 'claimed',
        ':pending': 'pending',
        ':now': now.toISOString(),
        ':type': fields.type,
        ':request': request,
        ':unsent': fields.unsent_pk,
        ':expires': fields.expires_at,
      },
      // Both are reserved words of DynamoDB.
      { '#type': 'type', '#request': 'request' },
    );
    return done ? 'claimed' : 'not-pending';
  }

  async confirm(alertId: string, messageId: string, now: Date): Promise<void> {
    await this.#update(
      layout.outboxKey(alertId),
      'SET #state = :sent, sent_at = :now, message_id = :message REMOVE unsent_pk',
      '#state = :claimed OR #state = :failed',
      {
        ':sent': 'sent',
        ':claimed': 'claimed',
        ':failed': 'failed',
        ':now': now.toISOString(),
        ':message': messageId,
      },
    );
  }

  async release(alertId: string): Promise<void> {
    await this.#update(
      layout.outboxKey(alertId),
      'SET #state = :pending REMOVE claimed_at',
      '#state = :claimed',
      { ':pending': 'pending', ':claimed': 'claimed' },
    );
  }

  async markFailed(alertId: string, now: Date): Promise<boolean> {
    return await this.#update(
      layout.outboxKey(alertId),
      'SET #state = :failed, failed_at = :now REMOVE unsent_pk',
      '#state = :claimed',
      { ':failed': 'failed', ':claimed': 'claimed', ':now': now.toISOString() },
    );
  }

  /** True when the condition held. */
  async #update(
    key: { pk: string; sk: string },
    update: string,
    condition: string,
    values: Record<string, unknown>,
    names: Record<string, string> = {},
  ): Promise<boolean> {
    try {
      await this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: key,
          UpdateExpression: update,
          ConditionExpression: condition,
          ExpressionAttributeNames: { '#state': 'state', ...names },
          ExpressionAttributeValues: values,
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}
