import { Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { StageConfig } from '../config/schema.ts';
import type { NodeLambda } from '../constructs/node-lambda.ts';
import { DeadLetters } from '../constructs/queue-with-dead-letters.ts';
import { ALARM_PERIOD, RunbookAlarm } from '../constructs/runbook-alarm.ts';
import type { Archive } from './archive.ts';
import { dashboardRows } from './dashboard.ts';
import type { Detect } from './detect.ts';
import type { Digest } from './digest.ts';
import type { Incidents } from './incidents.ts';
import type { Ingest } from './ingest.ts';
import type { Notify } from './notify.ts';
import type { PublishConfig } from './publish-config.ts';
import type { Triage } from './triage.ts';
import type { Watch } from './watch.ts';

/** The steps of the pipeline, for what looks at all of them. */
export interface Steps {
  readonly rules: PublishConfig;
  readonly ingest: Ingest;
  readonly archive: Archive;
  readonly detect: Detect;
  readonly incidents: Incidents;
  readonly digest: Digest;
  readonly triage: Triage;
  readonly notify: Notify;
  readonly watch: Watch;
}

export interface OperateProps {
  readonly config: StageConfig;
  readonly steps: Steps;
  readonly rejects: kinesis.IStream;
  /** Where alarms go: not the topic of the alerts, whose own faults they tell of. */
  readonly topic: sns.ITopic;
}

/** Rejects in five minutes from which on somebody should look at the producers. */
const MANY_REJECTS = 100;

/** One dashboard, and an action for every alarm of the stack. */
export class Operate extends Construct {
  readonly functions: readonly NodeLambda[];
  readonly dashboardUrl: string;
  /** Every queue of dead letters in the stack. */
  readonly deadLetters: readonly DeadLetters[];

  constructor(scope: Construct, id: string, props: OperateProps) {
    super(scope, id);
    const { rules, archive, detect, incidents, digest, triage, notify, watch } = props.steps;
    this.functions = [rules, archive, detect, incidents, digest, triage, notify, watch].flatMap(
      (step) => step.functions,
    );

    new RunbookAlarm(this, 'Rejects', {
      runbook: 'Many records are rejected',
      meaning: `More than ${MANY_REJECTS} records in five minutes could not be read.`,
      metric: props.rejects.metricIncomingRecords({ period: ALARM_PERIOD, statistic: 'Sum' }),
      threshold: MANY_REJECTS,
    });
    this.addActions(props.topic);
    this.deadLetters = Stack.of(this)
      .node.findAll()
      .filter((each) => each instanceof DeadLetters);

    const name = `${props.config.projectName}-${props.config.stage}`;
    const dashboard = new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: name,
      widgets: dashboardRows(props, this.functions),
    });
    const { region } = Stack.of(this);
    this.dashboardUrl = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboard.dashboardName}`;
  }

  /**
   * Alarms go to the operations topic, as e-mails of their own: their messages carry no attributes, so a
   * subscription with a filter, as those of the alerts' topic are, would not get them.
   */
  private addActions(topic: sns.ITopic): void {
    for (const construct of Stack.of(this).node.findAll()) {
      if (construct instanceof RunbookAlarm) construct.addAlarmAction(new actions.SnsAction(topic));
    }
  }
}
