/** What rules would have done: archived records through the real job, its anomalies through the real incident code. */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import type { RuleSet, SourceSet } from '../../contracts/index.ts';
import { projectRoot } from '../../lib/config/load.ts';
import type { StageConfig } from '../../lib/config/schema.ts';
import type { Range } from './archive-folder.ts';
import { gather } from './gather.ts';
import { daysOf, type Gathered, type Replayed, replay } from './replay.ts';

/** Of the last replays' jobs; outlive them, so that a failure can be understood. */
const LOGS = join(projectRoot, '.tocsin', 'backtest');

export interface BacktestOptions {
  /** A file, a folder, or `s3://bucket/prefix`. */
  readonly input: string;
  readonly range: Range;
  readonly rules: RuleSet;
  /** What the rules are compared with. */
  readonly against?: RuleSet;
  readonly sources: SourceSet;
  /** Of the stage: thresholds, windows, the quiet period. */
  readonly settings: StageConfig;
  readonly s3: Pick<S3Client, 'send'>;
  /** Progress in words. */
  readonly say: (line: string) => void;
}

export interface Backtest {
  readonly records: number;
  /** Records that the archive held more than once; each was judged once. */
  readonly duplicates: number;
  /** What was replayed; ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly days: number;
  readonly rules: Replayed;
  readonly against?: Replayed;
  /** Of the replay alone: from the start of the job to the last incident. */
  readonly seconds: number;
}

/** @throws CliError when there are no records, a file cannot be read, or the job failed */
export async function backtest(options: BacktestOptions): Promise<Backtest> {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-backtest-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  // Also when it is interrupted: an archive is large.
  process.once('exit', remove);
  try {
    return await judge(options, await gather({ ...options, folder }), folder);
  } finally {
    process.off('exit', remove);
    remove();
  }
}

async function judge(options: BacktestOptions, gathered: Gathered, folder: string): Promise<Backtest> {
  const { rules, against, sources, settings, say } = options;
  const { records, duplicates, fromMs, untilMs } = gathered;
  say(`${records.toLocaleString('en')} records are in the order of their arrival; the job starts`);
  const started = Date.now();
  const progress = progressOf(records, say);
  const run = (name: string, candidate: RuleSet) =>
    replay({
      gathered,
      rules: candidate,
      sources,
      settings,
      folder: join(folder, name),
      log: join(LOGS, `${name}.log`),
      onProgress: (read) => progress(name, read),
    });
  const [replayed, compared] = await Promise.all([
    run('rules', rules),
    against === undefined ? undefined : run('against', against),
  ]);
  return {
    records,
    duplicates,
    from: new Date(fromMs).toISOString(),
    to: new Date(untilMs).toISOString(),
    days: Math.round(daysOf(gathered) * 1e4) / 1e4,
    rules: replayed,
    ...(compared && { against: compared }),
    seconds: (Date.now() - started) / 1_000,
  };
}

/** Says each tenth, of the slower of two replays. */
function progressOf(records: number, say: (line: string) => void) {
  const read = new Map<string, number>();
  let told = 0;
  return (name: string, count: number) => {
    read.set(name, count);
    const percent = Math.floor((10 * Math.min(...read.values())) / records) * 10;
    if (percent <= told || percent >= 100) return;
    told = percent;
    say(`${percent} % judged`);
  };
}
