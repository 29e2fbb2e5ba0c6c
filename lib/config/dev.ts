import { channel } from './channel.ts';
import { noise } from './noise.ts';
import type { StageConfig } from './schema.ts';
import { triage } from './triage.ts';

/** A cheap stage to try things in: nothing is kept when it is destroyed. */
export const dev: StageConfig = {
  stage: 'dev',
  projectName: 'Tocsin',
  protectData: false,
  inputs: ['readings'],
  stream: { mode: 'provisioned', shards: 2 },
  streamRetentionHours: 24,
  sourcesFile: 'config/sources.json',
  rulesFile: 'config/rules.json',
  entitiesFile: 'config/entities.json',
  flink: {
    parallelism: 2,
    parallelismPerKpu: 1,
    autoScaling: false,
    checkpointIntervalMs: 60_000,
    readIntervalMs: 500,
    flushIntervalMs: 200,
    rulesPollMs: 15_000,
    startPosition: 'TRIM_HORIZON',
    allowNonRestoredState: false,
  },
  detection: {
    anomalyThresholdMultiplier: 3,
    deviationRows: 120,
    maxNoveltyKeys: 10_000,
    tumblingSeconds: 60,
    hoppingSeconds: 300,
    hopSeconds: 60,
    maxAheadSeconds: 300,
  },
  incidents: { quietMinutes: 15, keepDays: 90, sampleNormalEvery: 1000, noise },
  triage,
  notificationEmails: [],
  channel,
  dailyDigestHour: 7,
  operations: { emails: [], heartbeatMinutes: 5 },
  archive: {
    format: 'parquet',
    bufferSeconds: 60,
    bufferMiB: 64,
    infrequentAfterDays: 30,
    expireAfterDays: 90,
  },
  logRetentionDays: 14,
};
