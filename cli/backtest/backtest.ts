/** What rules would have done: archived records through the real job, its anomalies through the real incident code. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import type { RuleSet, SourceSet } from '../../contracts/index.ts';
import type { StageConfig } from '../../lib/config/schema.ts';
import type { Range } from './archive-folder.ts';
import { gather } from './gather.ts';
import { daysOf, type Replayed, replay } from './replay.ts';

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
  const { rules, against, sources, settings, say } = options;
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-backtest-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const gathered = await gather({ ...options, folder }).catch(async (error) => {
    await remove();
    throw error;
  });
  say(`${gathered.records.toLocaleString('en')} records are in the order of their arrival; the job starts`);
  const started = Date.now();
  const progress = progressOf(gathered.records, say);
  const run = (name: string, candidate: RuleSet) =>
    replay({
      gathered,
      rules: candidate,
      sources,
      settings,
      folder: join(folder, name),
      onProgress: (records) => progress(name, records),
    });
  // Where the job fails, the folder stays: its log says why.
  const [replayed, compared] = await Promise.all([
    run('rules', rules),
    against === undefined ? undefined : run('against', against),
  ]);
  await remove();
  return {
    records: gathered.records,
    duplicates: gathered.duplicates,
    from: new Date(gathered.fromMs).toISOString(),
    to: new Date(gathered.untilMs).toISOString(),
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
