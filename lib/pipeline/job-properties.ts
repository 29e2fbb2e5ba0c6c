/** What the Flink job is told: the property group `tocsin`. Made here for Managed Flink and for the embedded job alike. */
import type { StageConfig } from '../config/schema.ts';
import { warmPrefix } from '../config/warm-prefix.ts';

/** Name of the property group that the job reads. */
export const PROPERTY_GROUP = 'tocsin';

/** Managed Flink refuses a longer value. */
export const MAX_PROPERTY_VALUE_LENGTH = 2_048;

/** Name of the application, also a dimension of its metrics. */
export function applicationNameOf({ projectName, stage }: StageConfig): string {
  return `${projectName}-${stage}`;
}

/** Where the job reads and writes; ARNs and URIs, plain or CloudFormation tokens. */
export interface JobEndpoints {
  readonly region: string;
  /** ARN of each input stream by its short name, in the order of the stage config. */
  readonly inputs: ReadonlyArray<{ readonly name: string; readonly arn: string }>;
  readonly anomaliesStreamArn: string;
  readonly rejectsStreamArn: string;
  /** `s3://bucket/key` or `file:///path` of the published sources and rules. */
  readonly sourcesUri: string;
  readonly rulesUri: string;
  /** `s3://bucket` of the archive, for a start from it (`flink.warmFrom`). */
  readonly archiveUri?: string;
}

/** The job's properties, all text. A value longer than {@link MAX_PROPERTY_VALUE_LENGTH} fails the deploy. */
export function jobProperties(config: StageConfig, endpoints: JobEndpoints): Record<string, string> {
  const { flink, detection } = config;
  return {
    region: endpoints.region,
    inputs: endpoints.inputs.map(({ name, arn }) => `${name}=${arn}`).join(','),
    anomalies_stream_arn: endpoints.anomaliesStreamArn,
    rejects_stream_arn: endpoints.rejectsStreamArn,
    sources_uri: endpoints.sourcesUri,
    rules_uri: endpoints.rulesUri,
    rules_poll_ms: String(flink.rulesPollMs),
    anomaly_threshold_multiplier: String(detection.anomalyThresholdMultiplier),
    deviation_rows: String(detection.deviationRows),
    tumbling_seconds: String(detection.tumblingSeconds),
    hopping_seconds: String(detection.hoppingSeconds),
    hop_seconds: String(detection.hopSeconds),
    max_novelty_keys: String(detection.maxNoveltyKeys),
    max_ahead_ms: String(detection.maxAheadSeconds * 1_000),
    read_interval_ms: String(flink.readIntervalMs),
    flush_interval_ms: String(flink.flushIntervalMs),
    start_position: flink.startPosition,
    ...(flink.startTimestamp === undefined
      ? {}
      : { start_timestamp: new Date(flink.startTimestamp).toISOString() }),
    ...(flink.warmFrom === undefined || endpoints.archiveUri === undefined
      ? {}
      : { warm_uri: `${endpoints.archiveUri}/${warmPrefix(flink.warmFrom)}` }),
  };
}
