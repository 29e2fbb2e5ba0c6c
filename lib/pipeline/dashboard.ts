/** What the dashboard shows, top to bottom: are staff being told, is the job well, do records flow, do functions work. */
import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { NodeLambda } from '../constructs/node-lambda.ts';
import type { OperateProps } from './operate.ts';

const PERIOD = Duration.minutes(1);
const HALF = 12;
const THIRD = 8;
const QUARTER = 6;

export function dashboardRows(props: OperateProps, functions: readonly NodeLambda[]): cloudwatch.IWidget[][] {
  return [alerting(), ...textModel(props), job(props), streams(props), ...lambdas(functions)];
}

function alerting(): cloudwatch.IWidget[] {
  return [
    graph('Anomalies by kind', HALF, [ours('AnomalyCount')]),
    graph('Incidents and mails', HALF, [
      ours('IncidentsOpened'),
      ours('IncidentsResolved'),
      ours('MailsSent'),
      ours('UnconfirmedClaims', 'Maximum'),
    ]),
  ];
}

/** Only where there is one. */
function textModel({ config }: OperateProps): cloudwatch.IWidget[][] {
  if (config.triage.textModel.kind === 'none') return [];
  return [
    [
      graph('Text model: calls, and e-mails without an analysis', THIRD, [
        ours('ModelCalls'),
        ours('AnalysesMissing'),
        ours('AnalysesOverBudget'),
      ]),
      graph(
        'Text model: slowest 5 %; cost in USD',
        THIRD,
        [ours('ModelLatency', 'p95')],
        [ours('ModelCostUsd')],
      ),
      graph('Text model: sentences, and those left out', THIRD, [
        ours('SentencesJudged'),
        ours('SentencesRemoved'),
      ]),
    ],
  ];
}

function job({ steps }: OperateProps): cloudwatch.IWidget[] {
  const { application } = steps.detect;
  return [
    graph('Flink: time running since its last start', QUARTER, [application.metric('runningTime')]),
    graph(
      'Flink: KPUs and processor',
      QUARTER,
      [application.metric('KPUs')],
      [application.metric('cpuUtilization')],
    ),
    graph(
      'Flink: behind the newest record; failed checkpoints, restarts',
      QUARTER,
      [application.metric('millisBehindLatest')],
      [application.metric('numberOfFailedCheckpoints'), application.metric('numRestarts')],
    ),
    // Flink's own count grows where a window drops what nobody marked: of the detectors here it stays 0.
    graph('Flink: readings marked late; dropped by a window, unmarked', QUARTER, [
      application.ownMetric('late_readings'),
      application.metric('numLateRecordsDropped'),
    ]),
  ];
}

function streams({ steps, rejects }: OperateProps): cloudwatch.IWidget[] {
  const inputs = steps.ingest.out;
  return [
    graph(
      'Input: records a minute',
      THIRD,
      inputs.map(({ name, stream }) => stream.metricIncomingRecords({ label: name, ...sum })),
    ),
    graph(
      'Input: bytes a minute; refused records',
      THIRD,
      inputs.map(({ name, stream }) => stream.metricIncomingBytes({ label: name, ...sum })),
      inputs.map(({ name, stream }) =>
        stream.metricWriteProvisionedThroughputExceeded({ label: `${name} refused`, ...sum }),
      ),
    ),
    graph('Anomalies and rejects a minute', THIRD, [
      steps.detect.out.metricIncomingRecords({ label: 'anomalies', ...sum }),
      rejects.metricIncomingRecords({ label: 'rejects', ...sum }),
    ]),
  ];
}

function lambdas(functions: readonly NodeLambda[]): cloudwatch.IWidget[][] {
  const each = (metric: (of: NodeLambda) => cloudwatch.IMetric) => functions.map(metric);
  return [
    [
      graph(
        'Functions: invocations',
        THIRD,
        each((of) => of.metricInvocations({ label: of.label, ...sum })),
      ),
      graph(
        'Functions: errors',
        THIRD,
        each((of) => of.metricErrors({ label: of.label, ...sum })),
      ),
      graph(
        'Functions: slowest 1 %',
        THIRD,
        each((of) => of.metricDuration({ label: of.label, period: PERIOD, statistic: 'p99' })),
      ),
    ],
  ];
}

const sum = { period: PERIOD, statistic: 'Sum' };

/** A metric of ours over all of its dimensions: the functions add what names the step or the kind. */
function ours(metricName: string, statistic = 'Sum'): cloudwatch.IMetric {
  return new cloudwatch.MathExpression({
    expression: `SEARCH('Namespace="AnomalyDetection" MetricName="${metricName}"', '${statistic}', ${PERIOD.toSeconds()})`,
    label: '',
    usingMetrics: {},
    period: PERIOD,
  });
}

function graph(
  title: string,
  width: number,
  left: cloudwatch.IMetric[],
  right: cloudwatch.IMetric[] = [],
): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({ title, width, left, right, liveData: true, leftYAxis: { min: 0 } });
}
