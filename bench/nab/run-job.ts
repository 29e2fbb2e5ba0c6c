/** Runs the product's job, its views and its NOVELTY over recorded series, and gives back a score for each row. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod/mini';
import { prod } from '../../lib/config/prod.ts';
import { jobProperties, PROPERTY_GROUP } from '../../lib/pipeline/job-properties.ts';
import { ROOT } from '../../local/paths.ts';
import { compileJob, runJava } from '../java.ts';
import { type Series, timeOf } from './series.ts';

const TIMEOUT_MS = 900_000;
const PARALLELISM = 2;
const HEAP = ['-Xms1g', '-Xmx2g'];

/** Scores of one series' rows: by everything, and with the forests' part left out. */
export interface TierScores {
  readonly all: Float64Array;
  readonly windowsOnly: Float64Array;
}

/** The job gave back other rows than it was given. */
export class RowsLost extends Error {
  override readonly name = 'RowsLost';
}

/** Series of other years are read by one reader, and its time would make every reading of an older one late. */
const NEVER_LATE_MS = 100 * 365 * 86_400_000;

const SOURCES = {
  version: 1,
  sources: [
    {
      name: 'recorded',
      match: { fields: ['series'] },
      entity: 'series',
      time: 'time',
      metrics: ['value'],
      labels: [],
      out_of_order_ms: NEVER_LATE_MS,
    },
  ],
};

const RULES = {
  version: 1,
  rules: [
    {
      id: 'novelty',
      kind: 'novelty',
      source: 'recorded',
      metric: '*',
      entity: '*',
      enabled: true,
      severity: 'warning',
      route: 'page',
    },
  ],
};

const ScoredRow = z.object({ entity: z.string(), row: z.string(), score: z.number(), forest: z.number() });

/** The scores of each series by its name; `folder` is for what must be written on the way. */
export function scoreSeries(folder: string, series: readonly Series[]): ReadonlyMap<string, TierScores> {
  const classPath = compileJob();
  const recorded = join(folder, 'recorded');
  for (const [place, each] of series.entries()) writeRecords(recorded, place, each);
  runJava({
    classPath,
    main: 'tocsin.job.EmbeddedMain',
    args: [
      ...['--properties', propertiesFile(folder, recorded)],
      ...['--sql', sqlFolder(folder)],
      ...['--tables', join(ROOT, 'bench', 'nab', 'tables')],
      ...['--conf', `parallelism.default=${PARALLELISM}`],
    ],
    flags: HEAP,
    timeoutMs: TIMEOUT_MS,
  });
  const rejects = linesBelow(join(folder, 'rejects'));
  if (rejects.length > 0)
    throw new RowsLost(`${rejects.length} rows were rejected, the first one: ${rejects[0]}`);
  return collected(series, linesBelow(join(folder, 'scores')));
}

/** A file for each series, so that its rows stay in their order whatever else is read at the same time. */
function writeRecords(recorded: string, place: number, { name, timestamps, values }: Series): void {
  const lines = timestamps.map((timestamp, row) =>
    JSON.stringify({
      arrival_time: new Date(timeOf(timestamp)).toISOString(),
      shard_id: `series-${place}`,
      sequence_number: String(row),
      raw: JSON.stringify({ series: name, time: timeOf(timestamp), value: Number(values[row]) }),
    }),
  );
  mkdirSync(recorded, { recursive: true });
  writeFileSync(join(recorded, `${String(place).padStart(4, '0')}.jsonl`), `${lines.join('\n')}\n`);
}

/** The properties of stage prod, for a run that ends. */
function propertiesFile(folder: string, recorded: string): string {
  const write = (name: string, content: unknown): string => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(content));
    return path;
  };
  const uri = (path: string): string => pathToFileURL(path).href;
  const ofProd = jobProperties(prod, {
    region: 'none',
    inputs: [{ name: 'recorded', arn: 'none' }],
    anomaliesStreamArn: 'none',
    rejectsStreamArn: 'none',
    sourcesUri: uri(write('sources.json', SOURCES)),
    rulesUri: uri(write('rules.json', RULES)),
  });
  const bounded = {
    ...ofProd,
    rules_poll_ms: '0',
    recorded_path: uri(recorded),
    scores_path: uri(join(folder, 'scores')),
    rejects_path: uri(join(folder, 'rejects')),
  };
  return write('properties.json', [{ PropertyGroupId: PROPERTY_GROUP, PropertyMap: bounded }]);
}

/** The product's views, and a detector that tells every score. */
function sqlFolder(folder: string): string {
  const sql = join(folder, 'sql');
  cpSync(join(ROOT, 'flink-sql', 'columns'), join(sql, 'columns'), { recursive: true });
  cpSync(join(ROOT, 'flink-sql', 'views'), join(sql, 'views'), { recursive: true });
  cpSync(join(ROOT, 'bench', 'nab', 'detectors'), join(sql, 'detectors'), { recursive: true });
  cpSync(join(ROOT, 'flink-sql', 'detectors', 'rejects.sql'), join(sql, 'detectors', 'rejects.sql'));
  return sql;
}

const linesBelow = (folder: string): readonly string[] =>
  !existsSync(folder)
    ? []
    : readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
        .filter((entry) => entry.isFile())
        .flatMap((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').split('\n'))
        .filter((line) => line !== '');

/** The rows that the job gave back, in their places. */
function collected(series: readonly Series[], lines: readonly string[]): ReadonlyMap<string, TierScores> {
  const byName = new Map<string, TierScores>(
    series.map(({ name, timestamps: { length } }) => [
      name,
      {
        all: new Float64Array(length).fill(Number.NaN),
        windowsOnly: new Float64Array(length).fill(Number.NaN),
      },
    ]),
  );
  for (const line of lines) {
    const { entity, row, score, forest } = ScoredRow.parse(JSON.parse(line));
    const scores = byName.get(entity);
    if (!scores || !Number.isNaN(scores.all[Number(row)]))
      throw new RowsLost(`A row came twice, or from nowhere: ${line}`);
    scores.all[Number(row)] = score;
    scores.windowsOnly[Number(row)] = score - forest;
  }
  for (const [name, { all }] of byName) {
    const lost = all.findIndex((score) => Number.isNaN(score));
    if (lost >= 0) throw new RowsLost(`${name}: row ${lost + 1} came back without a score`);
  }
  return byName;
}
