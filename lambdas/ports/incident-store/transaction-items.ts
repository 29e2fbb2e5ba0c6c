/** The writes of one change, each with the condition under which it may happen; see ../dynamodb/layout.ts. */
import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { AlertKind, AlertRequest } from '../../../contracts/alert.ts';
import type { Anomaly } from '../../../contracts/anomaly.ts';
import { type Correction, isUnresolved, type TimelineEntry } from '../../../contracts/incident.ts';
import { isBeat } from '../../incidents/beat.ts';
import { resultIdOf } from '../../results/document.ts';
import * as layout from '../dynamodb/layout.ts';
import { type Change, heldBy, isForDailyDigest, ruleIncidentOf } from './port.ts';

type Items = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** A daily digest that failed can still be made days later. */
const WARNED_DAYS = 14;

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
    const { anomaly, say, entry, group, now } = change;
    const items: Items = [this.#incident(change)];
    const fingerprint = this.#fingerprint(change);
    if (fingerprint !== undefined) items.push(fingerprint);
    if (say !== undefined) items.push(this.#outbox(change, say));
    if (entry !== undefined) items.push(this.#event(entry, now));
    for (const [place, correction] of (change.corrections ?? []).entries()) {
      items.push(this.#correction(correction, place));
    }
    items.push(...this.#rule(change), ...this.#warned(change));
    items.push(...this.#parent(change), ...this.#held(change));
    if (group !== undefined) items.push(this.#group(group, now));
    // A renewal finds nothing new.
    if (anomaly !== undefined && anomaly.kind !== 'renewed') items.push(this.#finding(change, anomaly));
    if (anomaly !== undefined) items.push(this.#seen(anomaly, now));
    return items;
  }

  #incident({ incident, before, now }: Change): Items[number] {
    const { incident_id, last_seen_at, opened_at, version, first, severity, next_look_at } = incident;
    const { prefix, key } = layout.SPARSE.open;
    // Nobody lists the heartbeat.
    const listed = (list: string, list_at: string) =>
      isBeat(incident) ? {} : { list_pk: layout.partition(list, incident_id), list_at };
    const whileUnresolved = {
      [key]: layout.partition(prefix, incident_id),
      last_seen_at,
      ...listed(layout.LIST.unresolved(severity), opened_at),
    };
    const afterwards = {
      ...listed(layout.LIST.resolved(incident.resolver ?? 'tocsin'), incident.resolved_at ?? last_seen_at),
      expires_at: layout.expiryAfterDays(now, this.#options.keepDays),
    };
    const isNewTime = next_look_at !== (before?.next_look_at ?? null);
    const item = {
      ...layout.incidentKey(incident_id),
      type: 'incident',
      incident: JSON.stringify(incident),
      status: incident.status,
      version,
      entity_pk: layout.entityKey(first.source, first.entity),
      opened_at,
      ...(isUnresolved(incident) ? whileUnresolved : afterwards),
      ...(next_look_at !== null && {
        due_pk: layout.partition(layout.SPARSE.due.prefix, incident_id),
        due_at: next_look_at,
        // The table's stream sets a timer for what is new only.
        ...(isNewTime && { timer_at: next_look_at }),
      }),
    };
    return version === 1
      ? this.#put(item, 'attribute_not_exists(pk)')
      : this.#put(item, 'version = :before', { ':before': version - 1 });
  }

  /** Nothing where a closed incident stays closed: its fingerprint may belong to a later one. */
  #fingerprint({ incident, before, anomaly, now }: Change): Items[number] | undefined {
    const { fingerprint, incident_id, version } = incident;
    const Key = layout.fingerprintKey(fingerprint);
    const isOpen = isUnresolved(incident);
    const wasOpen = version > 1 && (before === undefined || isUnresolved(before));
    if (!isOpen && !wasOpen) return undefined;
    if (isOpen && !wasOpen) {
      return this.#put({ ...Key, type: 'fingerprint', incident_id }, 'attribute_not_exists(incident_id)');
    }
    const [isMine, values] = ['incident_id = :mine', { ':mine': incident_id }] as const;
    if (!isOpen) {
      const cleared = anomaly !== undefined && { cleared: JSON.stringify(anomaly) };
      const closed = { type: 'fingerprint', last_id: incident_id, expires_at: this.afterReplay(now) };
      return this.#put({ ...Key, ...closed, ...cleared }, isMine, values);
    }
    const TableName = this.#options.tableName;
    return {
      ConditionCheck: { TableName, Key, ConditionExpression: isMine, ExpressionAttributeValues: values },
    };
  }

  #event(entry: TimelineEntry, now: Date): Items[number] {
    return this.#always({
      ...layout.eventKey(entry.incident_id, entry.version),
      type: 'event',
      entry: JSON.stringify(entry),
      expires_at: layout.expiryAfterDays(now, this.#options.keepDays),
    });
  }

  /** For good: an audit does not end with the incident. */
  #correction(correction: Correction, place: number): Items[number] {
    const { incident_id, version, modified_by, modified_at } = correction;
    return this.#always({
      ...layout.correctionKey(incident_id, version, place),
      type: 'correction',
      correction: JSON.stringify(correction),
      list_pk: layout.partition(layout.LIST.modified(modified_by), incident_id),
      list_at: modified_at,
    });
  }

  #rule(change: Change): Items {
    const about = ruleIncidentOf(change);
    if (about === undefined) return [];
    const { opened_at, incident_id, first } = change.incident;
    return [
      this.#always({
        ...layout.ruleKey(first.rule_id, opened_at, incident_id),
        type: 'rule',
        rule_incident: JSON.stringify(about),
        expires_at: layout.expiryAfterDays(change.now, this.#options.keepDays),
      }),
    ];
  }

  #warned(change: Change): Items {
    if (!isForDailyDigest(change)) return [];
    const { incident_id } = change.incident;
    const expires_at = layout.expiryAfterDays(change.now, WARNED_DAYS);
    const key = layout.warnedKey(change.now.toISOString(), incident_id);
    return [this.#always({ ...key, type: 'warned', incident_id, expires_at })];
  }

  #parent({ incident, parent }: Change): Items {
    if (parent === undefined) return [];
    const Key = layout.parentKey(incident.incident_id);
    if (parent === null) return [{ Delete: { TableName: this.#options.tableName, Key } }];
    return [this.#always({ ...Key, type: 'parent', subject: JSON.stringify(parent) })];
  }

  #held({ incident, before, now }: Change): Items {
    const [was, is] = [heldBy(before), heldBy(incident)];
    if (was === is) return [];
    const { tableName: TableName, keepDays } = this.#options;
    const { incident_id } = incident;
    const expires_at = layout.expiryAfterDays(now, keepDays);
    return [
      ...(was === undefined ? [] : [{ Delete: { TableName, Key: layout.heldKey(was, incident_id) } }]),
      ...(is === undefined
        ? []
        : [this.#always({ ...layout.heldKey(is, incident_id), type: 'held', incident_id, expires_at })]),
    ];
  }

  #group({ before, after }: NonNullable<Change['group']>, now: Date): Items[number] {
    const item = {
      ...layout.groupKey(after.key),
      type: 'group',
      told_at: after.told_at,
      group: JSON.stringify(after),
      expires_at: layout.expiryAfterDays(now, this.#options.keepDays),
    };
    return before === undefined
      ? this.#put(item, 'attribute_not_exists(pk)')
      : this.#put(item, 'told_at = :told', { ':told': before.told_at });
  }

  #outbox({ incident, anomaly, covers, now }: Change, kind: AlertKind): Items[number] {
    const { incident_id, sequence, latest } = incident;
    const alert_id = layout.alertIdOf(incident_id, sequence);
    const request: AlertRequest = { alert_id, incident_id, sequence, kind };
    const item = {
      ...layout.outboxLine(request, now, this.#options.keepDays),
      state: 'pending',
      requeues: 0,
      about: JSON.stringify(anomaly ?? latest),
      ...(covers !== undefined && { covers }),
      ...(anomaly !== undefined && { caused_at: anomaly.arrival_time }),
    };
    return this.#put(item, 'attribute_not_exists(pk)');
  }

  #finding({ incident, now }: Change, anomaly: Anomaly): Items[number] {
    const id = resultIdOf(anomaly);
    const status = anomaly.kind === 'cleared' ? 'normal' : 'anomaly';
    return this.#always({
      ...layout.resultKey(id, `finding#${anomaly.anomaly_id}`),
      type: 'finding',
      anomaly: JSON.stringify(anomaly),
      incident_id: incident.incident_id,
      processed_at: now.toISOString(),
      list_pk: layout.partition(layout.LIST.results(status), id),
      list_at: anomaly.event_time,
      expires_at: layout.expiryAfterDays(now, this.#options.keepDays),
    });
  }

  #seen({ anomaly_id }: Anomaly, now: Date): Items[number] {
    const item = { ...layout.seenKey(anomaly_id), type: 'seen', expires_at: this.afterReplay(now) };
    return this.#put(item, 'attribute_not_exists(pk)');
  }

  #always(Item: Record<string, unknown>): Items[number] {
    return { Put: { TableName: this.#options.tableName, Item } };
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
  afterReplay(now: Date): number {
    return layout.expiryAfterHours(now, 2 * this.#options.replayHours);
  }
}
