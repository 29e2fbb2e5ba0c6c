/** The outbox lines of the incidents table; ../dynamodb/layout.ts describes them. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Alert, AlertRequest } from '../../../contracts/alert.ts';
import type { ParkedBecause } from '../../notify/channel.ts';
import * as layout from '../dynamodb/layout.ts';
import { queryAll, wantedOlderThan } from '../dynamodb/sparse-index.ts';
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

  async find(alertId: string): Promise<OutboxLine | undefined> {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#table, Key: layout.outboxKey(alertId), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : lineOf(Item);
  }

  async unsentBefore(
    before: Date,
    limit: number,
    isWanted: (line: OutboxLine) => boolean,
  ): Promise<readonly OutboxLine[]> {
    const wanted = (item: Record<string, unknown>) => {
      const line = lineOf(item);
      return isWanted(line) ? line : undefined;
    };
    const by = { before, limit, wanted };
    const lines = await wantedOlderThan(this.#client, this.#table, layout.SPARSE.unsent, by);
    return lines.sort((a, b) => a.created_at.localeCompare(b.created_at)).slice(0, limit);
  }

  async claim(request: AlertRequest, now: Date): Promise<ClaimResult> {
    const { incident_id, sequence } = request;
    const previous = sequence > 1 ? await this.find(layout.alertIdOf(incident_id, sequence - 1)) : undefined;
    if (previous?.state === 'pending' || previous?.state === 'parked') return { outcome: 'too-early' };
    const { pk, sk, ...fields } = layout.outboxLine(request, now, this.#keepDays);
    const claimed = await this.#update({ pk, sk }, 'attribute_not_exists(pk) OR #state = :pending', {
      set: { state: 'claimed', claimed_at: now.toISOString() },
      setIfAbsent: fields,
      values: { ':pending': 'pending' },
    });
    return claimed === undefined ? { outcome: 'not-pending' } : { outcome: 'claimed', line: lineOf(claimed) };
  }

  async confirm(alertId: string, messageId: string, now: Date): Promise<void> {
    await this.#update(layout.outboxKey(alertId), '#state IN (:claimed, :failed)', {
      set: { state: 'sent', sent_at: now.toISOString(), message_id: messageId },
      remove: 'unsent_pk',
      values: { ':claimed': 'claimed', ':failed': 'failed' },
    });
  }

  async release(alertId: string): Promise<void> {
    await this.#update(layout.outboxKey(alertId), '#state = :claimed', {
      set: { state: 'pending' },
      remove: 'claimed_at',
      values: { ':claimed': 'claimed' },
    });
  }

  async put(alert: Alert, now: Date): Promise<void> {
    const { alert_id, incident_id, sequence, kind } = alert;
    const line = layout.outboxLine({ alert_id, incident_id, sequence, kind }, now, this.#keepDays);
    const { pk, sk, ...fields } = line;
    await this.#update({ pk, sk }, 'attribute_not_exists(pk)', {
      set: { ...fields, state: 'pending', requeues: 0, alert: JSON.stringify(alert) },
    });
  }

  async park({ alert_id }: AlertRequest, because: ParkedBecause, now: Date): Promise<boolean> {
    const parked = await this.#update(layout.outboxKey(alert_id), '#state = :pending', {
      set: {
        state: 'parked',
        unsent_pk: layout.partition(layout.SPARSE.parked.prefix, alert_id),
        parked_at: now.toISOString(),
        parked_because: because,
      },
      values: { ':pending': 'pending' },
    });
    return parked !== undefined;
  }

  async parked(limit: number): Promise<readonly OutboxLine[]> {
    const { index, key, prefix, sort } = layout.SPARSE.parked;
    const each = Math.ceil(limit / layout.partitions(prefix).length);
    const pages = await Promise.all(
      layout.partitions(prefix).map((partition) =>
        queryAll(this.#client, {
          TableName: this.#table,
          IndexName: index,
          KeyConditionExpression: '#key = :partition',
          ExpressionAttributeNames: { '#key': key },
          ExpressionAttributeValues: { ':partition': partition },
          Limit: each,
        }),
      ),
    );
    const at = (item: Record<string, unknown>) => String(item[sort]);
    return pages
      .flat()
      .sort((a, b) => at(a).localeCompare(at(b)))
      .map(lineOf)
      .filter(({ state }) => state === 'parked');
  }

  async unpark({ request, requeues }: OutboxLine, now: Date): Promise<boolean> {
    const { alert_id } = request;
    const unparked = await this.#update(layout.outboxKey(alert_id), '#state = :parked', {
      set: {
        state: 'pending',
        unsent_pk: layout.partition(layout.SPARSE.unsent.prefix, alert_id),
        requeues: requeues + 1,
        requeued_at: now.toISOString(),
      },
      values: { ':parked': 'parked' },
    });
    return unparked !== undefined;
  }

  async endInDigest(alertId: string, digestId: string): Promise<boolean> {
    const ended = await this.#update(
      layout.outboxKey(alertId),
      '#state = :parked OR #digest_id = :new_digest_id',
      {
        set: { state: 'in_digest', digest_id: digestId },
        remove: 'unsent_pk',
        values: { ':parked': 'parked' },
      },
    );
    return ended !== undefined;
  }

  async markRequeued({ request, requeues }: OutboxLine, now: Date): Promise<boolean> {
    const marked = await this.#update(
      layout.outboxKey(request.alert_id),
      '#state = :pending AND #requeues = :before',
      {
        set: { state: 'pending', requeues: requeues + 1, requeued_at: now.toISOString() },
        values: { ':pending': 'pending', ':before': requeues },
      },
    );
    return marked !== undefined;
  }

  async markFailed({ request, state }: OutboxLine, now: Date): Promise<boolean> {
    const marked = await this.#update(layout.outboxKey(request.alert_id), '#state = :read', {
      set: { state: 'failed', failed_at: now.toISOString() },
      remove: 'unsent_pk',
      values: { ':read': state },
    });
    return marked !== undefined;
  }

  /** The line after the update; undefined when the condition did not hold. */
  async #update(
    key: { pk: string; sk: string },
    condition: string,
    change: {
      readonly set: Readonly<Record<string, unknown>>;
      readonly setIfAbsent?: Readonly<Record<string, unknown>>;
      readonly remove?: string;
      readonly values?: Readonly<Record<string, unknown>>;
    },
  ): Promise<Record<string, unknown> | undefined> {
    const { set, setIfAbsent = {}, remove, values } = change;
    const fields = { ...setIfAbsent, ...set };
    const assignments = [
      ...Object.keys(set).map((name) => `#${name} = :new_${name}`),
      ...Object.keys(setIfAbsent).map((name) => `#${name} = if_not_exists(#${name}, :new_${name})`),
    ];
    const removal = remove === undefined ? '' : ` REMOVE ${remove}`;
    try {
      const { Attributes } = await this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: key,
          UpdateExpression: `SET ${assignments.join(', ')}${removal}`,
          ConditionExpression: condition,
          ExpressionAttributeNames: Object.fromEntries(Object.keys(fields).map((name) => [`#${name}`, name])),
          ExpressionAttributeValues: {
            ...values,
            ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [`:new_${name}`, value])),
          },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return Attributes ?? {};
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }
}

function lineOf(item: Record<string, unknown>): OutboxLine {
  const { type: _, ...line } = layout.OutboxItem.parse(item);
  return line;
}
