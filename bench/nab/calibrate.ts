/**
 * Which score is rare? Makes NOVELTY's calibration tables and its two thresholds from recorded, labelled series:
 * `npm run -s calibrate -- --data DIR --labels FILE [--out FILE] [--cross-validate]`. The same series give the same
 * bytes. Last line of standard output is JSON. With --cross-validate it also says what tables and thresholds made
 * from one half of the series reach on the other half.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod/mini';
import { ROOT } from '../../local/paths.ts';
import { compileJob, runJava } from '../java.ts';
import { type Halving, halvings } from './halves.ts';
import { CALIBRATION, DATA, LABELS } from './paths.ts';
import { type Report, report } from './report.ts';
import { type Scored, scored } from './scorer.ts';
import { readScores, readSeries, readWindows, type Series, type Window } from './series.ts';
import { chooseThresholds, type Thresholds } from './thresholds.ts';

const TIMEOUT_MS = 900_000;
const HALVINGS = 10;
const TIERS = { all: 'anomaly_score', windows_only: 'windows_only' } as const;

type Tier = keyof typeof TIERS;

const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: DATA },
    labels: { type: 'string', default: LABELS },
    out: { type: 'string', default: CALIBRATION },
    'cross-validate': { type: 'boolean', default: false },
  },
});

/** Scores of one tier in a folder that Java wrote. */
const read = (
  folder: string,
  tier: Tier,
  series: readonly Series[],
  windows: ReadonlyMap<string, readonly Window[]>,
): readonly Scored[] =>
  series.map(({ name }) => scored(name, readScores(folder, name, TIERS[tier]), windows.get(name) ?? []));

const Tables = z.record(z.string(), z.array(z.tuple([z.number(), z.number()])));

/** The file that travels with the job: a measure's table a line. */
function calibrationText(
  tables: z.infer<typeof Tables>,
  thresholds: Readonly<Record<Tier, Thresholds>>,
): string {
  const lines = Object.entries(tables).map(
    ([name, table]) => `    ${JSON.stringify(name)}: ${JSON.stringify(table)}`,
  );
  return [
    '{',
    `  "warn_threshold": ${thresholds.all.warn},`,
    `  "page_threshold": ${thresholds.all.page},`,
    `  "windows_only_warn_threshold": ${thresholds.windows_only.warn},`,
    `  "windows_only_page_threshold": ${thresholds.windows_only.page},`,
    '  "tables": {',
    lines.join(',\n'),
    '  }',
    '}',
    '',
  ].join('\n');
}

/** Mean figures over all halvings, of the half that neither tables nor thresholds have seen. */
function crossValidated(
  folder: string,
  tier: Tier,
  folds: readonly Halving[],
  series: readonly Series[],
  windows: ReadonlyMap<string, readonly Window[]>,
) {
  const reports = folds.map(({ training, judged }, fold): Report => {
    const of = (names: readonly string[]) => series.filter(({ name }) => names.includes(name));
    const at = (names: readonly string[]) => read(join(folder, String(fold)), tier, of(names), windows);
    return report(at(judged), of(judged), chooseThresholds(at(training)));
  });
  const mean = (figure: (report: Report) => number): number =>
    reports.reduce((sum, each) => sum + figure(each), 0) / reports.length;
  return {
    nab_at_warn: mean((each) => each.nab_at_warn),
    event_f1_at_page: mean((each) => each.event_f1_at_page),
    event_pr_auc: mean((each) => each.event_pr_auc),
  };
}

function main(): void {
  const series = readSeries(options.data);
  const windows = readWindows(options.labels, series);
  const folds = options['cross-validate']
    ? halvings(
        series.map(({ name }) => name),
        HALVINGS,
      )
    : [];
  mkdirSync(join(ROOT, '.tocsin'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.tocsin', 'calibrate-'));
  try {
    const foldsFile = join(folder, 'folds.json');
    writeFileSync(foldsFile, JSON.stringify({ folds: folds.map(({ training }) => training) }));
    console.error(`Measuring ${series.length} series …`);
    runJava({
      classPath: compileJob(),
      main: 'tocsin.novelty.CalibrateMain',
      args: [options.data, folder, foldsFile],
      timeoutMs: TIMEOUT_MS,
    });
    const thresholds = {
      all: chooseThresholds(read(join(folder, 'all'), 'all', series, windows)),
      windows_only: chooseThresholds(read(join(folder, 'all'), 'windows_only', series, windows)),
    };
    const tables = Tables.parse(JSON.parse(readFileSync(join(folder, 'tables.json'), 'utf8')));
    writeFileSync(options.out, calibrationText(tables, thresholds));
    const of = (tier: Tier) => ({
      same_series: report(read(join(folder, 'all'), tier, series, windows), series, thresholds[tier]),
      ...(folds.length > 0 && { other_half: crossValidated(folder, tier, folds, series, windows) }),
    });
    console.log(JSON.stringify({ thresholds, all: of('all'), windows_only: of('windows_only') }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

main();
