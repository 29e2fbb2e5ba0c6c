/** `tocsin backtest`: what rules would have done with the records in the archive. */
import { resolve } from 'node:path';
import { ConfigInvalid, checkConfig, type LoadedConfig, resolvePath } from '../../lib/config/load.ts';
import type { StageConfig } from '../../lib/config/schema.ts';
import { backtest } from '../backtest/backtest.ts';
import { report, sentence } from '../backtest/report.ts';
import type { CliContext } from '../context.ts';
import { CliError } from '../errors.ts';
import { DAY_MS, instantMs } from '../instant.ts';

export interface BacktestCommandOptions {
  readonly input?: string;
  readonly rules?: string;
  readonly against?: string;
  readonly sources?: string;
  readonly from?: string;
  readonly to?: string;
}

/** @throws CliError */
export async function runBacktest(context: CliContext, options: BacktestCommandOptions): Promise<void> {
  const { settings } = context;
  const rulesFile = options.rules ?? resolvePath(settings.rulesFile);
  const sourcesFile = options.sources ?? resolvePath(settings.sourcesFile);
  // Before anything is fetched, so that a wrong file is told at once.
  const range = rangeOf(options);
  const chosen = read(settings, rulesFile, sourcesFile);
  const against = options.against === undefined ? undefined : read(settings, options.against, sourcesFile);
  const input = options.input ?? `s3://${await context.output('Data', 'ArchiveBucketName')}/archive/`;
  // The job's process and its files go with this process, but not with one that a signal ends.
  const stopped = () => process.exit(130);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, stopped);
  const done = await backtest({
    input,
    range,
    rules: chosen.rules,
    ...(against && { against: against.rules }),
    sources: chosen.sources,
    settings,
    s3: context.clients.s3,
    say: (line) => context.say(line),
  }).finally(() => {
    for (const signal of signals) process.off(signal, stopped);
  });
  const rate = Math.round(done.records / done.seconds).toLocaleString('en');
  context.say(`Judged in ${done.seconds.toFixed(1)} s, ${rate} records/s\n`);
  const about = {
    backtest: done,
    rulesFile: options.rules ?? settings.rulesFile,
    ...(options.against !== undefined && { againstFile: options.against }),
    stage: context.stage,
  };
  context.result(report(about), { stage: context.stage, input, ...done, sentence: sentence(about) });
}

/** Rules and sources, checked as a deploy checks them. */
function read(settings: StageConfig, rulesFile: string, sourcesFile: string): LoadedConfig {
  try {
    return checkConfig({ ...settings, rulesFile: resolve(rulesFile), sourcesFile: resolve(sourcesFile) });
  } catch (error) {
    if (error instanceof ConfigInvalid) throw new CliError(error.message);
    throw error;
  }
}

/** A day means its begin, as `--from`, and its end, as `--to`: both days are in. Time that has not come is left out. */
function rangeOf({ from, to }: BacktestCommandOptions) {
  const fromMs = from === undefined ? undefined : instantMs(from, '--from', 0);
  const toMs = to === undefined ? undefined : Math.min(Date.now(), instantMs(to, '--to', DAY_MS));
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
    throw new CliError(`--from ${from} must lie before --to ${to}, and in the past.`);
  }
  return { fromMs, toMs };
}
