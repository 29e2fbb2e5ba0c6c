import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as sources from 'aws-cdk-lib/aws-lambda-event-sources';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { NotifyEnv } from '../../lambdas/notify/env.ts';
import { envFor } from '../constructs/env-for.ts';
import { NodeLambda, type StageProps } from '../constructs/node-lambda.ts';
import type { FifoQueue } from '../constructs/queue-with-dead-letters.ts';
import { ALARM_PERIOD, RunbookAlarm } from '../constructs/runbook-alarm.ts';
import { grantTable } from '../constructs/table-grants.ts';
import { NOTIFY_TIMEOUT } from './timeouts.ts';

export interface NotifyProps extends StageProps {
  readonly from: FifoQueue;
  /** Where a message is claimed before it is sent. */
  readonly claims: dynamodb.Table;
  readonly topic: sns.ITopic;
}

/** Sends each alert once: claimed, published, confirmed. */
export class Notify extends Construct {
  readonly functions: readonly NodeLambda[];

  constructor(scope: Construct, id: string, props: NotifyProps) {
    super(scope, id);
    const notify = new NodeLambda(this, 'Function', {
      ...props,
      step: 'notify',
      description: 'Sends an alert to the topic',
      failureMeaning: 'Mails wait, and go to the dead letters after five attempts.',
      environment: envFor(NotifyEnv, {
        TABLE_NAME: props.claims.tableName,
        TOPIC_ARN: props.topic.topicArn,
        CHANNEL: JSON.stringify(props.config.channel),
      }),
      timeout: NOTIFY_TIMEOUT,
    });
    grantTable(props.claims, notify, { actions: ['GetItem', 'UpdateItem', 'PutItem'] });
    props.topic.grantPublish(notify);
    notify.addEventSource(
      new sources.SqsEventSource(props.from, {
        batchSize: 10,
        reportBatchItemFailures: true,
        // The fewest that AWS lets an event source have; all of them share one token bucket.
        maxConcurrency: 2,
      }),
    );
    this.functions = [notify];
    this.addAlarms(props.topic, props.claims);
  }

  private addAlarms(topic: sns.ITopic, claims: dynamodb.Table): void {
    new RunbookAlarm(this, 'Failing', {
      runbook: 'Mails fail',
      meaning: 'Messages could not be sent, or nobody knows whether they were.',
      metric: new cloudwatch.Metric({
        namespace: 'AnomalyDetection',
        metricName: 'MailsFailed',
        dimensionsMap: { service: 'notify' },
        statistic: cloudwatch.Stats.SUM,
        period: ALARM_PERIOD,
      }),
    });
    for (const metricName of ['ReadThrottleEvents', 'WriteThrottleEvents']) {
      new RunbookAlarm(this, `Store${metricName}`, {
        runbook: 'The store is throttled',
        meaning: 'DynamoDB refuses requests of the incidents table: incidents and mails wait.',
        metric: claims.metric(metricName, { period: ALARM_PERIOD, statistic: cloudwatch.Stats.SUM }),
      });
    }
    new RunbookAlarm(this, 'Undelivered', {
      runbook: 'The topic cannot deliver',
      meaning: 'SNS could not deliver a message to a subscriber.',
      metric: topic.metricNumberOfNotificationsFailed({ period: ALARM_PERIOD, statistic: 'Sum' }),
    });
  }
}
