/** Made-up scores with windows, the same ones each time, and their files as an independent scorer reads them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mulberry32 } from '../../bench/nab/halves.ts';
import { type Scored, scored } from '../../bench/nab/scorer.ts';
import { type Series, writeScores } from '../../bench/nab/series.ts';

const START_MS = Date.UTC(2026, 0, 1);
const STEP_MS = 300_000;
const LENGTHS = [400, 1_000, 6_000];

/** A series with the scores and windows made up for it. */
export interface MadeSeries {
  readonly series: Series;
  readonly scored: Scored;
}

/** Three series; scores are random, higher within windows; one window lies wholly in the probation. */
export function madeSeries(): readonly MadeSeries[] {
  const random = mulberry32(11);
  return LENGTHS.map((rows, index) => {
    const windows = [
      { first: 10, last: 40 },
      { first: Math.floor(rows * 0.3), last: Math.floor(rows * 0.35) },
      { first: Math.floor(rows * 0.7), last: Math.floor(rows * 0.72) },
    ].slice(index % 2);
    const inside = (row: number) => windows.some(({ first, last }) => row >= first && row <= last);
    const scores = Float64Array.from({ length: rows }, (_, row) => random() ** 3 * (inside(row) ? 9.2 : 9));
    const name = `made/series-${index}.csv`;
    const timestamps = Array.from({ length: rows }, (_, row) =>
      new Date(START_MS + row * STEP_MS).toISOString().slice(0, 19).replace('T', ' '),
    );
    const series = { name, timestamps, values: timestamps.map(() => '1') };
    return { series, scored: scored(name, scores, windows) };
  });
}

/** Writes data, labels and scores below a folder. */
export function writeMade(folder: string, made: readonly MadeSeries[]): void {
  for (const { series, scored } of made) {
    writeScores(join(folder, 'data'), series, scored.scores);
    writeScores(join(folder, 'scores'), series, scored.scores);
  }
  const labels = made.map(({ series, scored }) => [
    series.name,
    scored.windows.map(({ first, last }) => [series.timestamps[first], series.timestamps[last]]),
  ]);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'labels.json'), JSON.stringify(Object.fromEntries(labels)));
}
