import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as glue from 'aws-cdk-lib/aws-glue';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { addressesOf, type StageConfig } from '../config/schema.ts';
import { filterOf, subscribersOf } from '../config/subscribers.ts';
import { WARM_PREFIX } from '../config/warm-prefix.ts';
import { acknowledge } from '../constructs/acknowledge.ts';
import { asBucket } from '../constructs/as-interface.ts';
import { EncryptionKey } from '../constructs/encryption-key.ts';
import { INDEXES } from '../constructs/table-grants.ts';

export interface DataStackProps extends StackProps {
  readonly config: StageConfig;
}

/** An input stream and the short name that sources and job know it by. */
export interface InputStream {
  readonly name: string;
  readonly stream: kinesis.IStream;
}

/** What must survive every deploy: streams, archive, configuration, incidents, topic, key. */
export class DataStack extends Stack {
  readonly key: kms.IKey;
  readonly inputs: readonly InputStream[];
  readonly anomalies: kinesis.IStream;
  readonly rejects: kinesis.IStream;
  readonly archive: s3.Bucket;
  readonly config: s3.Bucket;
  readonly incidents: dynamodb.Table;
  /** What is wrong with the things that are watched. */
  readonly topic: sns.ITopic;
  /** What is wrong with the watching itself; shares neither key nor filters with the other. */
  readonly operations: sns.ITopic;
  readonly catalog: glue.CfnDatabase;

  private readonly settings: StageConfig;
  private readonly removalPolicy: RemovalPolicy;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    this.settings = props.config;
    this.removalPolicy = props.config.protectData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    this.key = new EncryptionKey(this, 'Key', {
      description: `Everything that ${props.config.projectName} ${props.config.stage} stores`,
      removalPolicy: this.removalPolicy,
    });
    this.inputs = props.config.inputs.map((name) => ({
      name,
      stream: this.addStream(`Input-${name}`, props.config.stream),
    }));
    // What the job finds is little beside what it reads.
    const derived = props.config.stream.mode === 'on-demand' ? props.config.stream : oneShard;
    this.anomalies = this.addStream('Anomalies', derived);
    this.rejects = this.addStream('Rejects', derived);

    const accessLogs = this.addAccessLogs();
    this.archive = this.addArchive(accessLogs);
    this.config = this.addBucket('Config', accessLogs, {
      versioned: true,
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(365) }],
    });
    this.incidents = this.addIncidents();
    this.topic = this.addTopic();
    this.operations = this.addOperationsTopic();
    this.catalog = new glue.CfnDatabase(this, 'Catalog', {
      catalogId: this.account,
      databaseInput: {
        name: `${props.config.projectName}_${props.config.stage}`.toLowerCase(),
        description: 'Archived records and rejects, for Athena',
      },
    });

    this.addOutputs();
  }

  private addStream(id: string, capacity: StageConfig['stream']): kinesis.Stream {
    const stream = new kinesis.Stream(this, id, {
      ...(capacity.mode === 'on-demand'
        ? { streamMode: kinesis.StreamMode.ON_DEMAND }
        : { streamMode: kinesis.StreamMode.PROVISIONED, shardCount: capacity.shards }),
      retentionPeriod: Duration.hours(this.settings.streamRetentionHours),
      encryption: kinesis.StreamEncryption.KMS,
      encryptionKey: this.key,
      removalPolicy: this.removalPolicy,
    });
    acknowledge(stream, {
      'AwsSolutions-KDS3':
        'One key of ours for all data, so that access to it is granted and withdrawn in one place.',
    });
    return stream;
  }

  private addBucket(id: string, accessLogs: s3.Bucket, props: s3.BucketProps): s3.Bucket {
    return new s3.Bucket(this, id, {
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: asBucket(accessLogs),
      serverAccessLogsPrefix: `${id.toLowerCase()}/`,
      ...this.bucketDefaults(),
      ...props,
    });
  }

  private bucketDefaults() {
    return {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: this.removalPolicy,
      autoDeleteObjects: !this.settings.protectData,
    };
  }

  private addArchive(accessLogs: s3.Bucket): s3.Bucket {
    const { infrequentAfterDays, expireAfterDays } = this.settings.archive;
    return this.addBucket('Archive', accessLogs, {
      lifecycleRules: [
        {
          transitions: [
            {
              storageClass: s3.StorageClass.INFREQUENT_ACCESS,
              transitionAfter: Duration.days(infrequentAfterDays),
            },
          ],
          expiration: Duration.days(expireAfterDays),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
        // Read once, soon after it was prepared; the records themselves stay in the archive.
        { prefix: WARM_PREFIX, expiration: Duration.days(WARM_DAYS) },
      ],
    });
  }

  private addAccessLogs(): s3.Bucket {
    return new s3.Bucket(this, 'AccessLogs', {
      ...this.bucketDefaults(),
      // S3 delivers access logs to buckets with its own keys only.
      encryption: s3.BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ expiration: Duration.days(90) }],
    });
  }

  private addIncidents(): dynamodb.Table {
    const table = new dynamodb.Table(this, 'Incidents', {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expires_at',
      stream: dynamodb.StreamViewType.NEW_IMAGE,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      deletionProtection: this.settings.protectData,
      removalPolicy: this.removalPolicy,
    });
    for (const { name, partition, sort } of Object.values(INDEXES)) {
      table.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: { name: partition, type: dynamodb.AttributeType.STRING },
        sortKey: { name: sort, type: dynamodb.AttributeType.STRING },
      });
    }
    return table;
  }

  private addTopic(): sns.Topic {
    const topic = new sns.Topic(this, 'Alerts', {
      displayName: `${this.settings.projectName} ${this.settings.stage}`,
      masterKey: this.key,
      enforceSSL: true,
    });
    for (const subscriber of subscribersOf(this.settings)) {
      const filterPolicy = filterOf(subscriber);
      topic.addSubscription(new subscriptions.EmailSubscription(subscriber.address, { filterPolicy }));
    }
    return topic;
  }

  /** Alarms carry no attributes, so a subscription with a filter would never hear one: they have this topic. */
  private addOperationsTopic(): sns.Topic {
    const topic = new sns.Topic(this, 'Operations', {
      displayName: `${this.settings.projectName} ${this.settings.stage} operations`,
      enforceSSL: true,
    });
    acknowledge(topic, {
      'AwsSolutions-SNS2':
        'Names of alarms and nothing else; a key that is disabled must not silence the news of it.',
    });
    // A policy of one's own, as enforceSSL makes it, takes the place of the default that lets this account's alarms in.
    topic.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
    const { emails } = this.settings.operations;
    const addresses = emails.length > 0 ? emails : addressesOf(this.settings);
    for (const address of addresses) topic.addSubscription(new subscriptions.EmailSubscription(address));
    return topic;
  }

  /** For people and tools. The pipeline refers to this stack weakly (cdk.json), so that neither holds the other fast. */
  private addOutputs(): void {
    const outputs = {
      InputStreamNames: this.inputs.map((input) => input.stream.streamName).join(','),
      AnomaliesStreamName: this.anomalies.streamName,
      RejectsStreamName: this.rejects.streamName,
      TopicArn: this.topic.topicArn,
      OperationsTopicArn: this.operations.topicArn,
      ArchiveBucketName: this.archive.bucketName,
      ConfigBucketName: this.config.bucketName,
      IncidentsTableName: this.incidents.tableName,
      CatalogDatabase: this.catalog.ref,
      KeyArn: this.key.keyArn,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}

/** A job that fails and restarts within an archive still finds it. */
const WARM_DAYS = 30;

const oneShard: StageConfig['stream'] = { mode: 'provisioned', shards: 1 };
