/** CSV as RFC 4180 has it: quoted fields may hold commas, quotes and line breaks. */
import { CliError } from './errors.ts';

/**
 * Rows of a CSV text, each field as text. Blank lines are left out.
 * @throws CliError for a quote that is never closed.
 */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  // Each match is one field with what follows it: a comma, a line's end, or the text's.
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  let row: string[] = [];
  const source = text.startsWith('\ufeff') ? text.slice(1) : text;
  while (field.lastIndex < source.length) {
    const at = field.lastIndex;
    const match = field.exec(source);
    if (match === null) {
      throw new CliError(
        `Line ${lineOf(source, at)} of the CSV has a quote in the wrong place. Quote whole fields and double quotes inside them.`,
      );
    }
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === ',' && field.lastIndex < source.length) continue;
    if (match[3] === ',') row.push('');
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  }
  return rows;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** Rows below a header as objects: a field that reads as a finite number becomes one, an empty field is left out. */
export function csvObjects(text: string): Array<Record<string, string | number>> {
  const [header, ...rows] = parseCsv(text);
  if (header === undefined) return [];
  return rows.map((row) =>
    Object.fromEntries(
      row.flatMap((value, index) => {
        const name = header[index];
        return name === undefined || value === '' ? [] : [[name, numberOrText(value)]];
      }),
    ),
  );
}

/** Digits with a leading zero stay text: they are ids more often than numbers. */
function numberOrText(value: string): string | number {
  return /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(value) && value.length <= 17 ? Number(value) : value;
}
