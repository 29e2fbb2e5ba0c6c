/** The writes of one change, each with the condition under which it may happen; see ../dynamodb/layout.ts. */
import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { AlertKind, AlertRequest } from '../../../contracts/alert.ts';
import type { Anomaly } from '../../../contracts/anomaly.ts';
import * as layout from '../dynamodb/layout.ts';
import type { Change } from './port.ts';

type Items = NonNullable<TransactWriteCommandInput['TransactItems']>;

export interface TransactionItemsOptions {
  readonly tableName: string;
  readonly keepDays: number;
  readonly replayHours: number;
}

export class TransactionItems {
  readonly #options: TransactionItemsOptions;

  constructor(options: TransactionItemsOptions) {
    this.#options = options;
  }

  /** The mark of the anomaly, where there is one, comes last: its condition tells a duplicate from a conflict. */
  of(change: Change): Items {
    const items: Items = [this.#incident(change), this.#fingerprint(change)];
    if (change.say !== undefined) items.push(this.#outbox(change, change.say));
    if (change.anomaly !== undefined) items.push(this.#seen(change.anomaly, change.now));
    return items;
  }

  /** A fingerprint without an open incident, and what cleared it. A raise that it precedes may still be on its way. */
  closedFingerprint(fingerprint: string, cleared: Anomaly, now: Date) {
    return {
      ...layout.fingerprintKey(fingerprint),
      type: 'fingerprint',
      cleared: JSON.stringify(cleared),
      expires_at: this.#afterReplay(now),
    };
  }

  #incident({ incident, now }: Change): Items[number] {
    const { incident_id, status, last_seen_at, opened_at, version, first } = incident;
    const whileOpen = { open_pk: layout.partition(layout.SPARSE.open.prefix, incident_id), last_seen_at };
    const item = {
      ...layout.incidentKey(incident_id),
      type: 'incident',
      incident: JSON.stringify(incident),
      status,
      version,
      entity_pk: layout.entityKey(first.source, first.entity),
      opened_at,
      ...(status === 'open'
        ? whileOpen
        : { expires_at: layout.expiryAfterDays(now, this.#options.keepDays) }),
    };
    return version === 1
      ? this.#put(item, 'attribute_not_exists(pk)')
      : this.#put(item, 'version = :before', { ':before': version - 1 });
  }

  #fingerprint({ incident, anomaly, now }: Change): Items[number] {
    const { fingerprint, incident_id, status, version } = incident;
    const Key = layout.fingerprintKey(fingerprint);
    const [isMine, values] = ['incident_id = :mine', { ':mine': incident_id }] as const;
    if (status === 'open' && version === 1) {
      return this.#put({ ...Key, type: 'fingerprint', incident_id }, 'attribute_not_exists(incident_id)');
    }
    if (status === 'resolved' && anomaly !== undefined) {
      return this.#put(this.closedFingerprint(fingerprint, anomaly, now), isMine, values);
    }
    const conditional = {
      TableName: this.#options.tableName,
      Key,
      ConditionExpression: isMine,
      ExpressionAttributeValues: values,
    };
    return status === 'open' ? { ConditionCheck: conditional } : { Delete: conditional };
  }

  #outbox({ incident, anomaly, now }: Change, kind: AlertKind): Items[number] {
    const { incident_id, sequence, latest } = incident;
    const alert_id = layout.alertIdOf(incident_id, sequence);
    const request: AlertRequest = { alert_id, incident_id, sequence, kind };
    const item = {
      ...layout.outboxLine(request, now, this.#options.keepDays),
      state: 'pending',
      requeues: 0,
      about: JSON.stringify(anomaly ?? latest),
      ...(anomaly !== undefined && { caused_at: anomaly.arrival_time }),
    };
    return this.#put(item, 'attribute_not_exists(pk)');
  }

  #seen({ anomaly_id }: Anomaly, now: Date): Items[number] {
    const item = { ...layout.seenKey(anomaly_id), type: 'seen', expires_at: this.#afterReplay(now) };
    return this.#put(item, 'attribute_not_exists(pk)');
  }

  #put(
    Item: Record<string, unknown>,
    ConditionExpression: string,
    values?: Readonly<Record<string, unknown>>,
  ): Items[number] {
    const { tableName: TableName } = this.#options;
    return {
      Put: { TableName, Item, ConditionExpression, ...(values && { ExpressionAttributeValues: values }) },
    };
  }

  /** The job may read a record again for as long as the input keeps it, and its anomaly stays as long on its own stream. */
  #afterReplay(now: Date): number {
    return layout.expiryAfterHours(now, 2 * this.#options.replayHours);
  }
}
