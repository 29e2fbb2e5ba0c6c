import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config/schema.ts';
import type { JobJar } from '../constructs/job-jar.ts';
import { Archive } from '../pipeline/archive.ts';
import { Detect } from '../pipeline/detect.ts';
import { Digest } from '../pipeline/digest.ts';
import { Incidents } from '../pipeline/incidents.ts';
import { Ingest } from '../pipeline/ingest.ts';
import { Notify } from '../pipeline/notify.ts';
import { Operate } from '../pipeline/operate.ts';
import { PublishConfig } from '../pipeline/publish-config.ts';
import { Triage } from '../pipeline/triage.ts';
import { Watch } from '../pipeline/watch.ts';
import type { DataStack } from './data-stack.ts';

export interface PipelineStackProps extends StackProps {
  readonly config: StageConfig;
  readonly data: DataStack;
  readonly jar: JobJar;
  /** Names of the sources, for the watch on who hears of them. */
  readonly sources: readonly string[];
}

/** The way of a record; all of it may be replaced by a deploy. */
export class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, props);
    const { config, jar } = props;
    const {
      inputs,
      anomalies,
      rejects,
      catalog,
      topic,
      operations,
      incidents: store,
      archive: bucket,
    } = props.data;
    const stage = { config, key: props.data.key };

    const rules = new PublishConfig(this, 'PublishConfig', { ...stage, to: props.data.config });
    const ingest = new Ingest(this, 'Ingest', { streams: inputs });
    const archive = new Archive(this, 'Archive', {
      ...stage,
      from: ingest.out,
      rejects,
      to: bucket,
      catalog,
      rules,
      results: store,
    });
    const detect = new Detect(this, 'Detect', {
      ...stage,
      from: ingest.out,
      anomalies,
      rejects,
      rules,
      jar,
      archive: bucket,
    });
    const incidents = new Incidents(this, 'Incidents', { ...stage, from: detect.out, store });
    const digest = new Digest(this, 'Digest', { ...stage, store, to: incidents.out });
    const triage = new Triage(this, 'Triage', { ...stage, from: incidents.out, history: store, rules });
    const notify = new Notify(this, 'Notify', { ...stage, from: triage.out, claims: store, topic });
    const watch = new Watch(this, 'Watch', { ...stage, inputs, topic, operations, sources: props.sources });
    const steps = { rules, ingest, archive, detect, incidents, digest, triage, notify, watch };
    const operate = new Operate(this, 'Operate', { config, steps, rejects, topic: operations });

    const outputs = {
      ApplicationName: detect.application.applicationName,
      JobLogGroup: detect.application.logGroup.logGroupName,
      FunctionLogGroups: operate.functions.map((each) => each.logGroup.logGroupName).join(','),
      DashboardUrl: operate.dashboardUrl,
      TriageQueueUrl: incidents.out.queueUrl,
      NotifyQueueUrl: triage.out.queueUrl,
      DeadLetterQueues: operate.deadLetters.map(({ label, queueUrl }) => `${label}=${queueUrl}`).join(','),
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
