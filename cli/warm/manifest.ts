/** What a job that starts from an archive is told of one input stream; flink-job's `ArchiveManifest` reads it. */
export interface WarmManifest {
  readonly version: 1;
  /** ISO 8601: every archived record that arrived at `from` or later, and before `until`, is in the objects. */
  readonly from: string;
  readonly until: string;
  readonly records: number;
  /** Names beside the manifest, gzipped JSON lines; in their order, and within one, records are in the order of arrival. */
  readonly objects: readonly string[];
  /**
   * The largest sequence number of each shard, without a place in an aggregate: Kinesis is asked for what is behind it.
   */
  readonly shards: Readonly<Record<string, string>>;
}

export const MANIFEST = 'manifest.json';
