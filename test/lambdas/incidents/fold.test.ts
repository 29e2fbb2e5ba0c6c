import type { Anomaly } from '../../../contracts/anomaly.ts';
import { Incident } from '../../../contracts/incident.ts';
import {
  type Changed,
  type Decision,
  fingerprintOf,
  fold,
  incidentIdOf,
  resolveQuiet,
} from '../../../lambdas/incidents/incidents.ts';
import { anomaly, at, cleared } from '../factories.ts';

const nothing = { open: undefined, cleared: undefined };
const known = (open: Incident) => ({ open, cleared: undefined });

function changed(decision: Decision): Changed {
  if (!('incident' in decision)) throw new Error(`no change: ${decision.reason}`);
  Incident.parse(decision.incident);
  return decision;
}
const opened = (raised: Anomaly) => changed(fold(raised, nothing, at('03:00:00.000'))).incident;
/** A sequence number of one shard. */
const place = (number: number) => ({ sequence_number: String(10n ** 50n + BigInt(number)) });

describe('an anomaly of a fingerprint that is not open', () => {
  it('opens an incident and says so', () => {
    const raised = anomaly();
    expect(changed(fold(raised, nothing, at('03:00:00.000')))).toMatchObject({
      action: 'open',
      reason: 'raised',
      say: 'opened',
      incident: {
        incident_id: incidentIdOf(raised),
        fingerprint: fingerprintOf(raised),
        status: 'open',
        opened_at: '2026-03-01T03:00:00.000Z',
        anomaly_count: 1,
        sequence: 1,
        version: 1,
      },
    });
  });

  it.each(['renewed', 'escalated'] as const)(
    'opens when it is %s: the state holds and nobody knows',
    (kind) => {
      expect(fold(anomaly({ kind }), nothing, at('03:00:00.000'))).toMatchObject({
        action: 'open',
        reason: `${kind}-without-open`,
        say: 'opened',
      });
    },
  );

  it('opens without a word when it is for the digest', () => {
    const decision = changed(fold(anomaly({ route: 'digest' }), nothing, at('03:00:00.000')));
    expect(decision).not.toHaveProperty('say');
    expect(decision.incident).toMatchObject({ route: 'digest', sequence: 0 });
  });

  it('is remembered when it clears: what it cleared may come after it', () => {
    const clearing = cleared(place(20));
    expect(fold(clearing, nothing, at('03:00:00.000'))).toEqual({
      action: 'remember',
      reason: 'cleared-without-open',
    });
    const after = { open: undefined, cleared: clearing };
    expect(fold(anomaly(place(10)), after, at('03:00:01.000'))).toEqual({
      action: 'ignore',
      reason: 'cleared-since',
    });
    expect(fold(anomaly(place(30)), after, at('03:00:01.000'))).toMatchObject({ action: 'open' });
  });

  it('opens where only clocks say that it was cleared since: silence would be worse', () => {
    const clearing = cleared({ shard_id: 'shardId-000000000002' });
    const after = { open: undefined, cleared: clearing };
    expect(fold(anomaly(), after, at('03:00:00.000'))).toMatchObject({ action: 'open' });
  });

  it('remembers the newest clearing only', () => {
    const after = { open: undefined, cleared: cleared(place(20)) };
    expect(fold(cleared(place(10)), after, at('03:00:00.000'))).toMatchObject({ action: 'ignore' });
    expect(fold(cleared(place(30)), after, at('03:00:00.000'))).toMatchObject({ action: 'remember' });
  });
});

describe('an anomaly of an open incident', () => {
  const open = opened(anomaly(place(10)));

  it('is counted, keeps it open, and says nothing', () => {
    const renewed = anomaly({ kind: 'renewed', value: 9_000, ...place(11) });
    const decision = changed(fold(renewed, known(open), at('03:05:00.000')));
    expect(decision).toMatchObject({
      action: 'update',
      reason: 'renewed',
      incident: { anomaly_count: 2, version: 2, sequence: 1, last_seen_at: '2026-03-01T03:05:00.000Z' },
    });
    expect(decision).not.toHaveProperty('say');
    expect(decision.incident.latest).toBe(renewed);
    expect(decision.incident.worst).toBe(open.worst);
  });

  it('is the worst when it lies farther from what was expected, above or below', () => {
    const farther = anomaly({ kind: 'renewed', value: 20_000, ...place(11) });
    expect(changed(fold(farther, known(open), at('03:05:00.000'))).incident.worst).toBe(farther);
    const limits = { expected_low: 10, expected_high: 20 };
    const low = anomaly({ ...limits, value: 9, alarm_type: 'Low', ...place(10) });
    const lower = anomaly({ ...limits, value: 1, alarm_type: 'Low', ...place(11) });
    expect(changed(fold(lower, known(opened(low)), at('03:05:00.000'))).incident.worst).toBe(lower);
  });

  it.each([
    ['a graver severity', { severity: 'critical' }],
    ['a state farther out', { alarm_type: 'High-High' }],
  ] as const)('escalates with %s, once', (_name, graver) => {
    const worse = anomaly({ kind: 'escalated', ...graver, ...place(11) });
    const decision = changed(fold(worse, known(open), at('03:01:00.000')));
    expect(decision).toMatchObject({ action: 'escalate', say: 'escalated', incident: { sequence: 2 } });
    expect(decision.incident.worst).toBe(worse);

    const milder = anomaly({ kind: 'renewed', ...place(12) });
    const back = changed(fold(milder, known(decision.incident), at('03:02:00.000')));
    expect(back.incident.severity).toBe(decision.incident.severity);
    const again = anomaly({ kind: 'escalated', ...graver, ...place(13) });
    expect(fold(again, known(back.incident), at('03:03:00.000'))).toMatchObject({ action: 'update' });
  });

  it('resolves it when it clears', () => {
    const clearing = cleared(place(20));
    const decision = changed(fold(clearing, known(open), at('03:10:00.000')));
    expect(decision).toMatchObject({
      action: 'resolve',
      reason: 'cleared',
      say: 'resolved',
      incident: {
        status: 'resolved',
        resolved_at: '2026-03-01T03:10:00.000Z',
        resolved_by: 'cleared',
        sequence: 2,
        version: 2,
      },
    });
    expect(decision.incident.worst).toBe(open.worst);
    expect(decision.incident.latest).toBe(clearing);
  });

  it('does not resolve what was raised after it', () => {
    expect(fold(cleared(place(9)), known(open), at('03:10:00.000'))).toEqual({
      action: 'ignore',
      reason: 'cleared-before-latest',
    });
  });

  it('is counted when it comes out of order, and is not the latest', () => {
    const early = anomaly(place(5));
    const decision = changed(fold(early, known(open), at('03:01:00.000')));
    expect(decision).toMatchObject({ action: 'update', reason: 'out-of-order' });
    expect(decision.incident.latest).toBe(open.latest);
  });

  it('escalates even when it comes out of order', () => {
    const early = anomaly({ severity: 'critical', ...place(5) });
    expect(fold(early, known(open), at('03:01:00.000'))).toMatchObject({ action: 'escalate' });
  });

  it('opens by mail when the rule moved from the digest to paging', () => {
    const quiet = opened(anomaly({ route: 'digest', ...place(1) }));
    const paging = anomaly({ kind: 'renewed', ...place(2) });
    const decision = changed(fold(paging, known(quiet), at('03:05:00.000')));
    expect(decision).toMatchObject({
      reason: 'now-pages',
      say: 'opened',
      incident: { route: 'page', sequence: 1 },
    });
    const back = anomaly({ kind: 'renewed', route: 'digest', ...place(3) });
    expect(changed(fold(back, known(decision.incident), at('03:06:00.000'))).incident.route).toBe('page');
  });

  it('opens, and does not escalate, by a first mail about something worse', () => {
    const quiet = opened(anomaly({ route: 'digest', ...place(1) }));
    const worse = anomaly({ kind: 'escalated', severity: 'critical', ...place(2) });
    expect(fold(worse, known(quiet), at('03:05:00.000'))).toMatchObject({
      action: 'escalate',
      say: 'opened',
    });
  });

  it('says nothing from digest to digest, to its end', () => {
    const quiet = opened(anomaly({ route: 'digest', ...place(1) }));
    const worse = anomaly({ route: 'digest', severity: 'critical', ...place(2) });
    expect(fold(worse, known(quiet), at('03:05:00.000'))).not.toHaveProperty('say');
    expect(
      fold(cleared({ route: 'digest', ...place(3) }), known(quiet), at('03:05:00.000')),
    ).not.toHaveProperty('say');
  });
});

describe('a look at a quiet incident', () => {
  const open = opened(anomaly());
  const now = at('04:00:00.000');

  it('resolves it, and keeps what was last seen', () => {
    expect(resolveQuiet(open, at('03:30:00.000'), now)).toMatchObject({
      action: 'resolve',
      reason: 'quiet',
      say: 'resolved',
      incident: { resolved_by: 'quiet', version: 2, last_seen_at: open.last_seen_at, latest: open.latest },
    });
  });

  it('leaves one that showed a sign of life, or is over', () => {
    expect(resolveQuiet(open, at('03:00:00.000'), now)).toEqual({ action: 'ignore', reason: 'not-quiet' });
    const over = { ...open, status: 'resolved' as const };
    expect(resolveQuiet(over, at('03:30:00.000'), now)).toEqual({ action: 'ignore', reason: 'not-open' });
  });
});
