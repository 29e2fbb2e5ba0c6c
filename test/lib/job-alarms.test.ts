/** What the alarms of the Flink job look at. */
import { loadConfig } from '../../lib/config/load.ts';
import { entries } from './runbook.ts';
import { ofType, STAGES, synthesize } from './stages.ts';

describe.each(STAGES)('of the job of %s', (stage) => {
  const alarms = ofType(synthesize(stage), 'AWS::CloudWatch::Alarm').filter(([id]) =>
    id.startsWith('Detect'),
  );
  const alarmOf = (metricName: string) =>
    alarms.find(([, { Properties }]) => Properties.MetricName === metricName)?.[1].Properties;

  it('an alarm sounds at the first record that left a stream unread', () => {
    const alarm = alarmOf('retention_gaps');
    expect(alarm).toMatchObject({
      Namespace: 'AWS/KinesisAnalytics',
      Statistic: 'Maximum',
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
    });
    expect(alarm.Dimensions).toContainEqual({ Name: 'Program', Value: 'Tocsin' });
    expect(entries.has('records-left-a-stream-unread')).toBe(true);
  });

  it('an alarm sounds while the job is a quarter of an hour behind, long before the retention ends', () => {
    const alarm = alarmOf('millisBehindLatest');
    expect(alarm).toMatchObject({
      Namespace: 'AWS/KinesisAnalytics',
      Statistic: 'Maximum',
      Period: 300,
      EvaluationPeriods: 3,
    });
    expect(alarm.Threshold).toBe(900_000);
    const retentionMs = loadConfig({ stage }).settings.streamRetentionHours * 3_600_000;
    expect(alarm.Threshold).toBeLessThan(retentionMs / 4);
  });
});
