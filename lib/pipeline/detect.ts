import { Annotations, Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as assets from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { StartApplicationEnv } from '../../lambdas/start-application/env.ts';
import { warmPrefix } from '../config/warm-prefix.ts';
import { acknowledge } from '../constructs/acknowledge.ts';
import { asBucket } from '../constructs/as-interface.ts';
import { DeployHook } from '../constructs/deploy-hook.ts';
import { envFor } from '../constructs/env-for.ts';
import { FlinkApplication } from '../constructs/flink-application.ts';
import type { JobJar } from '../constructs/job-jar.ts';
import type { NodeLambda, StageProps } from '../constructs/node-lambda.ts';
import { grantReadObjects } from '../constructs/object-grants.ts';
import { ALARM_PERIOD, RunbookAlarm, SILENT_MINUTES } from '../constructs/runbook-alarm.ts';
import type { InputStream } from '../stacks/data-stack.ts';
import { applicationNameOf, jobProperties, PROPERTY_GROUP } from './job-properties.ts';
import type { PublishConfig } from './publish-config.ts';

export interface DetectProps extends StageProps {
  readonly from: readonly InputStream[];
  readonly rules: PublishConfig;
  readonly anomalies: kinesis.IStream;
  readonly rejects: kinesis.IStream;
  readonly jar: JobJar;
  /** What a job without a snapshot may start from. */
  readonly archive: s3.Bucket;
}

/** A peak or a restart is over sooner. */
const BEHIND_TOO_FAR = Duration.minutes(15);

/** One Flink job judges every record by the rules; the deploy starts it. */
export class Detect extends Construct {
  readonly out: kinesis.IStream;
  readonly application: FlinkApplication;
  readonly functions: readonly NodeLambda[];

  constructor(scope: Construct, id: string, props: DetectProps) {
    super(scope, id);
    this.out = props.anomalies;
    const properties = jobProperties(props.config, {
      region: Stack.of(this).region,
      inputs: props.from.map(({ name, stream }) => ({ name, arn: stream.streamArn })),
      anomaliesStreamArn: props.anomalies.streamArn,
      rejectsStreamArn: props.rejects.streamArn,
      rulesUri: props.rules.rulesUri,
      sourcesUri: props.rules.sourcesUri,
      archiveUri: `s3://${props.archive.bucketName}`,
    });
    this.application = new FlinkApplication(this, 'Application', {
      ...props,
      name: applicationNameOf(props.config),
      jar: new assets.Asset(this, 'Jar', { path: props.jar.path }),
      propertyGroup: PROPERTY_GROUP,
      properties,
    });
    for (const { stream } of props.from) stream.grantRead(this.application);
    for (const stream of [props.anomalies, props.rejects]) {
      stream.grantWrite(this.application);
      // The sink looks the stream up before it writes.
      stream.grant(this.application, 'kinesis:DescribeStreamSummary');
    }
    props.rules.grantRead(this.application);
    this.grantWarmStart(props);
    this.warnOfConnector(props);

    const start = this.addStart(props);
    this.functions = [start.handler];
    this.addAlarms(start);
  }

  /** Only while the stage says so: otherwise the job has no business in the archive. */
  private grantWarmStart({ config: { flink }, archive }: DetectProps): void {
    if (flink.warmFrom === undefined) return;
    grantReadObjects(asBucket(archive), this.application, [`${warmPrefix(flink.warmFrom)}*`]);
    acknowledge(this.application, {
      [`AwsSolutions-IAM5[Resource::…/${warmPrefix(flink.warmFrom)}*]`]:
        'The objects that one call of `tocsin warm` wrote, whose number nobody knows before.',
    });
  }

  private warnOfConnector({ config, jar }: DetectProps): void {
    if (jar.connector === 'official') {
      Annotations.of(this).addWarningV2(
        'Tocsin:officialConnector',
        "The jar holds Apache's Kinesis connector. Its table source fills no metadata columns yet (FLINK-36671), which flink-sql/tables/records.each-input.sql reads: unless your version does, the job cannot start. Build the other: npm run build (docs/adr/0001-one-jar-two-connectors.md).",
      );
    } else if (['staging', 'prod'].includes(config.stage)) {
      Annotations.of(this).addWarningV2(
        'Tocsin:bundledConnector',
        `The jar for ${config.stage} holds our own Kinesis connector, tested against an emulator and not yet on AWS: docs/unproven.md says what to watch after the deploy. Apache's cannot run this SQL today (docs/adr/0001-one-jar-two-connectors.md).`,
      );
    }
  }

  private addStart(props: DetectProps): DeployHook {
    const { application } = this;
    const start = new DeployHook(this, 'Start', {
      ...props,
      step: 'start-application',
      resourceType: 'Custom::TocsinStart',
      description: 'Starts the Flink job on deploy and waits until it runs',
      failureMeaning: 'A deploy could not bring the Flink job to RUNNING.',
      environment: envFor(StartApplicationEnv, { APPLICATION_NAME: application.applicationName }),
      timeout: Duration.minutes(15),
      properties: {
        LogGroup: application.logGroup.logGroupName,
        AllowNonRestoredState: String(props.config.flink.allowNonRestoredState),
        // What makes an update of the application, and so must make this wait for it.
        Revision: Stack.of(this).toJsonString(application.resource.applicationConfiguration),
      },
    });
    start.handler.addToRolePolicy(
      new iam.PolicyStatement({
        actions: [
          'kinesisanalytics:DescribeApplication',
          'kinesisanalytics:ListApplicationSnapshots',
          'kinesisanalytics:StartApplication',
          'kinesisanalytics:StopApplication',
        ],
        resources: [application.applicationArn],
      }),
    );
    start.resource.node.addDependency(application, props.rules.published);
    return start;
  }

  private addAlarms(start: DeployHook): void {
    const { application } = this;
    const period = ALARM_PERIOD;
    // Flink 2.2 has neither fullRestarts nor, for long, uptime and downtime: these are their successors.
    const stopped = new RunbookAlarm(this, 'NotRunning', {
      runbook: 'The Flink job does not run',
      meaning: 'Nothing is judged: the job is stopped, or does not come up.',
      metric: application.metric('runningTime'),
      threshold: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: SILENT_MINUTES,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
    // Made after the job runs, so that a first deploy does not begin with an alarm.
    stopped.node.addDependency(start.resource);
    new RunbookAlarm(this, 'Restarts', {
      runbook: 'The Flink job restarts again and again',
      meaning: 'The job fails and restarts: what it finds comes late.',
      metric: new cloudwatch.MathExpression({
        expression: 'DIFF(restarts)',
        label: 'Restarts',
        usingMetrics: { restarts: application.metric('numRestarts', { period }) },
        period,
      }),
      evaluationPeriods: 2,
    });
    new RunbookAlarm(this, 'Checkpoints', {
      runbook: 'Checkpoints fail',
      meaning: 'The job cannot save its state: after a failure it would repeat much, or lose baselines.',
      metric: new cloudwatch.MathExpression({
        expression: 'DIFF(failed)',
        label: 'Failed checkpoints',
        usingMetrics: { failed: application.metric('numberOfFailedCheckpoints', { period }) },
        period,
      }),
      evaluationPeriods: 2,
    });
    this.addReadingAlarms();
  }

  /** Does the job read all that comes, and in time? */
  private addReadingAlarms(): void {
    new RunbookAlarm(this, 'Behind', {
      runbook: 'The Flink job falls behind',
      meaning: 'The job reads records long after they came: what it finds comes late.',
      metric: this.application.metric('millisBehindLatest', { period: ALARM_PERIOD }),
      threshold: BEHIND_TOO_FAR.toMilliseconds(),
      evaluationPeriods: 3,
    });
    // The count as it is, without DIFF: a job that stood still counts before its first point, and DIFF needs one before.
    new RunbookAlarm(this, 'RetentionGaps', {
      runbook: 'Records left a stream unread',
      meaning: 'Records passed the retention of a stream before the job read them: nobody judged them.',
      metric: this.application.ownMetric('retention_gaps', { period: ALARM_PERIOD }),
    });
  }
}
