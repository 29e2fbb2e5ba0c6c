/** Incidents in one DynamoDB table; ../dynamodb/layout.ts describes its items. */
import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Anomaly } from '../../../contracts/anomaly.ts';
import {
  type Correction,
  type Incident,
  isUnresolved,
  type TimelineEntry,
} from '../../../contracts/incident.ts';
import type { Severity } from '../../../contracts/shared.ts';
import { TOCSIN } from '../../incidents/life.ts';
import * as layout from '../dynamodb/layout.ts';
import { newestOf, olderThan, queryAll } from '../dynamodb/sparse-index.ts';
import {
  type Change,
  type CommitResult,
  type IncidentStore,
  type Known,
  type RuleIncident,
  StoreUnavailable,
} from './port.ts';
import { TransactionItems } from './transaction-items.ts';

export interface DynamoDbIncidentStoreOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** How long a resolved incident and a message are kept, in days. @default 30 */
  readonly keepDays?: number;
  /** How long an anomaly may come again: the retention of the streams. @default the longest that Kinesis allows, 365 days */
  readonly replayHours?: number;
}

export class DynamoDbIncidentStore implements IncidentStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #items: TransactionItems;

  constructor(options: DynamoDbIncidentStoreOptions) {
    const { client, tableName, keepDays = 30, replayHours = 365 * 24 } = options;
    this.#client = client;
    this.#table = tableName;
    this.#items = new TransactionItems({ tableName, keepDays, replayHours });
  }

  async recall(fingerprint: string): Promise<Known> {
    const item = await this.#read(layout.fingerprintKey(fingerprint));
    if (item === undefined) return { open: undefined, cleared: undefined };
    const { incident_id, last_id, cleared } = layout.FingerprintItem.parse(item);
    const id = incident_id ?? last_id;
    const incident = id === undefined ? undefined : await this.get(id);
    // Between the two reads it may have been resolved or reopened; the write's condition tells.
    const isOpen = incident !== undefined && isUnresolved(incident);
    const last = incident_id === undefined && !isOpen && incident !== undefined && { last: incident };
    return { open: incident_id !== undefined && isOpen ? incident : undefined, cleared, ...last };
  }

  async get(incidentId: string): Promise<Incident | undefined> {
    const item = await this.#read(layout.incidentKey(incidentId));
    return item === undefined ? undefined : layout.IncidentItem.parse(item).incident;
  }

  async commit(change: Change): Promise<CommitResult> {
    try {
      await this.#client.send(new TransactWriteCommand({ TransactItems: this.#items.of(change) }));
      return 'committed';
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const codes = error.CancellationReasons?.map((reason) => reason.Code) ?? [];
      const seen = change.anomaly === undefined ? undefined : codes.at(-1);
      if (seen === 'ConditionalCheckFailed') return 'duplicate';
      if (codes.some((code) => code === 'ConditionalCheckFailed' || code === 'TransactionConflict')) {
        return 'conflict';
      }
      const which = `incident ${change.incident.incident_id}`;
      throw new StoreUnavailable(`${which} was not stored: ${codes.join(', ')}`, { cause: error });
    }
  }

  async rememberCleared(fingerprint: string, anomaly: Anomaly, now: Date): Promise<'committed' | 'conflict'> {
    try {
      await this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: layout.fingerprintKey(fingerprint),
          UpdateExpression: 'SET #type = :type, cleared = :cleared, expires_at = :expiry',
          ConditionExpression: 'attribute_not_exists(incident_id)',
          ExpressionAttributeNames: { '#type': 'type' },
          ExpressionAttributeValues: {
            ':type': 'fingerprint',
            ':cleared': JSON.stringify(anomaly),
            ':expiry': this.#items.afterReplay(now),
          },
        }),
      );
      return 'committed';
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 'conflict';
      throw error;
    }
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

  async around(source: string, from: Date, to: Date, limit: number): Promise<readonly Incident[]> {
    const { unresolved, resolved } = layout.LIST;
    const beginning = { attribute: 'entity_pk', with: layout.entityKeyBeginning(source) };
    const lists = await Promise.all(
      [unresolved('critical'), unresolved('warning'), resolved(TOCSIN)].map((list) =>
        newestOf(this.#client, this.#table, list, limit, { from, to, beginning }),
      ),
    );
    const openedAt = (item: Record<string, unknown>) => String(item.opened_at);
    return lists
      .flat()
      .sort((a, b) => openedAt(b).localeCompare(openedAt(a)))
      .slice(0, limit)
      .map((item) => layout.IncidentItem.parse(item).incident);
  }

  async quietSince(before: Date, limit: number): Promise<readonly Incident[]> {
    const items = await olderThan(this.#client, this.#table, layout.SPARSE.open, before, limit);
    return items
      .map((item) => layout.IncidentItem.parse(item).incident)
      .sort((a, b) => a.last_seen_at.localeCompare(b.last_seen_at))
      .slice(0, limit);
  }

  async dueAt(now: Date, limit: number): Promise<readonly Incident[]> {
    const items = await olderThan(this.#client, this.#table, layout.SPARSE.due, now, limit);
    return items
      .map((item) => layout.IncidentItem.parse(item).incident)
      .sort((a, b) => (a.next_look_at ?? '').localeCompare(b.next_look_at ?? ''))
      .slice(0, limit);
  }

  async unresolved(severity: Severity, limit: number): Promise<readonly Incident[]> {
    const items = await this.#list(layout.LIST.unresolved(severity), limit);
    return items.map((item) => layout.IncidentItem.parse(item).incident);
  }

  async resolvedBy(resolver: string, limit: number): Promise<readonly Incident[]> {
    const items = await this.#list(layout.LIST.resolved(resolver), limit);
    return items.map((item) => layout.IncidentItem.parse(item).incident);
  }

  async correctionsBy(person: string, limit: number): Promise<readonly Correction[]> {
    const items = await this.#list(layout.LIST.modified(person), limit);
    return items.map((item) => layout.CorrectionItem.parse(item).correction);
  }

  async ofRule(ruleId: string, since: Date, limit: number): Promise<readonly RuleIncident[]> {
    const { pk, sk } = layout.ruleKey(ruleId, since.toISOString(), '');
    const items = await queryAll(this.#client, {
      TableName: this.#table,
      KeyConditionExpression: 'pk = :pk AND sk >= :since',
      ExpressionAttributeValues: { ':pk': pk, ':since': sk },
      ScanIndexForward: false,
      Limit: limit,
    });
    return items.slice(0, limit).map((item) => layout.RuleIncidentItem.parse(item).rule_incident);
  }

  async warnedBetween(from: Date, to: Date): Promise<readonly string[]> {
    const pages = await Promise.all(
      layout.partitions(layout.WARNED).map((pk) =>
        queryAll(this.#client, {
          TableName: this.#table,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :begin AND :end',
          // Every key of an instant goes on after it, so that those of the end lie beyond.
          ExpressionAttributeValues: { ':pk': pk, ':begin': from.toISOString(), ':end': to.toISOString() },
          ConsistentRead: true,
        }),
      ),
    );
    return [...new Set(pages.flat().map(({ incident_id }) => String(incident_id)))];
  }

  async timelineOf(incidentId: string): Promise<readonly TimelineEntry[]> {
    const items = await queryAll(this.#client, {
      TableName: this.#table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :event)',
      ExpressionAttributeValues: { ':pk': layout.incidentKey(incidentId).pk, ':event': 'event#' },
      ConsistentRead: true,
    });
    return items.map((item) => layout.EventItem.parse(item).entry);
  }

  #list(prefix: string, limit: number) {
    return newestOf(this.#client, this.#table, prefix, limit);
  }

  async #read(key: { pk: string; sk: string }) {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#table, Key: key, ConsistentRead: true }),
    );
    return Item;
  }
}
