/** Anomalies of every detector, as the e-mails of the examples tell of them. */
import type { Anomaly } from '../../../contracts/anomaly.ts';
import { anomaly } from '../factories.ts';

const id = (digit: string) => digit.repeat(64);

export const unusual = anomaly({
  anomaly_id: id('1'),
  detector: 'deviation',
  rule_id: 'host-unusual',
  source: 'host',
  entity: 'büro-server-7',
  metric: 'cpu_percent',
  value: 97.300_000_000_1,
  expected_low: 3.177_231_4,
  expected_high: 41.922_768_6,
  score: 8.577_12,
  labels: { platform: 'linux' },
  recent_values: [20.1, 22.4, 19.8, 25, 23.1, 21.7, 30.2, 22.2, 24.8, 97.3],
});
export const window = anomaly({
  anomaly_id: id('2'),
  detector: 'window',
  rule_id: 'transaction-count-burst',
  aggregate: 'count',
  value: 312,
  expected_high: 200,
  window_start: '2026-03-01T02:57:00.000Z',
  window_end: '2026-03-01T02:58:00.000Z',
  stream: null,
  shard_id: null,
  sequence_number: null,
  labels: {},
  recent_values: [12, 9, 14, 312],
});
export const fromBackground = anomaly({
  anomaly_id: id('3'),
  event_time: '2009-02-13T23:31:30.000Z',
  late: true,
});

const sensor = (given: Partial<Anomaly>): Anomaly =>
  anomaly({
    source: 'sensors',
    entity: 'tank-3',
    metric: 'pressure_bar',
    expected_high: null,
    labels: {},
    ...given,
  });
export const missing = sensor({
  anomaly_id: id('4'),
  detector: 'missing',
  rule_id: 'sensor-missing',
  alarm_type: 'Missing',
  value: 30,
  expected_high: 30,
  event_time: '2026-03-01T02:58:31.250Z',
  recent_values: [10, 10, 11, 9, 10, 30],
});
export const returned = sensor({
  ...missing,
  anomaly_id: id('5'),
  kind: 'cleared',
  alarm_type: 'OK',
  previous_alarm_type: 'Missing',
  value: 754,
  arrival_time: '2026-03-01T03:10:35.250Z',
  event_time: '2026-03-01T03:10:35.000Z',
  sequence_number: '49671240000000000000000000000000000000000000000000000044',
  recent_values: [10, 10, 11, 9, 10, 754],
});
export const silent = sensor({
  anomaly_id: id('6'),
  detector: 'silence',
  rule_id: 'sensors-silent',
  alarm_type: 'Silent',
  severity: 'critical',
  entity: '*',
  metric: '*',
  value: 60,
  expected_high: 60,
  event_time: '2026-03-01T02:59:01.250Z',
  recent_values: [1, 1, 1, 2, 1, 60],
});
export const flat = sensor({
  anomaly_id: id('7'),
  detector: 'flat',
  rule_id: 'flow-stuck',
  metric: 'flow',
  alarm_type: 'Flat',
  value: 12.5,
  recent_values: [12.9, 13.1, 12.5, 12.5, 12.5, 12.5],
});
export const leak = sensor({
  anomaly_id: id('8'),
  detector: 'rate',
  rule_id: 'tank-leak',
  metric: 'tank_level',
  alarm_type: 'Low',
  value: -7.25,
  expected_low: -2,
  recent_values: [-0.1, 0.2, -0.1, -7.25],
});
export const creep = anomaly({
  anomaly_id: id('9'),
  detector: 'drift',
  rule_id: 'build-creep',
  source: 'builds',
  entity: 'web-shop',
  metric: 'duration',
  value: 624.13,
  expected_low: 583.595_605,
  expected_high: 612.913_194,
  score: 12.625_683,
  labels: {},
  recent_values: [610.2, 631.5, 622, 640.1, 613.9],
});
export const seasonal = anomaly({
  anomaly_id: id('0'),
  detector: 'seasonal',
  rule_id: 'traffic-unusual',
  source: 'access-logs',
  entity: 'shop',
  metric: 'bytes',
  alarm_type: 'Low',
  value: 1_200,
  expected_low: 80_500,
  expected_high: 161_000,
  score: -7.880_4,
  labels: {},
  recent_values: [120_400, 118_000, 121_700, 1_200],
});
export const novel = anomaly({
  anomaly_id: '10'.repeat(32),
  detector: 'novelty',
  rule_id: 'traffic-novelty',
  source: 'access-logs',
  entity: 'shop',
  metric: 'bytes',
  value: 161_000,
  expected_low: null,
  expected_high: null,
  score: 11.25,
  labels: {},
  recent_values: [80_500, 81_200, 79_950, 80_720, 161_000],
  contributions: { range: 1.5, season: 4.75, extremes: 3.5, sustained: 0.25, forest: 1.25, rarity: 0 },
});
