/** One record as a row of the archive: its bytes as they came, beside what identifies them. */
import type { SourceConfig } from '../../contracts/source-config.ts';
import { eventTimeMs, type Fields, fieldAt, objectIn } from './fields.ts';

/** A record as Firehose hands it over. */
export interface ArrivedRecord {
  readonly bytes: Uint8Array;
  readonly arrivalMs: number;
  readonly shardId: string;
  /** With the place in its aggregate, if it came in one: `<number>.<index>`. */
  readonly sequenceNumber: string;
}

/** The columns of the archive's table. Times are UTC, `yyyy-MM-dd HH:mm:ss.SSS`, which Hive reads as a timestamp. */
export interface ArchiveRow {
  readonly source: string;
  readonly entity: string | null;
  readonly event_time: string | null;
  readonly arrival_time: string;
  readonly stream: string;
  readonly shard_id: string;
  readonly sequence_number: string;
  /** The record as text; null when its bytes are no UTF-8. */
  readonly raw: string | null;
  /** The record's bytes in base64, when they are no UTF-8: a replay must get the same bytes. */
  readonly raw_base64: string | null;
}

export interface Archived {
  readonly row: ArchiveRow;
  /** Folders: the source (`unread` where none matches) and the day of arrival. */
  readonly partition: { readonly source: string; readonly date: string };
}

export const UNREAD = 'unread';

/**
 * Never fails: what cannot be read is kept verbatim under {@link UNREAD}. Source, entity and time are the columns that
 * people search by; the job judges by its own reading of the same bytes.
 */
export function archive(record: ArrivedRecord, stream: string, sources: readonly SourceConfig[]): Archived {
  const text = decode(record.bytes);
  const fields = text === null ? undefined : objectIn(text);
  const source = fields && sources.find((each) => matches(each, fields, stream));
  const arrival = new Date(record.arrivalMs);
  const name = source?.name ?? UNREAD;
  const row = {
    source: name,
    entity: source && fields ? entityOf(source, fields) : null,
    event_time: source && fields ? eventTimeOf(source, fields, arrival) : null,
    arrival_time: timestamp(arrival),
    stream,
    shard_id: record.shardId,
    sequence_number: record.sequenceNumber,
    raw: text,
    raw_base64: text === null ? Buffer.from(record.bytes).toString('base64') : null,
  };
  return { row, partition: { source: name, date: arrival.toISOString().slice(0, 10) } };
}

/** Null for bytes that are no UTF-8. A byte order mark is kept: a replay must get it back. */
function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function matches(source: SourceConfig, fields: Fields, stream: string): boolean {
  if (source.match.stream !== undefined && source.match.stream !== stream) return false;
  if (!source.match.fields.every((path) => (fieldAt(fields, path) ?? null) !== null)) return false;
  return Object.entries(source.match.values ?? {}).every(([path, value]) => fieldAt(fields, path) === value);
}

function entityOf(source: SourceConfig, fields: Fields): string | null {
  if (source.entity === undefined) return source.name;
  const parts = [source.entity].flat().map((path) => fieldAt(fields, path));
  const named = parts.every((part) => (typeof part === 'string' && part !== '') || typeof part === 'number');
  return named ? parts.join('/') : null;
}

function eventTimeOf(source: SourceConfig, fields: Fields, arrival: Date): string | null {
  if (source.time === undefined) return timestamp(arrival);
  const ms = eventTimeMs(fieldAt(fields, source.time));
  return ms === undefined ? null : timestamp(new Date(Math.min(ms, arrival.getTime())));
}

function timestamp(time: Date): string {
  return time.toISOString().replace('T', ' ').replace('Z', '');
}
