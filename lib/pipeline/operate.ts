import { Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { StageConfig } from '../config/schema.ts';
import type { NodeLambda } from '../constructs/node-lambda.ts';
import { ALARM_PERIOD, RunbookAlarm } from '../constructs/runbook-alarm.ts';
import type { Archive } from './archive.ts';
import { dashboardRows } from './dashboard.ts';
import type { Detect } from './detect.ts';
import type { Incidents } from './incidents.ts';
import type { Ingest } from './ingest.ts';
import type { Notify } from './notify.ts';
import type { PublishConfig } from './publish-config.ts';
import type { Triage } from './triage.ts';

/** The steps of the pipeline, for what looks at all of them. */
export interface Steps {
  readonly rules: PublishConfig;
  readonly ingest: Ingest;
  readonly archive: Archive;
  readonly detect: Detect;
  readonly incidents: Incidents;
  readonly triage: Triage;
  readonly notify: Notify;
}

export interface OperateProps {
  readonly config: StageConfig;
  readonly steps: Steps;
  readonly rejects: kinesis.IStream;
  readonly topic: sns.ITopic;
}

/** Rejects in five minutes from which on somebody should look at the producers. */
const MANY_REJECTS = 100;

/** One dashboard, and an action for every alarm of the stack. */
export class Operate extends Construct {
  readonly functions: readonly NodeLambda[];
  readonly dashboardUrl: string;

  constructor(scope: Construct, id: string, props: OperateProps) {
    super(scope, id);
    const { rules, archive, detect, incidents, triage, notify } = props.steps;
    this.functions = [rules, archive, detect, incidents, triage, notify].flatMap((step) => step.functions);

    new RunbookAlarm(this, 'Rejects', {
      runbook: 'Many records are rejected',
      meaning: `More than ${MANY_REJECTS} records in five minutes could not be read.`,
      metric: props.rejects.metricIncomingRecords({ period: ALARM_PERIOD, statistic: 'Sum' }),
      threshold: MANY_REJECTS,
    });
    this.addActions(props.topic);

    const name = `${props.config.projectName}-${props.config.stage}`;
    const dashboard = new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: name,
      widgets: dashboardRows(props, this.functions),
    });
    const { region } = Stack.of(this);
    this.dashboardUrl = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboard.dashboardName}`;
  }

  /**
   * Alarms go where the alerts go, as e-mails of their own.
   *
   * None can feed itself: an alarm sends one message when it begins and none when it ends, so an alarm on
   * failing deliveries costs one more delivery, not a loop. Its message carries no attributes, so a subscription
   * with a filter policy does not get it.
   */
  private addActions(topic: sns.ITopic): void {
    for (const construct of Stack.of(this).node.findAll()) {
      if (construct instanceof RunbookAlarm) construct.addAlarmAction(new actions.SnsAction(topic));
    }
  }
}
