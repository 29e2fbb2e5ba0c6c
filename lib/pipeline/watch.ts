import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as eventTargets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as targets from 'aws-cdk-lib/aws-scheduler-targets';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { HeartbeatEnv } from '../../lambdas/heartbeat/env.ts';
import { WatchEnv } from '../../lambdas/watch/env.ts';
import { addressesOf } from '../config/schema.ts';
import { acknowledge, KEY_ACTIONS } from '../constructs/acknowledge.ts';
import { envFor } from '../constructs/env-for.ts';
import { NodeLambda, type StageProps } from '../constructs/node-lambda.ts';
import { RunbookAlarm } from '../constructs/runbook-alarm.ts';
import type { InputStream } from '../stacks/data-stack.ts';

export interface WatchProps extends StageProps {
  /** Where beats go in. */
  readonly inputs: readonly InputStream[];
  /** Where they must come out, and whose subscriptions are looked at. */
  readonly topic: sns.ITopic;
  /** Hears of a lost heartbeat, by a way that the beats do not take. */
  readonly operations: sns.ITopic;
  /** Names of the sources whose alerts somebody must hear. */
  readonly sources: readonly string[];
}

/** How often the subscriptions are looked at; a lost address should not wait for the next incident. */
const LOOK_MINUTES = 5;

/** Watches the watching: would an alert reach anybody, and does a made-up record still go the whole way? */
export class Watch extends Construct {
  readonly functions: readonly NodeLambda[];
  private readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: WatchProps) {
    super(scope, id);
    this.role = new iam.Role(this, 'ScheduleRole', {
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    acknowledge(this.role, {
      ...KEY_ACTIONS,
      'AwsSolutions-IAM5[Resource::…:*]': 'Any version of the two functions that it calls.',
    });
    this.functions = [this.addLook(props), this.addBeat(props), this.addHeard(props)];
  }

  private addLook(props: WatchProps): NodeLambda {
    const { config, topic, sources } = props;
    const look = new NodeLambda(this, 'Subscriptions', {
      ...props,
      step: 'watch',
      description: 'Looks whether alerts would reach anybody',
      failureMeaning: 'Nobody looks whether the e-mail subscriptions still stand.',
      environment: envFor(WatchEnv, {
        TOPIC_ARN: topic.topicArn,
        EXPECTED_ADDRESSES: JSON.stringify(addressesOf(config)),
        SOURCES: JSON.stringify(sources),
      }),
    });
    look.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['sns:ListSubscriptionsByTopic', 'sns:GetSubscriptionAttributes'],
        resources: [topic.topicArn],
      }),
    );
    const schedule = this.each(LOOK_MINUTES, 'Look', look, props);
    const metric = (metricName: string, statistic: string) => metricOf('watch', metricName, statistic);
    const alarms = [
      new RunbookAlarm(this, 'NobodyListens', {
        runbook: 'Nobody gets the alerts',
        meaning: 'No e-mail address is confirmed: every incident is silent.',
        metric: metric('ConfirmedSubscriptions', cloudwatch.Stats.MINIMUM),
        threshold: 1,
        comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
        evaluationPeriods: 2,
        treatMissingData: cloudwatch.TreatMissingData.BREACHING,
      }),
      ...[
        {
          id: 'Lost',
          name: 'LostSubscriptions',
          meaning: 'An address of the settings is no longer subscribed.',
        },
        {
          id: 'UnheardCritical',
          name: 'UnheardCritical',
          meaning: 'Nobody gets the critical alerts of a source.',
        },
        { id: 'UnheardWarning', name: 'UnheardWarning', meaning: 'Nobody gets the warnings of a source.' },
      ].map(
        (each) =>
          new RunbookAlarm(this, each.id, {
            runbook: each.id === 'Lost' ? 'A subscription is lost' : 'A severity reaches nobody',
            meaning: each.meaning,
            metric: metric(each.name, cloudwatch.Stats.MAXIMUM),
          }),
      ),
    ];
    // Made after the first look can have come, so that a first deploy does not begin with an alarm.
    for (const alarm of alarms) alarm.node.addDependency(schedule);
    return look;
  }

  private addBeat(props: WatchProps): NodeLambda {
    const [input] = props.inputs;
    if (input === undefined) throw new Error('A stage has at least one input stream');
    const beat = new NodeLambda(this, 'Heartbeat', {
      ...props,
      step: 'heartbeat',
      description: 'Puts a made-up record on the input stream',
      failureMeaning: 'No heartbeat goes in, so its alarm will say that none comes out.',
      environment: envFor(HeartbeatEnv, { STREAM_NAME: input.stream.streamName }),
    });
    input.stream.grantWrite(beat);
    this.each(props.config.operations.heartbeatMinutes, 'Beat', beat, props);
    return beat;
  }

  private addHeard(props: WatchProps): NodeLambda {
    const heard = new NodeLambda(this, 'Heard', {
      ...props,
      step: 'heard',
      description: 'Measures how long a heartbeat took',
      failureMeaning: 'Heartbeats arrive and are not counted.',
      environment: {},
    });
    props.topic.addSubscription(
      new subscriptions.LambdaSubscription(heard, {
        filterPolicy: { kind: sns.SubscriptionFilter.stringFilter({ allowlist: ['heartbeat'] }) },
      }),
    );
    const lost = new RunbookAlarm(this, 'HeartbeatLost', {
      runbook: 'The heartbeat is lost',
      meaning: 'A made-up record did not come out as a message: real incidents may be silent too.',
      metric: metricOf(
        'heard',
        'HeartbeatMs',
        cloudwatch.Stats.SAMPLE_COUNT,
        props.config.operations.heartbeatMinutes,
      ),
      threshold: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 2,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
    // The alarm's own action goes to the operations topic, as every alarm's does. Should that action be lost or
    // switched off, the change of its state still goes there, as an event.
    new events.Rule(this, 'HeartbeatLostEvent', {
      description: 'A lost heartbeat, told by another way than the alarm itself',
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        resources: [lost.alarmArn],
        detail: { state: { value: ['ALARM'] } },
      },
      targets: [new eventTargets.SnsTopic(props.operations)],
    });
    return heard;
  }

  private each(minutes: number, id: string, target: NodeLambda, props: StageProps): scheduler.Schedule {
    return new scheduler.Schedule(this, id, {
      schedule: scheduler.ScheduleExpression.rate(Duration.minutes(minutes)),
      description: `Runs ${target.label}`,
      key: props.key,
      // The next one comes soon enough; a late one would only blur the figures.
      target: new targets.LambdaInvoke(target, {
        role: this.role,
        retryAttempts: 1,
        maxEventAge: Duration.minutes(1),
      }),
    });
  }
}

function metricOf(
  service: string,
  metricName: string,
  statistic: string,
  minutes = LOOK_MINUTES,
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AnomalyDetection',
    metricName,
    dimensionsMap: { service },
    statistic,
    period: Duration.minutes(minutes),
  });
}
