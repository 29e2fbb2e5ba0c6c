import { loadConfig } from '../../lib/config/load.ts';
import {
  type JobEndpoints,
  jobProperties,
  MAX_PROPERTY_VALUE_LENGTH,
} from '../../lib/pipeline/job-properties.ts';
import { STAGES } from './stages.ts';

const stream = (name: string) =>
  `arn:aws:kinesis:eu-central-1:123456789012:stream/Tocsin-prod-Data-Input${name}0259628D-AbCdEfGhIjKl`;

function endpoints(inputs: readonly string[]): JobEndpoints {
  return {
    region: 'eu-central-1',
    inputs: inputs.map((name) => ({ name, arn: stream(name) })),
    anomaliesStreamArn: stream('anomalies'),
    rejectsStreamArn: stream('rejects'),
    rulesUri: 's3://config/config/rules.json',
    sourcesUri: 's3://config/config/sources.json',
  };
}

function propertiesOf(stage: string, inputs: readonly string[]) {
  return jobProperties(loadConfig({ stage }).settings, endpoints(inputs));
}

describe('the job properties', () => {
  it.each(STAGES)('of %s fit Managed Flink, ten input streams included', (stage) => {
    const names = Array.from({ length: 10 }, (_, index) => `input-stream-number-${index}`);
    for (const value of Object.values(propertiesOf(stage, names))) {
      expect(value.length).toBeLessThanOrEqual(MAX_PROPERTY_VALUE_LENGTH);
      expect(value).not.toBe('');
    }
  });

  it('name each input stream and its ARN', () => {
    const { inputs } = propertiesOf('prod', ['readings', 'pumps']);
    expect(inputs).toBe(`readings=${stream('readings')},pumps=${stream('pumps')}`);
  });

  it('name the lengths of windows in seconds, from which the SQL and the rules join both take them', () => {
    expect(propertiesOf('prod', ['readings'])).toMatchObject({
      tumbling_seconds: '60',
      hopping_seconds: '300',
      hop_seconds: '60',
      max_ahead_ms: '300000',
    });
  });

  it('name the start instant in UTC, and only where one is set', () => {
    expect(propertiesOf('prod', ['readings'])).not.toHaveProperty('start_timestamp');
    const { settings } = loadConfig({ stage: 'prod' });
    const startPosition = 'AT_TIMESTAMP';
    const flink = { ...settings.flink, startPosition, startTimestamp: '2026-01-01T13:00:00+01:00' } as const;
    expect(jobProperties({ ...settings, flink }, endpoints(['readings']))).toMatchObject({
      start_position: 'AT_TIMESTAMP',
      start_timestamp: '2026-01-01T12:00:00.000Z',
    });
  });

  it('name the prepared archive only where the stage starts from one, and who asks has one', () => {
    expect(propertiesOf('prod', ['readings'])).not.toHaveProperty('warm_uri');
    const { settings } = loadConfig({ stage: 'prod' });
    const warm = {
      ...settings,
      flink: { ...settings.flink, warmFrom: '2026-10-01T02:00:00+02:00', quietUntil: '2026-11-01T00:00:00Z' },
    };
    const archiveUri = 's3://archive';
    expect(jobProperties(settings, { ...endpoints(['readings']), archiveUri })).not.toHaveProperty(
      'warm_uri',
    );
    expect(jobProperties(warm, endpoints(['readings']))).not.toHaveProperty('warm_uri');
    expect(jobProperties(warm, { ...endpoints(['readings']), archiveUri })).toMatchObject({
      warm_uri: 's3://archive/warm/20261001T000000.000Z/',
    });
  });
});
