import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge, KEY_ACTIONS } from './acknowledge.ts';
import { asBucket } from './as-interface.ts';
import type { StageProps } from './node-lambda.ts';
import { RunbookAlarm } from './runbook-alarm.ts';

export interface DeliveryProps
  extends StageProps,
    Pick<firehose.S3BucketProps, 'processors' | 'dynamicPartitioning' | 'dataFormatConversion'> {
  readonly from: kinesis.IStream;
  readonly to: s3.Bucket;
  /** What is delivered, for alarms: `the archive of readings`. */
  readonly name: string;
  readonly bufferingInterval: Duration;
  readonly bufferingSize: NonNullable<firehose.S3BucketProps['bufferingSize']>;
  readonly dataOutputPrefix: string;
  /** What cannot be transformed, partitioned or converted goes here, with the reason. */
  readonly errorOutputPrefix: string;
}

/** A stream into a bucket, encrypted, logged, and watched for falling behind and for errors. */
export class Delivery extends Construct {
  readonly deliveryStream: firehose.DeliveryStream;

  constructor(scope: Construct, id: string, props: DeliveryProps) {
    super(scope, id);
    const { config, key, from, to, name, ...destination } = props;
    const service = new iam.ServicePrincipal('firehose.amazonaws.com');
    const role = new iam.Role(this, 'Role', { assumedBy: service });
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/${config.projectName}/${config.stage}/delivery-${from.node.id.toLowerCase()}`,
      retention: config.logRetentionDays,
      encryptionKey: key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.deliveryStream = new firehose.DeliveryStream(this, 'Stream', {
      source: new firehose.KinesisStreamSource(from),
      role,
      destination: new firehose.S3Bucket(asBucket(to), {
        ...destination,
        encryptionKey: key,
        role,
        loggingConfig: new firehose.EnableLogging(logGroup),
      }),
    });
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::…/*]': 'Firehose writes objects whose names it makes.',
      'AwsSolutions-IAM5[Action::s3:Abort*]': 'Uploads in parts are aborted by one action of that name.',
      'AwsSolutions-IAM5[Action::s3:DeleteObject*]': 'Versions of an object that Firehose wrote.',
      'AwsSolutions-IAM5[Action::s3:GetBucket*]': 'Reading what the bucket is; the library grants it so.',
      'AwsSolutions-IAM5[Action::s3:GetObject*]': 'Reading attributes of what was written.',
      'AwsSolutions-IAM5[Action::s3:List*]': 'Listing this one bucket.',
      ...KEY_ACTIONS,
      'AwsSolutions-IAM5[Resource::*]':
        'glue:GetSchemaVersion, which the library adds and Glue grants for no narrower resource.',
      'AwsSolutions-IAM5[Resource::…:*]': 'Any version of the one transform function.',
    });
    acknowledge(this.deliveryStream, {
      'AwsSolutions-KDF1':
        'A delivery stream that reads a Kinesis stream stores nothing of its own; that stream is encrypted with our key.',
    });
    this.addAlarms(name, props.bufferingInterval);
  }

  private addAlarms(name: string, buffering: Duration): void {
    const period = Duration.minutes(5);
    new RunbookAlarm(this, 'Behind', {
      runbook: 'The archive falls behind',
      meaning: `The oldest record not yet in ${name} is old.`,
      metric: this.deliveryStream.metric('DeliveryToS3.DataFreshness', { period, statistic: 'Maximum' }),
      threshold: buffering.toSeconds() + Duration.minutes(15).toSeconds(),
      evaluationPeriods: 3,
    });
    new RunbookAlarm(this, 'Failing', {
      runbook: 'The archive cannot write',
      meaning: `Firehose fails to write ${name}.`,
      metric: this.deliveryStream.metric('DeliveryToS3.Success', { period, statistic: 'Minimum' }),
      threshold: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 2,
    });
  }
}
