/** The record of a build pipeline: 950 normal builds and 50 anomalous ones, and one pipeline that grows slower by 1 % a day. */
import { type GeneratedInput, type GeneratedRecord, inOrderOfTime } from './generated.ts';
import { between, gaussian, type Random, seededRandom, shuffled } from './random.ts';

export interface Build {
  readonly build_id: string;
  /** Seconds. */
  readonly duration: number;
  /** Share of the tests that failed. */
  readonly failure_rate: number;
}

const NORMAL = 950;
const ANOMALOUS = 50;
/** No anomaly among the first builds: detectors have to get to know the pipeline. */
const QUIET_START = 100;
const BETWEEN_BUILDS_MS = 15 * 60_000;
const DAY_MS = 86_400_000;

/** A build, and whether something was wrong with it. */
export interface LabelledBuild {
  readonly build: Build;
  readonly anomalous: boolean;
}

/** 1,000 builds: normal ones take about 5 minutes and hardly fail, anomalous ones about 15 and fail often. */
export function labelledBuilds(seed: number): readonly LabelledBuild[] {
  const random = seededRandom(seed);
  const later = shuffled(
    random,
    Array.from({ length: NORMAL + ANOMALOUS - QUIET_START }, (_, index) => index < ANOMALOUS),
  );
  return [...Array.from({ length: QUIET_START }, () => false), ...later].map((anomalous, index) => ({
    anomalous,
    build: {
      build_id: `build_${String(index + 1).padStart(4, '0')}`,
      ...(anomalous ? anomalousBuild(random) : normalBuild(random)),
    },
  }));
}

function normalBuild(random: Random) {
  return {
    duration: Math.round(Math.max(60, 300 + gaussian(random) * 25)),
    failure_rate: hundredths(Math.max(0, 0.04 + gaussian(random) * 0.012)),
  };
}

function anomalousBuild(random: Random) {
  return {
    duration: Math.round(between(random, 700, 1_100)),
    failure_rate: hundredths(between(random, 0.3, 0.6)),
  };
}

/** Days of the creeping pipeline, and its builds a day. */
const CREEP = { days: 60, growsFromDay: 20, buildsADay: 6 };

/**
 * The builds of a pipeline without a name, as a CSV file of id, duration and failure rate holds them, and the runs of
 * two named pipelines as the GitHub Action sends them: `shop/ci` creeps, `shop/nightly` does not.
 */
export function buildRecords(seed: number, start: number): GeneratedInput {
  const records: GeneratedRecord[] = labelledBuilds(seed).map(({ build }, index) => ({
    time: start + index * BETWEEN_BUILDS_MS,
    partitionKey: build.build_id,
    data: JSON.stringify(build),
  }));
  const random = seededRandom(seed + 1);
  for (let run = 0; run < CREEP.days * CREEP.buildsADay; run++) {
    const time = start + Math.floor((run * DAY_MS) / CREEP.buildsADay);
    const grownDays = Math.max(0, run / CREEP.buildsADay - CREEP.growsFromDay);
    records.push(runOf('shop/ci', run, time, normalBuild(random), 1.01 ** grownDays));
    records.push(runOf('shop/nightly', run, time + 60_000, normalBuild(random), 1));
  }
  return {
    records: inOrderOfTime(records),
    alarms: [
      { rule_id: 'build-slow', entity: 'builds', metric: 'duration' },
      { rule_id: 'build-failures', entity: 'builds', metric: 'failure_rate' },
      { rule_id: 'pipeline-creep', entity: 'shop/ci', metric: 'duration' },
    ],
  };
}

function runOf(
  pipeline: string,
  run: number,
  time: number,
  build: Omit<Build, 'build_id'>,
  slower: number,
): GeneratedRecord {
  return {
    time,
    partitionKey: pipeline,
    data: JSON.stringify({
      pipeline,
      build_id: `${pipeline}#${run + 1}`,
      time: new Date(time).toISOString(),
      duration: Math.round(build.duration * slower),
      failure_rate: build.failure_rate,
      branch: 'main',
      conclusion: 'success',
    }),
  };
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
