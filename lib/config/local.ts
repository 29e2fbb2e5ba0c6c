import { channel } from './channel.ts';
import { noise } from './noise.ts';
import type { StageConfig } from './schema.ts';
import { triage } from './triage.ts';

/** This machine: the emulator and an embedded Flink, tuned for short waits. */
export const local: StageConfig = {
  stage: 'local',
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
    checkpointIntervalMs: 1_000,
    readIntervalMs: 50,
    flushIntervalMs: 50,
    rulesPollMs: 1_000,
    startPosition: 'TRIM_HORIZON',
    allowNonRestoredState: false,
  },
  detection: {
    anomalyThresholdMultiplier: 3,
    deviationRows: 120,
    maxNoveltyKeys: 1_000,
    tumblingSeconds: 10,
    hoppingSeconds: 30,
    hopSeconds: 10,
    maxAheadSeconds: 300,
  },
  // Twice the time between two renewals of an open state, so that one lost renewal resolves nothing. An end settles
  // soon, so that a demo shows it.
  incidents: {
    quietMinutes: 10,
    keepDays: 30,
    sampleNormalEvery: 100,
    noise: { ...noise, settleSeconds: 4 },
  },
  triage: { ...triage, deadlineMs: 5_000 },
  notificationEmails: ['oncall@example.test'],
  // One person looks on: each e-mail of the demo, and each that bench:latency times, leaves by itself.
  channel: { ...channel, messagesPerSecond: 5, burst: 20, calmMails: 100, calmMinutes: 0.25 },
  dailyDigestHour: 7,
  operations: { emails: [], heartbeatMinutes: 1 },
  // The emulator converts one record in 50 ms, so it keeps JSON lines; it delivers at once whatever the buffer.
  archive: {
    format: 'json',
    bufferSeconds: 60,
    bufferMiB: 64,
    infrequentAfterDays: 30,
    expireAfterDays: 90,
  },
  logRetentionDays: 1,
};
