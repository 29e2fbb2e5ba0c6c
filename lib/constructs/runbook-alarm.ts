import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

export interface RunbookAlarmProps {
  /** Heading of docs/runbook.md that says what to do. */
  readonly runbook: string;
  /** What it means for staff, in one sentence. */
  readonly meaning: string;
  readonly metric: cloudwatch.IMetric;
  /** @default 0 */
  readonly threshold?: number;
  /** @default GREATER_THAN_THRESHOLD */
  readonly comparisonOperator?: cloudwatch.ComparisonOperator;
  /** Periods in a row. @default 1 */
  readonly evaluationPeriods?: number;
  /** @default NOT_BREACHING: most metrics here have points only when something happens */
  readonly treatMissingData?: cloudwatch.TreatMissingData;
}

/** An alarm that leads to its entry in the runbook. `Operate` gives all of them their action. */
export class RunbookAlarm extends cloudwatch.Alarm {
  constructor(scope: Construct, id: string, props: RunbookAlarmProps) {
    super(scope, id, {
      metric: props.metric,
      alarmDescription: `${props.meaning} Runbook: docs/runbook.md#${anchorOf(props.runbook)}`,
      threshold: props.threshold ?? 0,
      comparisonOperator: props.comparisonOperator ?? cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: props.evaluationPeriods ?? 1,
      treatMissingData: props.treatMissingData ?? cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }
}

/** The anchor that Markdown viewers give a heading. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}

/** Minutes without a point after which something that speaks each minute is taken to have stopped. */
export const SILENT_MINUTES = 10;

/** How often alarms look, where nothing else is asked. */
export const ALARM_PERIOD = Duration.minutes(5);
