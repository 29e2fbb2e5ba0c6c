import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as analytics from 'aws-cdk-lib/aws-kinesisanalyticsv2';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as assets from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { acknowledge, KEY_ACTIONS } from './acknowledge.ts';
import type { StageProps } from './node-lambda.ts';

export interface FlinkApplicationProps extends StageProps {
  readonly name: string;
  readonly jar: assets.Asset;
  readonly propertyGroup: string;
  /** Values of at most 2,048 characters. */
  readonly properties: Record<string, string>;
}

/**
 * A Managed Flink application of Flink 2.2 with its role and log.
 *
 * Made from the L1 resource: the alpha L2 knows neither this runtime nor a run configuration. It does not run by
 * itself after the first deploy; `Detect` starts it.
 */
export class FlinkApplication extends Construct implements iam.IGrantable {
  readonly grantPrincipal: iam.IPrincipal;
  readonly applicationName: string;
  readonly applicationArn: string;
  readonly logGroup: logs.LogGroup;
  readonly resource: analytics.CfnApplication;
  private readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: FlinkApplicationProps) {
    super(scope, id);
    this.applicationName = props.name;
    this.applicationArn = Stack.of(this).formatArn({
      service: 'kinesisanalytics',
      resource: 'application',
      resourceName: props.name,
    });
    this.role = new iam.Role(this, 'Role', { assumedBy: this.principal() });
    this.grantPrincipal = this.role;
    this.logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/aws/kinesis-analytics/${props.name}`,
      retention: props.config.logRetentionDays,
      encryptionKey: props.key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const logStream = this.addLogStream();
    this.grantCode(props.jar);

    this.resource = new analytics.CfnApplication(this, 'Resource', {
      applicationName: props.name,
      applicationDescription: 'Reads every record, judges it by the rules, reports changes of state',
      runtimeEnvironment: 'FLINK-2_2',
      serviceExecutionRole: this.role.roleArn,
      applicationConfiguration: {
        applicationCodeConfiguration: {
          codeContentType: 'ZIPFILE',
          codeContent: {
            s3ContentLocation: { bucketArn: props.jar.bucket.bucketArn, fileKey: props.jar.s3ObjectKey },
          },
        },
        environmentProperties: {
          propertyGroups: [{ propertyGroupId: props.propertyGroup, propertyMap: props.properties }],
        },
        flinkApplicationConfiguration: flinkConfiguration(props.config.flink),
        applicationSnapshotConfiguration: { snapshotsEnabled: true },
        applicationSystemRollbackConfiguration: { rollbackEnabled: true },
      },
      // Used when a deploy changes a running application; the first start is that of start-application.
      runConfiguration: {
        applicationRestoreConfiguration: { applicationRestoreType: 'RESTORE_FROM_LATEST_SNAPSHOT' },
        flinkRunConfiguration: { allowNonRestoredState: props.config.flink.allowNonRestoredState },
      },
    });
    this.resource.node.addDependency(this.role);

    new analytics.CfnApplicationCloudWatchLoggingOption(this, 'LoggingOption', {
      applicationName: this.resource.ref,
      cloudWatchLoggingOption: { logStreamArn: logStream },
    });
  }

  /** A metric that the service publishes for the whole application. */
  metric(metricName: string, options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: 'AWS/KinesisAnalytics',
      metricName,
      dimensionsMap: { Application: this.applicationName },
      statistic: cloudwatch.Stats.MAXIMUM,
      period: Duration.minutes(1),
      ...options,
    });
  }

  /** A metric that the program itself counts (`tocsin.time.JobMetrics`). */
  ownMetric(metricName: string, options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.metric(metricName, {
      dimensionsMap: { Application: this.applicationName, Program: 'Tocsin' },
      ...options,
    });
  }

  /** The service, and only for applications of this account: nobody else can lend it this role. */
  private principal(): iam.IPrincipal {
    return new iam.ServicePrincipal('kinesisanalytics.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
        ArnEquals: { 'aws:SourceArn': this.applicationArn },
      },
    });
  }

  private addLogStream(): string {
    const stream = new logs.LogStream(this, 'LogStream', {
      logGroup: this.logGroup,
      logStreamName: 'job',
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.logGroup.grantWrite(this.role);
    // The service looks its log up by listing; both actions know no narrower resource than all of a log group.
    this.role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['logs:DescribeLogGroups', 'logs:DescribeLogStreams'],
        resources: [
          Stack.of(this).formatArn({
            service: 'logs',
            resource: 'log-group',
            resourceName: '*',
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        ],
      }),
    );
    acknowledge(this.role, {
      ...KEY_ACTIONS,
      'AwsSolutions-IAM5[Resource::…:log-group:*]': 'Listing log groups is a right over all of them or none.',
    });
    return Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: `${this.logGroup.logGroupName}:log-stream:${stream.logStreamName}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  /** One object, where the library's grant would open the whole assets bucket. */
  private grantCode(jar: assets.Asset): void {
    this.role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['s3:GetObject', 's3:GetObjectVersion'],
        resources: [jar.bucket.arnForObjects(jar.s3ObjectKey)],
      }),
    );
  }
}

function flinkConfiguration(
  flink: StageProps['config']['flink'],
): analytics.CfnApplication.FlinkApplicationConfigurationProperty {
  return {
    checkpointConfiguration: {
      configurationType: 'CUSTOM',
      checkpointingEnabled: true,
      checkpointInterval: flink.checkpointIntervalMs,
      minPauseBetweenCheckpoints: Math.min(5_000, flink.checkpointIntervalMs),
    },
    monitoringConfiguration: { configurationType: 'CUSTOM', logLevel: 'INFO', metricsLevel: 'APPLICATION' },
    parallelismConfiguration: {
      configurationType: 'CUSTOM',
      parallelism: flink.parallelism,
      parallelismPerKpu: flink.parallelismPerKpu,
      autoScalingEnabled: flink.autoScaling,
    },
  };
}
