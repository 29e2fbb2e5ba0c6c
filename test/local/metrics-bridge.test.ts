import type { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { jobMetricsBridge, metricsOf, UnseenLines } from '../../local/metrics-bridge.ts';

const line = (fields: object) =>
  JSON.stringify({
    _aws: {
      Timestamp: 1_800_000_000_000,
      CloudWatchMetrics: [
        {
          Namespace: 'AnomalyDetection',
          Dimensions: [[], ['severity']],
          Metrics: [{ Name: 'AnomalyCount', Unit: 'Count' }],
        },
      ],
    },
    severity: 'critical',
    ...fields,
  });

describe('metricsOf', () => {
  it('gives each value of a metric to each of its sets of dimensions', () => {
    const common = {
      MetricName: 'AnomalyCount',
      Timestamp: new Date(1_800_000_000_000),
      Values: [1, 2],
      Unit: 'Count',
    };
    expect(metricsOf(line({ AnomalyCount: [1, 2] }))).toEqual([
      {
        namespace: 'AnomalyDetection',
        data: [
          { ...common, Dimensions: [] },
          { ...common, Dimensions: [{ Name: 'severity', Value: 'critical' }] },
        ],
      },
    ]);
  });

  it('takes a single value as well, and no value as no metric', () => {
    expect(metricsOf(line({ AnomalyCount: 3 }))[0]?.data[0]?.Values).toEqual([3]);
    expect(metricsOf(line({}))).toEqual([{ namespace: 'AnomalyDetection', data: [] }]);
  });

  it.each(['START RequestId: 1', '{"level":"INFO","message":"Notified"}', '{"_aws":1}', 'a "_aws" in words'])(
    'finds none in %j',
    (text) => expect(metricsOf(text)).toEqual([]),
  );
});

describe('lines of a log that no look has seen', () => {
  const at = (timestamp: number, message: string, logStreamName = 'one') => ({
    logStreamName,
    timestamp,
    message,
  });
  const first = [at(1, 'a'), at(2, 'b'), at(2, 'b')];

  it('are all lines at the first look, also those that are alike', () => {
    expect(new UnseenLines().of(first, 0)).toEqual(first);
  });

  it('are the new ones at the next look, though no line has an id', () => {
    const lines = new UnseenLines();
    lines.of(first, 0);
    const next = [at(2, 'b', 'two'), at(2, 'b'), at(3, 'c')];
    expect(lines.of([...first, ...next], 0)).toEqual(next);
    expect(lines.of([...first, ...next], 0)).toEqual([]);
  });

  it('are told the same when old lines are asked for no more', () => {
    const lines = new UnseenLines();
    lines.of(first, 0);
    expect(lines.of(first.slice(1), 2)).toEqual([]);
    expect(lines.of([...first.slice(1), at(2, 'b')], 2)).toEqual([at(2, 'b')]);
  });
});

describe('jobMetricsBridge', () => {
  it("puts the job's metrics where Managed Flink puts them", async () => {
    const sent: unknown[] = [];
    // biome-ignore lint/suspicious/noExplicitAny: the SDK's overloads of send cannot be written down for a fake
    const cloudWatch: any = { send: async (command: PutMetricDataCommand) => void sent.push(command.input) };
    await jobMetricsBridge(cloudWatch, 'Tocsin-local', () => undefined)({ 'learning:strays:bar': 12 });
    expect(sent).toEqual([
      {
        Namespace: 'AWS/KinesisAnalytics',
        MetricData: [
          {
            MetricName: 'learning:strays:bar',
            Value: 12,
            Dimensions: [
              { Name: 'Application', Value: 'Tocsin-local' },
              { Name: 'Program', Value: 'Tocsin' },
            ],
          },
        ],
      },
    ]);
  });

  it('tells a fault once and goes on', async () => {
    const said: string[] = [];
    // biome-ignore lint/suspicious/noExplicitAny: as above
    const cloudWatch: any = { send: () => Promise.reject(new Error('no network')) };
    const put = jobMetricsBridge(cloudWatch, 'Tocsin-local', (line) => said.push(line));
    await put({ rules_version: 1 });
    await put({ rules_version: 1 });
    expect(said).toEqual(['Metrics of the job could not be put: Error: no network']);
  });
});
