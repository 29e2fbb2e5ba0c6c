/** Recorded series of `timestamp,value` rows, their labelled windows, and files of scores. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';

/** One recorded series; `name` is its path below the data folder, with slashes. */
export interface Series {
  readonly name: string;
  /** Timestamps as they stand in the file, read as UTC. */
  readonly timestamps: readonly string[];
  /** Values as they stand in the file, so that a copy of them has the same digits. */
  readonly values: readonly string[];
}

/** A labelled stretch, from its first to its last row. */
export interface Window {
  readonly first: number;
  readonly last: number;
}

/** What stands in a file is not what this program reads. */
export class UnreadableSeries extends Error {
  override readonly name = 'UnreadableSeries';
}

/** Every series below a folder, by name. */
export function readSeries(folder: string): readonly Series[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.csv'))
    .map((path) => path.split('\\').join('/'))
    .sort()
    .map((name) => parseSeries(name, readFileSync(join(folder, name), 'utf8')));
}

/** One series of the text of its file. */
export function parseSeries(name: string, text: string): Series {
  const rows = rowsOf(text);
  if (rows.length === 0) throw new UnreadableSeries(`${name} has no rows below its heading`);
  for (const [index, [time, value]] of rows.entries())
    if (Number.isNaN(timeOf(time ?? '')) || value === undefined || !Number.isFinite(Number(value)))
      throw new UnreadableSeries(
        `${name}, row ${index + 1}: not a timestamp and a number, "${time},${value}"`,
      );
  return {
    name,
    timestamps: rows.map(([time]) => time ?? ''),
    values: rows.map(([, value]) => value ?? ''),
  };
}

/** Epoch milliseconds of a timestamp without a zone, which is UTC; NaN where it is none. */
export const timeOf = (timestamp: string): number => Date.parse(`${timestamp.trim().replace(' ', 'T')}Z`);

const rowsOf = (text: string): readonly (readonly string[])[] =>
  text
    .split(/\r?\n/)
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => line.split(','));

const Labels = z.record(z.string(), z.array(z.tuple([z.string(), z.string()])));

/** The labelled windows of each series, by the series' name. */
export function readWindows(file: string, series: readonly Series[]): ReadonlyMap<string, readonly Window[]> {
  const labels = Labels.parse(JSON.parse(readFileSync(file, 'utf8')));
  return new Map(series.map((each) => [each.name, windowsOf(each, labels[each.name] ?? [])]));
}

/** Labels name windows by timestamp; of rows with one timestamp the first counts. */
function windowsOf(series: Series, labels: readonly (readonly [string, string])[]): readonly Window[] {
  const rows = new Map<string, number>();
  for (const [row, timestamp] of series.timestamps.entries()) {
    const second = timestamp.slice(0, 19);
    if (!rows.has(second)) rows.set(second, row);
  }
  const row = (timestamp: string): number => {
    const found = rows.get(timestamp.slice(0, 19));
    if (found === undefined)
      throw new UnreadableSeries(`${series.name} has no row at ${timestamp}, which a label names`);
    return found;
  };
  return labels.map(([from, to]) => ({ first: row(from), last: row(to) }));
}

/** Writes the scores of a series in the benchmark's own form. */
export function writeScores(folder: string, series: Series, scores: ArrayLike<number>): void {
  const path = join(folder, series.name);
  mkdirSync(dirname(path), { recursive: true });
  const rows = series.timestamps.map((time, row) => `${time},${series.values[row]},${scores[row]}`);
  writeFileSync(path, ['timestamp,value,anomaly_score', ...rows, ''].join('\n'));
}

/** One column of a file of scores. */
export function readScores(folder: string, name: string, column = 'anomaly_score'): Float64Array {
  const text = readFileSync(join(folder, name), 'utf8');
  const place = text.slice(0, text.indexOf('\n')).trim().split(',').indexOf(column);
  if (place < 0) throw new UnreadableSeries(`${name} under ${folder} has no column ${column}`);
  return Float64Array.from(rowsOf(text), (cells) => Number(cells[place]));
}
