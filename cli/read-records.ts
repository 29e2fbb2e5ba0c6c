/** From what the user has (JSON, JSON lines, CSV) to records that can be put on a stream. */
import { csvObjects } from './csv.ts';
import { CliError } from './errors.ts';
import type { OutgoingRecord } from './put-records.ts';

export type RecordFormat = 'json' | 'csv';

/**
 * Records of a text: JSON lines, one JSON object over several lines, a JSON array of objects, or CSV with a header.
 * @param name of the text, for messages
 * @param keyField field whose value is the partition key; absent: the first text field of each record
 * @throws CliError that names the line at fault.
 */
export function readRecords(
  text: string,
  format: RecordFormat,
  name: string,
  keyField?: string,
): OutgoingRecord[] {
  const objects = format === 'csv' ? csvObjects(text) : jsonObjects(text, name);
  if (objects.length === 0) throw new CliError(`${name} holds no record.`);
  return objects.map((object, index) => ({
    partitionKey: partitionKey(object, keyField, `Record ${index + 1} of ${name}`),
    data: JSON.stringify(object),
  }));
}

function jsonObjects(text: string, name: string): object[] {
  const whole = parseJson(text);
  if (whole !== undefined) {
    return (Array.isArray(whole) ? whole : [whole]).map((value, index) =>
      requireObject(value, `Record ${index + 1} of ${name}`),
    );
  }
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const where = `Line ${index + 1} of ${name}`;
    const value = parseJson(line);
    if (value === undefined) throw new CliError(`${where} is not JSON. Each line must hold one JSON object.`);
    return [requireObject(value, where)];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function requireObject(value: unknown, where: string): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new CliError(`${where} is not a JSON object, such as {"userId":"user001","amount":100}.`);
}

/** Kinesis wants 1 to 256 characters. */
function partitionKey(record: object, field: string | undefined, where: string): string {
  const values = new Map<string, unknown>(Object.entries(record));
  const chosen =
    field === undefined
      ? ([...values.values()].find((value) => typeof value === 'string' && value !== '') ?? 'tocsin')
      : values.get(field);
  if (chosen === undefined || chosen === null || chosen === '') {
    throw new CliError(
      `${where} has no field "${field}" to be its partition key. Choose another: --key FIELD.`,
    );
  }
  return String(chosen).slice(0, 256);
}
