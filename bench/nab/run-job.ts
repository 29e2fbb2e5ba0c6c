/** Runs NOVELTY over recorded series and gives back a score for each row. */
import { compileJob, runJava } from '../java.ts';
import { readScores, type Series } from './series.ts';

const TIMEOUT_MS = 900_000;

/** Scores of one series' rows: by everything, and with the forests' part left out. */
export interface TierScores {
  readonly all: Float64Array;
  readonly windowsOnly: Float64Array;
}

/** The scores of each series by its name; `folder` is for what must be written on the way. */
export function scoreSeries(
  data: string,
  folder: string,
  series: readonly Series[],
): ReadonlyMap<string, TierScores> {
  runJava({
    classPath: compileJob(),
    main: 'tocsin.novelty.ScoreMain',
    args: [data, folder],
    timeoutMs: TIMEOUT_MS,
  });
  return new Map(
    series.map(({ name }) => [
      name,
      { all: readScores(folder, name), windowsOnly: readScores(folder, name, 'windows_only') },
    ]),
  );
}
