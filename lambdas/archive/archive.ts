/** One record as a row of the archive: its bytes as they came, beside what identifies them. */
import type { SourceConfig } from '../../contracts/source-config.ts';

/** A record as Firehose hands it over. */
export interface ArrivedRecord {
  readonly bytes: Uint8Array;
  readonly arrivalMs: number;
  readonly shardId: string;
  readonly sequenceNumber: string;
}

/** The columns of the archive's table; the source is in its folder's name. Times are ISO 8601 in UTC. */
export interface ArchiveRow {
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

/** Never fails: what cannot be read is kept verbatim under {@link UNREAD}. */
export function archive(record: ArrivedRecord, stream: string, sources: readonly SourceConfig[]): Archived {
  const text = decode(record.bytes);
  const fields = text === null ? undefined : parseObject(text);
  const source = fields && sources.find((each) => matches(each, fields, stream));
  const arrival = new Date(record.arrivalMs);
  const name = source?.name ?? UNREAD;
  const row = {
    entity: source && fields ? entityOf(source, fields) : null,
    event_time: source && fields ? eventTimeOf(source, fields, arrival) : null,
    arrival_time: arrival.toISOString(),
    stream,
    shard_id: record.shardId,
    sequence_number: record.sequenceNumber,
    raw: text,
    raw_base64: text === null ? Buffer.from(record.bytes).toString('base64') : null,
  };
  return { row, partition: { source: name, date: arrival.toISOString().slice(0, 10) } };
}

type Fields = Readonly<Record<string, unknown>>;

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function parseObject(text: string): Fields | undefined {
  try {
    return asFields(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function asFields(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}

/** Reads a path; a field whose own name holds the dots wins. */
export function fieldAt(fields: Fields, path: string): unknown {
  if (Object.hasOwn(fields, path)) return fields[path];
  const dot = path.indexOf('.');
  if (dot < 0) return undefined;
  const inner = asFields(fields[path.slice(0, dot)]);
  return inner === undefined ? undefined : fieldAt(inner, path.slice(dot + 1));
}

function matches(source: SourceConfig, fields: Fields, stream: string): boolean {
  if (source.match.stream !== undefined && source.match.stream !== stream) return false;
  return source.match.fields.every((path) => (fieldAt(fields, path) ?? null) !== null);
}

function entityOf(source: SourceConfig, fields: Fields): string | null {
  const parts = [source.entity].flat().map((path) => fieldAt(fields, path));
  if (!parts.every((part) => typeof part === 'string' || typeof part === 'number')) return null;
  return parts.join('/');
}

function eventTimeOf(source: SourceConfig, fields: Fields, arrival: Date): string | null {
  if (source.time === undefined) return arrival.toISOString();
  const value = fieldAt(fields, source.time);
  const ms = typeof value === 'number' ? value : typeof value === 'string' ? parseTime(value) : Number.NaN;
  const time = new Date(Math.min(ms, arrival.getTime()));
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

/** Epoch milliseconds as digits, or ISO 8601; a time without a zone is UTC. */
function parseTime(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const hasZone = /(?:[zZ]|[+-]\d{2}:?\d{2})$/.test(text);
  const iso = text.trim().replace(' ', 'T');
  return Date.parse(hasZone || !iso.includes('T') ? iso : `${iso}Z`);
}
