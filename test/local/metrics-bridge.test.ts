import { metricsOf } from '../../local/metrics-bridge.ts';

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
