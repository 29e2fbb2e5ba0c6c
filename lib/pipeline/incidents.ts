import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as destinations from 'aws-cdk-lib/aws-lambda-destinations';
import * as sources from 'aws-cdk-lib/aws-lambda-event-sources';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as targets from 'aws-cdk-lib/aws-scheduler-targets';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DueEnv } from '../../lambdas/due/env.ts';
import { IncidentsEnv } from '../../lambdas/incidents/env.ts';
import { OutboxEnv } from '../../lambdas/outbox/env.ts';
import { SweepEnv } from '../../lambdas/sweep/env.ts';
import { acknowledge, KEY_ACTIONS } from '../constructs/acknowledge.ts';
import { asTable } from '../constructs/as-interface.ts';
import { envFor } from '../constructs/env-for.ts';
import { NodeLambda, type StageProps } from '../constructs/node-lambda.ts';
import { DeadLetters, DelayQueue, FifoQueue } from '../constructs/queue-with-dead-letters.ts';
import { ALARM_PERIOD, RunbookAlarm } from '../constructs/runbook-alarm.ts';
import { grantTable } from '../constructs/table-grants.ts';
import { DUE_TIMEOUT, triageTimeout } from './timeouts.ts';
import { watchSweep } from './watch-sweep.ts';

export interface IncidentsProps extends StageProps {
  readonly from: kinesis.IStream;
  readonly store: dynamodb.Table;
}

/** An incident, its outbox line and the mark of the anomaly are written together or not at all. */
const COMMIT = ['GetItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem'] as const;

/** A clearing of what is not open is noted on its own; silences and parents are listed. */
const FOLD = [...COMMIT, 'UpdateItem', 'Query'] as const;

/** Folds anomalies into incidents; what must be said leaves through the outbox in the same write. */
export class Incidents extends Construct {
  /** What must be said: one request a message, in order within an incident. */
  readonly out: FifoQueue;
  readonly functions: readonly NodeLambda[];

  constructor(scope: Construct, id: string, props: IncidentsProps) {
    super(scope, id);
    this.out = new FifoQueue(this, 'Requests', {
      key: props.key,
      name: 'requests',
      of: 'alerts that could not be worded',
      runbook: 'Alerts could not be worded',
      consumerTimeout: triageTimeout(props.config),
      oneAtATime: true,
    });
    const { timers, due } = this.addDue(props);
    this.functions = [this.addFold(props), this.addOutbox(props, timers), due, this.addSweep(props)];
  }

  /** Anomalies of the stream into the table. */
  private addFold(props: IncidentsProps): NodeLambda {
    const { config, key, from, store } = props;
    const deadLetters = new DeadLetters(this, 'FoldDeadLetters', {
      key,
      name: 'anomalies',
      of: 'anomalies that could not become incidents',
      runbook: 'Anomalies could not become incidents',
    });
    const fold = new NodeLambda(this, 'Fold', {
      ...props,
      step: 'incidents',
      description: 'Folds anomalies into incidents',
      failureMeaning: 'Anomalies wait, and nobody hears of new incidents.',
      environment: envFor(IncidentsEnv, {
        TABLE_NAME: store.tableName,
        DEAD_LETTER_QUEUE_URL: deadLetters.queueUrl,
        KEEP_DAYS: String(config.incidents.keepDays),
        STREAM_RETENTION_HOURS: String(config.streamRetentionHours),
        QUIET_UNTIL_MS: String(Date.parse(config.flink.quietUntil ?? '1970-01-01T00:00:00Z')),
        NOISE: JSON.stringify(config.incidents.noise),
      }),
      memorySize: 1_024,
    });
    grantTable(store, fold, { actions: FOLD });
    deadLetters.grantSendMessages(fold);
    fold.addEventSource(
      new sources.KinesisEventSource(from, {
        startingPosition: lambda.StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        reportBatchItemFailures: true,
        bisectBatchOnError: true,
        retryAttempts: 10,
        onFailure: new sources.SqsDlq(deadLetters),
      }),
    );
    new RunbookAlarm(this, 'FoldBehind', {
      runbook: 'Incidents fall behind',
      meaning: 'Anomalies wait for more than a minute before they are looked at.',
      metric: fold.metric('IteratorAge', { period: ALARM_PERIOD, statistic: 'Maximum' }),
      threshold: Duration.minutes(1).toMilliseconds(),
    });
    return fold;
  }

  /** New outbox lines of the table into the queue, new times into the timers. */
  private addOutbox(props: IncidentsProps, timers: sqs.Queue): NodeLambda {
    const deadLetters = new DeadLetters(this, 'OutboxDeadLetters', {
      key: props.key,
      name: 'outbox',
      of: 'places in the table stream whose outbox lines were not queued',
      runbook: 'Outbox lines were not queued',
    });
    const outbox = new NodeLambda(this, 'Outbox', {
      ...props,
      step: 'outbox',
      description: 'Queues what must be sent',
      failureMeaning: 'Mails wait until the sweep queues them.',
      environment: envFor(OutboxEnv, {
        TRIAGE_QUEUE_URL: this.out.queueUrl,
        TIMER_QUEUE_URL: timers.queueUrl,
      }),
    });
    this.out.grantSendMessages(outbox);
    timers.grantSendMessages(outbox);
    outbox.addEventSource(
      new sources.DynamoEventSource(asTable(props.store), {
        startingPosition: lambda.StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        reportBatchItemFailures: true,
        bisectBatchOnError: true,
        retryAttempts: 10,
        onFailure: new sources.SqsDlq(deadLetters),
        filters: [
          lambda.FilterCriteria.filter({
            eventName: lambda.FilterRule.isEqual('INSERT'),
            dynamodb: { NewImage: { type: { S: lambda.FilterRule.isEqual('outbox') } } },
          }),
          lambda.FilterCriteria.filter({
            dynamodb: { NewImage: { timer_at: { S: lambda.FilterRule.exists() } } },
          }),
        ],
      }),
    );
    return outbox;
  }

  /** What waits for its time: a delayed message an incident, and the function that looks again. */
  private addDue(props: IncidentsProps): { readonly timers: sqs.Queue; readonly due: NodeLambda } {
    const { config, key, store } = props;
    const timers = new DelayQueue(this, 'Timers', {
      key,
      name: 'timers',
      of: 'incidents that could not be looked at when their time came',
      runbook: 'Held mails were not released',
      consumerTimeout: DUE_TIMEOUT,
    });
    const due = new NodeLambda(this, 'Due', {
      ...props,
      step: 'due',
      description: 'Looks again at incidents whose time has come',
      failureMeaning: 'Held mails and reminders wait until the sweep looks.',
      environment: envFor(DueEnv, {
        TABLE_NAME: store.tableName,
        KEEP_DAYS: String(config.incidents.keepDays),
        NOISE: JSON.stringify(config.incidents.noise),
      }),
      timeout: DUE_TIMEOUT,
    });
    grantTable(store, due, { actions: FOLD });
    due.addEventSource(
      new sources.SqsEventSource(timers, { batchSize: 10, reportBatchItemFailures: true, maxConcurrency: 5 }),
    );
    return { timers, due };
  }

  /** Each minute: quiet incidents resolve, forgotten outbox lines are queued, unconfirmed claims are counted. */
  private addSweep(props: IncidentsProps): NodeLambda {
    const { config, key, store } = props;
    const deadLetters = new DeadLetters(this, 'SweepDeadLetters', {
      key,
      name: 'sweeps',
      of: 'sweeps that failed',
      runbook: 'Sweeps failed',
    });
    const sweep = new NodeLambda(this, 'Sweep', {
      ...props,
      step: 'sweep',
      description: 'Resolves quiet incidents and queues what was forgotten',
      failureMeaning: 'Quiet incidents stay open, and a mail lost by a crash stays lost.',
      environment: envFor(SweepEnv, {
        TABLE_NAME: store.tableName,
        TRIAGE_QUEUE_URL: this.out.queueUrl,
        QUIET_MINUTES: String(config.incidents.quietMinutes),
        KEEP_DAYS: String(config.incidents.keepDays),
        NOISE: JSON.stringify(config.incidents.noise),
      }),
      timeout: Duration.seconds(50),
      onFailure: new destinations.SqsDestination(deadLetters),
    });
    grantTable(store, sweep, { actions: FOLD, indexes: ['open', 'unsent', 'due', 'list'] });
    this.out.grantSendMessages(sweep);
    const role = new iam.Role(this, 'ScheduleRole', {
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    acknowledge(role, {
      ...KEY_ACTIONS,
      'AwsSolutions-IAM5[Resource::…:*]': 'Any version of the one function that it calls.',
    });
    const schedule = new scheduler.Schedule(this, 'EachMinute', {
      schedule: scheduler.ScheduleExpression.cron({ minute: '*', timeZone: TimeZone.ETC_UTC }),
      description: 'Runs the sweep',
      key,
      target: new targets.LambdaInvoke(sweep, {
        role,
        deadLetterQueue: deadLetters,
        retryAttempts: 1,
        // The next minute brings the next sweep.
        maxEventAge: Duration.minutes(1),
      }),
    });
    watchSweep(this, sweep, schedule);
    return sweep;
  }
}
