import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config/schema.ts';
import { acknowledge, KEY_ACTIONS } from './acknowledge.ts';
import { bundledHandler } from './bundle.ts';
import { ALARM_PERIOD, RunbookAlarm } from './runbook-alarm.ts';

/** What every construct of a stage needs. */
export interface StageProps {
  readonly config: StageConfig;
  /** Encrypts what the construct stores. */
  readonly key: kms.IKey;
}

export interface NodeLambdaProps extends StageProps {
  /** Folder in lambdas/ whose handler.ts it runs. */
  readonly step: string;
  /** Where one step has several functions: the name of this one. @default the step */
  readonly name?: string;
  readonly description: string;
  /** From `envFor`, so that it is what the handler parses. */
  readonly environment: Record<string, string>;
  /** What staff notice while it fails; opens the alarm's description. */
  readonly failureMeaning: string;
  /** @default 30 seconds */
  readonly timeout?: Duration;
  /** MiB; the processor's share grows with it. @default 512 */
  readonly memorySize?: number;
  /** Where events go that an asynchronous caller gave up on. @default none: the caller waits, or keeps the event */
  readonly onFailure?: lambda.IDestination;
  /** The extension that reads secrets. @default none */
  readonly paramsAndSecrets?: lambda.ParamsAndSecretsLayerVersion;
}

/** One step's function: bundled, traced, its log encrypted and bounded, and an alarm on errors and on throttles. */
export class NodeLambda extends lambda.Function {
  /** What people call it: in the log group's name, the runbook and the dashboard. */
  readonly label: string;

  constructor(scope: Construct, id: string, props: NodeLambdaProps) {
    const { projectName, stage } = props.config;
    const logGroup = new logs.LogGroup(scope, `${id}Logs`, {
      logGroupName: `/${projectName}/${stage}/${props.name ?? props.step}`,
      retention: props.config.logRetentionDays,
      encryptionKey: props.key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // A role of its own: the managed policy that the library would add may write to every log group.
    const role = new iam.Role(scope, `${id}Role`, {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    logGroup.grantWrite(role);
    super(scope, id, {
      code: bundledHandler(props.step),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      description: props.description,
      timeout: props.timeout ?? Duration.seconds(30),
      memorySize: props.memorySize ?? 512,
      role,
      logGroup,
      tracing: lambda.Tracing.ACTIVE,
      environmentEncryption: props.key,
      environment: {
        POWERTOOLS_SERVICE_NAME: props.step,
        POWERTOOLS_METRICS_NAMESPACE: 'AnomalyDetection',
        POWERTOOLS_LOG_LEVEL: 'INFO',
        NODE_OPTIONS: '--enable-source-maps',
        ...props.environment,
      },
      ...(props.paramsAndSecrets && { paramsAndSecrets: props.paramsAndSecrets }),
      ...(props.onFailure && { onFailure: props.onFailure, retryAttempts: 2 }),
    });
    this.label = props.name ?? props.step;
    props.key.grantDecrypt(role);
    acknowledge(role, {
      ...KEY_ACTIONS,
      'AwsSolutions-IAM5[Resource::*]': 'X-Ray accepts trace segments for no resource narrower than *.',
    });
    this.addAlarms(props);
  }

  private addAlarms({ step, failureMeaning }: NodeLambdaProps): void {
    new RunbookAlarm(this, 'Errors', {
      runbook: `Function ${step} fails`,
      meaning: failureMeaning,
      metric: this.metricErrors({ period: ALARM_PERIOD }),
    });
    new RunbookAlarm(this, 'Throttles', {
      runbook: 'A function is throttled',
      meaning: `The account's concurrency is used up, and ${this.label} waits.`,
      metric: this.metricThrottles({ period: ALARM_PERIOD }),
      evaluationPeriods: 2,
    });
  }
}
