/** A second job beside a running stack's: it starts from the archive, and says what it finds on a stream of its own. */
import { join } from 'node:path';
import { CreateStreamCommand } from '@aws-sdk/client-kinesis';
import { Anomaly, HEARTBEAT } from '../../contracts/index.ts';
import { RULES_KEY, SOURCES_KEY } from '../../lambdas/publish/keys.ts';
import { local } from '../../lib/config/local.ts';
import { jobProperties } from '../../lib/pipeline/job-properties.ts';
import { clientEnvironment } from '../../local/emulator.ts';
import { type FlinkJob, localStreamArn, startEmbeddedJob } from '../../local/flink.ts';
import type { LocalStack } from '../../local/stack.ts';
import { tapStream } from '../../local/stream-tap.ts';

const STREAM = 'said-by-the-warm-job';

export interface WarmJob {
  readonly job: FlinkJob;
  readonly anomalies: readonly Anomaly[];
}

/**
 * @param warmFrom what the archive was prepared from
 * @param folder for its files
 */
export async function startWarmJob(stack: LocalStack, warmFrom: string, folder: string): Promise<WarmJob> {
  const { clients, data, endpoint, signal } = stack;
  await clients.kinesis.send(new CreateStreamCommand({ StreamName: STREAM, ShardCount: 1 }));
  const flink = { ...local.flink, startPosition: 'LATEST' as const, warmFrom, quietUntil: warmFrom };
  const job = startEmbeddedJob({
    folder,
    log: join(folder, 'warm.log'),
    env: clientEnvironment(endpoint),
    properties: jobProperties(
      { ...local, flink },
      {
        region: 'us-east-1',
        inputs: [{ name: 'readings', arn: localStreamArn(data.inputStreams[0] ?? '') }],
        anomaliesStreamArn: localStreamArn(STREAM),
        rejectsStreamArn: localStreamArn(STREAM),
        sourcesUri: `s3://${data.configBucket}/${SOURCES_KEY}`,
        rulesUri: `s3://${data.configBucket}/${RULES_KEY}`,
        archiveUri: `s3://${data.archiveBucket}`,
      },
    ),
    settings: {
      'execution.checkpointing.interval': `${local.flink.checkpointIntervalMs}ms`,
      'parallelism.default': String(local.flink.parallelism),
    },
  });
  const anomalies: Anomaly[] = [];
  await tapStream({
    kinesis: clients.kinesis,
    streamName: STREAM,
    signal,
    pauseMs: 200,
    onFault: () => undefined,
    onRecord: ({ text }) => {
      const said = Anomaly.safeParse(JSON.parse(text));
      // Neither rejects, which take the same way, nor the heartbeat.
      if (said.success && said.data.source !== HEARTBEAT) anomalies.push(said.data);
    },
  });
  await job.running;
  return { job, anomalies };
}
