/** Incidents in one DynamoDB table; layout.ts describes its items. */
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { AlertRequest } from '../../../contracts/alert.ts';
import type { Incident } from '../../../contracts/incident.ts';
import * as layout from '../dynamodb/layout.ts';
import { olderThan } from '../dynamodb/sparse-index.ts';
import { type Change, type CommitResult, type IncidentStore, StoreUnavailable } from './port.ts';

export interface DynamoDbIncidentStoreOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** How long a resolved incident, a seen mark and a sent message are kept, in days. @default 30 */
  readonly keepDays?: number;
}

type Items = NonNullable<TransactWriteCommandInput['TransactItems']>;

export class DynamoDbIncidentStore implements IncidentStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #keepDays: number;

  constructor(options: DynamoDbIncidentStoreOptions) {
    this.#client = options.client;
    this.#table = options.tableName;
    this.#keepDays = options.keepDays ?? 30;
  }

  async findOpen(fingerprint: string): Promise<Incident | undefined> {
    const pointer = await this.#read(layout.openKey(fingerprint));
    if (pointer === undefined) return undefined;
    const incident = await this.get(layout.OpenItem.parse(pointer).incident_id);
    // Between the two reads it may have been resolved.
    return incident?.status === 'open' ? incident : undefined;
  }

  async get(incidentId: string): Promise<Incident | undefined> {
    const item = await this.#read(layout.incidentKey(incidentId));
    return item === undefined ? undefined : layout.IncidentItem.parse(item).incident;
  }

  async commit(change: Change): Promise<CommitResult> {
    const items: Items = [this.#incidentWrite(change), this.#pointerWrite(change)];
    if (change.say !== undefined) items.push(this.#outboxWrite(change, change.say));
    if (change.anomalyId !== undefined) items.push(this.#seenWrite(change.anomalyId, change.now));
    try {
      await this.#client.send(new TransactWriteCommand({ TransactItems: items }));
      return 'committed';
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const codes = error.CancellationReasons?.map((reason) => reason.Code) ?? [];
      if (change.anomalyId !== undefined && codes.at(-1) === 'ConditionalCheckFailed') return 'duplicate';
      if (codes.some((code) => code === 'ConditionalCheckFailed' || code === 'TransactionConflict'))
        return 'conflict';
      throw new StoreUnavailable(
        `incident ${change.incident.incident_id} was not stored: ${codes.join(', ')}`,
        {
          cause: error,
        },
      );
    }
  }

  #incidentWrite({ incident, now }: Change): Items[number] {
    const open = incident.status === 'open';
    const item = {
      ...layout.incidentKey(incident.incident_id),
      type: 'incident',
      incident,
      version: incident.version,
      entity_pk: layout.entityKey(incident.first.source, incident.first.entity),
      opened_at: incident.opened_at,
      ...(open
        ? { open_pk: layout.partition('OPEN', incident.incident_id), last_seen_at: incident.last_seen_at }
        : { expires_at: layout.expiry(now, this.#keepDays) }),
    };
    const condition =
      incident.version === 1
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'version = :before',
            ExpressionAttributeValues: { ':before': incident.version - 1 },
          };
    return { Put: { TableName: this.#table, Item: item, ...condition } };
  }

  #pointerWrite({ incident }: Change): Items[number] {
    const key = layout.openKey(incident.fingerprint);
    const mine = {
      ConditionExpression: 'incident_id = :mine',
      ExpressionAttributeValues: { ':mine': incident.incident_id },
    };
    if (incident.status === 'resolved') return { Delete: { TableName: this.#table, Key: key, ...mine } };
    if (incident.version > 1) return { ConditionCheck: { TableName: this.#table, Key: key, ...mine } };
    const item = { ...key, type: 'open', incident_id: incident.incident_id };
    return { Put: { TableName: this.#table, Item: item, ConditionExpression: 'attribute_not_exists(pk)' } };
  }

  #outboxWrite({ incident, now }: Change, kind: AlertRequest['kind']): Items[number] {
    const { incident_id, sequence } = incident;
    const request: AlertRequest = { alert_id: layout.alertIdOf(incident), incident_id, sequence, kind };
    const item = { ...layout.outboxLine(request, now, this.#keepDays), state: 'pending' };
    return { Put: { TableName: this.#table, Item: item, ConditionExpression: 'attribute_not_exists(pk)' } };
  }

  #seenWrite(anomalyId: string, now: Date): Items[number] {
    const item = {
      ...layout.seenKey(anomalyId),
      type: 'seen',
      expires_at: layout.expiry(now, this.#keepDays),
    };
    return { Put: { TableName: this.#table, Item: item, ConditionExpression: 'attribute_not_exists(pk)' } };
  }

  async historyOf(source: string, entity: string, limit: number): Promise<readonly Incident[]> {
    const page = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: layout.INDEX.entity,
        KeyConditionExpression: 'entity_pk = :entity',
        ExpressionAttributeValues: { ':entity': layout.entityKey(source, entity) },
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    return (page.Items ?? []).map((item) => layout.IncidentItem.parse(item).incident);
  }

  async quietSince(before: Date, limit: number): Promise<readonly Incident[]> {
    const items = await olderThan(this.#client, this.#table, layout.SPARSE.open, before, limit);
    return items
      .map((item) => layout.IncidentItem.parse(item).incident)
      .sort((a, b) => a.last_seen_at.localeCompare(b.last_seen_at))
      .slice(0, limit);
  }

  async #read(key: { pk: string; sk: string }) {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#table, Key: key, ConsistentRead: true }),
    );
    return Item;
  }
}
