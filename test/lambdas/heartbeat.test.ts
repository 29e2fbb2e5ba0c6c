import { Alert } from '../../contracts/alert.ts';
import {
  HEARTBEAT,
  type HeartbeatRecord,
  withHeartbeatRule,
  withHeartbeatSource,
} from '../../contracts/heartbeat.ts';
import { RuleSet } from '../../contracts/rule.ts';
import { SourceSet } from '../../contracts/source-config.ts';
import { heard } from '../../lambdas/heard/heard.ts';
import { beat } from '../../lambdas/heartbeat/heartbeat.ts';
import { fold } from '../../lambdas/incidents/incidents.ts';
import { compose } from '../../lambdas/triage/triage.ts';
import { anomaly } from './factories.ts';

const at = (time: string) => new Date(`2026-01-31T${time}Z`);

describe('a beat', () => {
  it('is a record that clears and one that raises, in this order', async () => {
    const put: [HeartbeatRecord, string | undefined][] = [];
    const stream = {
      put: async (record: HeartbeatRecord, after: string | undefined) => {
        put.push([record, after]);
        return `number-${put.length}`;
      },
    };
    await beat(stream, 'beat-7', at('03:00:00.000'));
    expect(put.map(([record, after]) => [record.beat, after])).toEqual([
      [0, undefined],
      [1, 'number-1'],
    ]);
    expect(new Set(put.map(([{ beat_id, sent_at }]) => `${beat_id} ${sent_at}`))).toEqual(
      new Set(['beat-7 2026-01-31T03:00:00.000Z']),
    );
  });

  it('has a source and a rule that keep the contracts, and that come first', () => {
    const sources = withHeartbeatSource({ sources: [] });
    expect(SourceSet.parse(sources)).toEqual(sources);
    const rules = withHeartbeatRule({ rules: [] });
    expect(RuleSet.parse(rules)).toEqual(rules);
  });
});

describe('the anomaly of a beat', () => {
  const raised = anomaly({
    source: HEARTBEAT,
    rule_id: HEARTBEAT,
    entity: 'whole-way',
    metric: 'beat',
    labels: { beat_id: 'beat-7', sent_at: '2026-01-31T03:00:00.000Z' },
  });
  const opened = fold(raised, { open: undefined, cleared: undefined }, at('03:00:01.000'));
  if (!('incident' in opened)) throw new Error('not opened');

  it('opens an incident that says a heartbeat and no more', () => {
    expect(opened.say).toBe('heartbeat');
    const cleared = anomaly({ ...raised, anomaly_id: 'c'.repeat(64), kind: 'cleared', alarm_type: 'OK' });
    const over = fold(cleared, { open: opened.incident, cleared: undefined }, at('03:05:00.000'));
    expect(over).toMatchObject({ action: 'resolve' });
    expect(over).not.toHaveProperty('say');
  });

  it('becomes a message for the function that hears it', () => {
    const { incident } = opened;
    const request = { alert_id: `${incident.incident_id}.1`, incident_id: incident.incident_id, sequence: 1 };
    const alert = compose(
      {
        request: { ...request, kind: 'heartbeat' },
        incident,
        about: raised,
        stage: 'dev',
        now: at('03:00:02.000'),
      },
      { kind: 'none' },
    );
    expect(Alert.parse(alert)).toEqual(alert);
    expect(alert.attributes).toMatchObject({ kind: 'heartbeat', severity: 'all', owner: 'all' });
    expect(heard(alert.body, at('03:00:02.500'))).toEqual({ beat_id: 'beat-7', latency_ms: 2_500 });
  });
});

it('says so when a message is no heartbeat', () => {
  expect(() => heard('{"beat":1}', at('03:00:00.000'))).toThrow('the heartbeat message cannot be read');
});
