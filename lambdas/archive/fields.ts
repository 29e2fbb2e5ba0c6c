/** Fields of a JSON record, found and read as contracts/source-config.ts says. */

export type Fields = Readonly<Record<string, unknown>>;

/** The JSON object in a text, if it is one. */
export function objectIn(text: string): Fields | undefined {
  try {
    return asFields(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function asFields(value: unknown): Fields | undefined {
  return isFields(value) ? value : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a path; a field whose own name holds the dots wins. */
export function fieldAt(fields: Fields, path: string): unknown {
  if (Object.hasOwn(fields, path)) return fields[path];
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const name = path.slice(0, dot);
    const inner = Object.hasOwn(fields, name) ? asFields(fields[name]) : undefined;
    const found = inner && fieldAt(inner, path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

const EARLIEST_MS = Date.UTC(1980, 0, 1);
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const ISO =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?))? ?([zZ]|[+-]\d{2}(?::?\d{2})?)?$/;

/** Epoch milliseconds (also as text of 12 to 15 digits), or ISO 8601, UTC without a zone; from 1980 to 9999. */
export function eventTimeMs(value: unknown): number | undefined {
  const ms = typeof value === 'number' ? value : typeof value === 'string' ? ofText(value.trim()) : undefined;
  return ms !== undefined && Number.isInteger(ms) && ms >= EARLIEST_MS && ms <= LATEST_MS ? ms : undefined;
}

function ofText(text: string): number | undefined {
  if (/^\d{12,15}$/.test(text)) return Number(text);
  const [, date, time = '00:00', zone = 'Z'] = ISO.exec(text) ?? [];
  if (date === undefined) return undefined;
  const minutes = zone.length === 3 ? `${zone}:00` : zone;
  const colon = /^[+-]\d{4}$/.test(minutes) ? `${minutes.slice(0, 3)}:${minutes.slice(3)}` : minutes;
  return Date.parse(`${date}T${time.replace(',', '.')}${colon.toUpperCase()}`);
}
