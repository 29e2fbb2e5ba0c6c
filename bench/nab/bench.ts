/**
 * How well does NOVELTY find what people labelled? Scores every series below a folder, writes
 * `OUT/<same path>.csv`, and, where labels are given, says what the scores reach at the two thresholds that travel
 * with the job: `npm run -s bench:nab -- --data DIR --out DIR [--labels FILE]`. Last line of standard output is JSON.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod/mini';
import { ROOT } from '../../local/paths.ts';
import { CALIBRATION } from './paths.ts';
import { report } from './report.ts';
import { scoreSeries, type TierScores } from './run-job.ts';
import { scored } from './scorer.ts';
import { readSeries, readWindows, type Series, writeScores } from './series.ts';
import type { Thresholds } from './thresholds.ts';

const { values: options } = parseArgs({
  options: { data: { type: 'string' }, out: { type: 'string' }, labels: { type: 'string' } },
});

const Calibration = z.object({
  warn_threshold: z.number(),
  page_threshold: z.number(),
  windows_only_warn_threshold: z.number(),
  windows_only_page_threshold: z.number(),
});

function scores(labels: string, series: readonly Series[], byName: ReadonlyMap<string, TierScores>) {
  const shipped = Calibration.parse(JSON.parse(readFileSync(CALIBRATION, 'utf8')));
  const windows = readWindows(labels, series);
  const of = (tier: keyof TierScores, thresholds: Thresholds) =>
    report(
      series.map(({ name }) =>
        scored(name, byName.get(name)?.[tier] ?? new Float64Array(), windows.get(name) ?? []),
      ),
      series,
      thresholds,
    );
  return {
    ...of('all', { warn: shipped.warn_threshold, page: shipped.page_threshold }),
    windows_only: of('windowsOnly', {
      warn: shipped.windows_only_warn_threshold,
      page: shipped.windows_only_page_threshold,
    }),
  };
}

function main(data: string, out: string): void {
  const shipped = Calibration.parse(JSON.parse(readFileSync(CALIBRATION, 'utf8')));
  const series = readSeries(data);
  const rows = series.reduce((sum, each) => sum + each.timestamps.length, 0);
  mkdirSync(join(ROOT, '.tocsin'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.tocsin', 'nab-'));
  try {
    console.error(`Scoring ${rows} rows of ${series.length} series …`);
    const started = performance.now();
    const byName = scoreSeries(folder, series);
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    for (const each of series) writeScores(out, each, byName.get(each.name)?.all ?? []);
    console.log(
      JSON.stringify({
        warn_threshold: shipped.warn_threshold,
        page_threshold: shipped.page_threshold,
        rows,
        seconds,
        ...(options.labels && scores(options.labels, series, byName)),
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (!options.data || !options.out) {
  console.error('usage: npm run -s bench:nab -- --data DIR --out DIR [--labels FILE]');
  process.exitCode = 1;
} else {
  main(options.data, options.out);
}
