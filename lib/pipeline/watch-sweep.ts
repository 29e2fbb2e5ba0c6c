import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as scheduler from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import type { NodeLambda } from '../constructs/node-lambda.ts';
import { ALARM_PERIOD, RunbookAlarm, SILENT_MINUTES } from '../constructs/runbook-alarm.ts';

/** The sweep's alarms: what it found of mails, and that it runs at all. */
export function watchSweep(scope: Construct, sweep: NodeLambda, schedule: scheduler.Schedule): void {
  const ofSweep = (metricName: string) =>
    new cloudwatch.Metric({
      namespace: 'AnomalyDetection',
      metricName,
      dimensionsMap: { service: 'sweep' },
      statistic: cloudwatch.Stats.SUM,
      period: ALARM_PERIOD,
    });
  new RunbookAlarm(scope, 'Unconfirmed', {
    runbook: 'A mail may not have been sent',
    meaning: 'A message was claimed and its sending never confirmed.',
    metric: ofSweep('UnconfirmedClaims'),
  });
  new RunbookAlarm(scope, 'GivenUp', {
    runbook: 'A mail was given up',
    meaning: 'A message could not be sent for hours and is not tried again.',
    metric: ofSweep('MailsFailed'),
  });
  const stopped = new RunbookAlarm(scope, 'NotSwept', {
    runbook: 'The sweep does not run',
    meaning: 'Quiet incidents stay open, and a mail lost by a crash stays lost.',
    metric: sweep.metricInvocations({ period: Duration.minutes(1), statistic: 'Sum' }),
    threshold: 1,
    comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: SILENT_MINUTES,
    treatMissingData: cloudwatch.TreatMissingData.BREACHING,
  });
  // Made last, so that there is a first point when it first looks.
  stopped.node.addDependency(schedule);
}
