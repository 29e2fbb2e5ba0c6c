import { channel } from './channel.ts';
import { noise } from './noise.ts';
import type { StageConfig } from './schema.ts';
import { triage } from './triage.ts';

/** What staff rely on: data outlives the stack, streams and job grow with the load. */
export const prod: StageConfig = {
  stage: 'prod',
  projectName: 'Tocsin',
  protectData: true,
  inputs: ['readings'],
  stream: { mode: 'on-demand' },
  // A job that stood still over a long weekend can still catch up.
  streamRetentionHours: 96,
  sourcesFile: 'config/sources.json',
  rulesFile: 'config/rules.json',
  entitiesFile: 'config/entities.json',
  flink: {
    parallelism: 4,
    parallelismPerKpu: 1,
    autoScaling: true,
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
  incidents: { quietMinutes: 15, keepDays: 400, sampleNormalEvery: 1000, noise },
  triage,
  notificationEmails: [],
  channel,
  dailyDigestHour: 7,
  operations: { emails: [], heartbeatMinutes: 5 },
  archive: {
    format: 'parquet',
    bufferSeconds: 300,
    bufferMiB: 128,
    infrequentAfterDays: 90,
    expireAfterDays: 730,
  },
  logRetentionDays: 14,
};
