import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as destinations from 'aws-cdk-lib/aws-lambda-destinations';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as targets from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { DigestEnv } from '../../lambdas/digest/env.ts';
import { acknowledge, KEY_ACTIONS } from '../constructs/acknowledge.ts';
import { envFor } from '../constructs/env-for.ts';
import { NodeLambda, type StageProps } from '../constructs/node-lambda.ts';
import { DeadLetters, type FifoQueue } from '../constructs/queue-with-dead-letters.ts';
import { ALARM_PERIOD, RunbookAlarm, SILENT_MINUTES } from '../constructs/runbook-alarm.ts';
import { grantTable } from '../constructs/table-grants.ts';
import { DIGEST_TIMEOUT } from './timeouts.ts';

export interface DigestProps extends StageProps {
  readonly store: dynamodb.Table;
  /** Where messages go that leave by themselves after all. */
  readonly to: FifoQueue;
}

/** Tells of many incidents in one message: those of a storm, and once a day the warnings. */
export class Digest extends Construct {
  readonly functions: readonly NodeLambda[];

  constructor(scope: Construct, id: string, props: DigestProps) {
    super(scope, id);
    const { config, key, store, to } = props;
    const deadLetters = new DeadLetters(this, 'DeadLetters', {
      key,
      name: 'digests',
      of: 'digests that could not be made',
      runbook: 'Digests were not made',
    });
    const digest = new NodeLambda(this, 'Function', {
      ...props,
      step: 'digest',
      description: 'Folds the messages of a storm, and the warnings of a day, into one',
      failureMeaning: 'Incidents of a storm, and warnings, are stored and not told.',
      environment: envFor(DigestEnv, {
        TABLE_NAME: store.tableName,
        TRIAGE_QUEUE_URL: to.queueUrl,
        KEEP_DAYS: String(config.incidents.keepDays),
        NOISE: JSON.stringify(config.incidents.noise),
        CHANNEL: JSON.stringify(config.channel),
        DAILY_HOUR: String(config.dailyDigestHour),
        LEASE_MS: String(DIGEST_TIMEOUT.plus(Duration.seconds(5)).toMilliseconds()),
        STAGE: config.stage,
      }),
      timeout: DIGEST_TIMEOUT,
      memorySize: 1_024,
      onFailure: new destinations.SqsDestination(deadLetters),
    });
    grantTable(store, digest, {
      actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
      indexes: ['unsent'],
    });
    to.grantSendMessages(digest);
    const eachMinute = this.schedules(digest, deadLetters, props);
    this.functions = [digest];
    this.addAlarms(digest, eachMinute);
  }

  /** @returns the schedule of each minute */
  private schedules(digest: NodeLambda, deadLetters: DeadLetters, { key, config }: DigestProps) {
    const role = new iam.Role(this, 'ScheduleRole', {
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    acknowledge(role, {
      ...KEY_ACTIONS,
      'AwsSolutions-IAM5[Resource::…:*]': 'Any version of the one function that it calls.',
    });
    const each = (id: string, work: string, cron: scheduler.CronOptionsWithTimezone, maxEventAge: Duration) =>
      new scheduler.Schedule(this, id, {
        schedule: scheduler.ScheduleExpression.cron({ ...cron, timeZone: TimeZone.ETC_UTC }),
        description: `Runs the digest function: ${work}`,
        key,
        target: new targets.LambdaInvoke(digest, {
          role,
          deadLetterQueue: deadLetters,
          input: scheduler.ScheduleTargetInput.fromObject({ work }),
          retryAttempts: 1,
          maxEventAge,
        }),
      });
    each('Daily', 'daily', { minute: '0', hour: String(config.dailyDigestHour) }, Duration.hours(6));
    return each('EachMinute', 'fold', { minute: '*' }, Duration.minutes(1));
  }

  private addAlarms(digest: NodeLambda, eachMinute: scheduler.Schedule): void {
    new RunbookAlarm(this, 'Storm', {
      runbook: 'Incidents are told in digests',
      meaning: 'More incidents began than e-mails may be sent: they are told together.',
      metric: new cloudwatch.Metric({
        namespace: 'AnomalyDetection',
        metricName: 'StormDigests',
        dimensionsMap: { service: 'digest' },
        statistic: cloudwatch.Stats.SUM,
        period: ALARM_PERIOD,
      }),
    });
    const stopped = new RunbookAlarm(this, 'NotFolded', {
      runbook: 'The digest step does not run',
      meaning: 'Should a storm come, only its first incidents would be told.',
      metric: digest.metricInvocations({ period: Duration.minutes(1), statistic: 'Sum' }),
      threshold: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: SILENT_MINUTES,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
    // Made last, so that there is a first point when it first looks.
    stopped.node.addDependency(eachMinute);
  }
}
