/** Ends, beginnings anew, and what staff do: the decisions alone, with time as an argument. */
import type { Incident } from '../../../contracts/incident.ts';
import { type Circumstances, undisturbed } from '../../../lambdas/incidents/hold.ts';
import { type Decision, fold, lookAgain } from '../../../lambdas/incidents/incidents.ts';
import { acknowledge, correct, NotPossible, resolve, snooze } from '../../../lambdas/incidents/staff.ts';
import { anomaly, at, cleared } from '../factories.ts';
import { changed, deed, known, nothing, opened, place, settings } from './decisions.ts';

describe('a snooze', () => {
  const later = at('06:00:00.000');

  it('does not break when a number changes or a state lies farther out', () => {
    const { incident } = snooze(opened().incident, later, deed('03:01:00.000'));
    const farther = anomaly({ kind: 'escalated', alarm_type: 'High-High', value: 99_000, ...place(11) });
    const { say, incident: next } = changed(fold(farther, known(incident), at('03:02:00.000')));
    expect(say).toBeUndefined();
    expect(next).toMatchObject({ status: 'snoozed', hold: { reason: 'snoozed', kind: 'escalated' } });
    expect(changed(lookAgain(next, later, undisturbed))).toMatchObject({
      say: 'escalated',
      incident: { status: 'open', snoozed_until: null },
    });
  });

  it('breaks when it gets graver', () => {
    const { incident } = snooze(opened().incident, later, deed('03:01:00.000'));
    const graver = anomaly({ kind: 'escalated', severity: 'critical', ...place(11) });
    expect(changed(fold(graver, known(incident), at('03:02:00.000')))).toMatchObject({
      say: 'escalated',
      incident: { status: 'open', snoozed_until: null },
    });
  });

  it('ends with a reminder, and tells the end of what ended in it at once', () => {
    const { incident } = snooze(opened().incident, later, deed('03:01:00.000'));
    expect(lookAgain(incident, at('05:59:00.000'), undisturbed)).toMatchObject({ action: 'ignore' });
    expect(lookAgain(incident, later, undisturbed)).toMatchObject({ say: 'reminder', reason: 'snooze-over' });
    expect(fold(cleared(place(20)), known(incident), at('03:05:00.000'))).toMatchObject({ say: 'resolved' });
  });

  it('cannot end in the past, nor begin when all is over', () => {
    expect(() => snooze(opened().incident, at('03:00:00.000'), deed('03:01:00.000'))).toThrow(NotPossible);
    const over = changed(fold(cleared(place(20)), known(opened().incident), at('03:10:00.000'))).incident;
    expect(() => snooze(over, later, deed('03:11:00.000'))).toThrow(/was resolved at .* by tocsin/);
    expect(() => acknowledge(over, deed('03:11:00.000'))).toThrow(NotPossible);
  });
});

describe('an end', () => {
  const slow = settings({ settleSeconds: 30, reopenSeconds: 600 });

  it('is told when it has held, and not at all when it did not', () => {
    const { incident } = opened({}, slow);
    const over = changed(fold(cleared(place(20)), known(incident), at('03:10:00.000'), slow)).incident;
    expect(over).toMatchObject({ status: 'resolved', hold: { reason: 'settling', kind: 'resolved' } });
    expect(lookAgain(over, at('03:10:30.000'), slow)).toMatchObject({ say: 'resolved' });

    const known_ = { open: undefined, cleared: cleared(place(20)), last: over };
    const again = changed(fold(anomaly(place(30)), known_, at('03:10:20.000'), slow));
    expect(again).toMatchObject({ action: 'reopen', incident: { status: 'open', hold: null, withheld: 1 } });
    expect(again.incident.incident_id).toBe(incident.incident_id);
    expect(again).not.toHaveProperty('say');
  });

  it('by quiet or by staff is told at once', () => {
    const { incident } = opened({}, slow);
    expect(resolve(incident, 'fixed', deed('03:10:00.000', slow))).toMatchObject({
      say: 'resolved',
      incident: { resolved_by: 'staff', resolver: 'm.keller', resolution: 'fixed' },
    });
  });
});

describe('what is raised again', () => {
  const soon = settings({ reopenSeconds: 600 });
  const over = (around = soon) =>
    changed(fold(cleared(place(20)), known(opened({}, around).incident), at('03:10:00.000'), around))
      .incident;

  it('is the same incident within the window, and staff hear that it is back', () => {
    const after = { open: undefined, cleared: cleared(place(20)), last: over() };
    const again = changed(fold(anomaly(place(30)), after, at('03:19:59.000'), soon));
    expect(again).toMatchObject({
      action: 'reopen',
      say: 'reminder',
      incident: { status: 'open', resolved_at: null, resolver: null, sequence: 3, version: 3 },
    });
    expect(again.incident.reopened_at).toEqual(['2026-03-01T03:19:59.000Z']);
  });

  it('is a new incident after it', () => {
    const after = { open: undefined, cleared: cleared(place(20)), last: over() };
    expect(fold(anomaly(place(30)), after, at('03:20:00.000'), soon)).toMatchObject({
      action: 'open',
      say: 'opened',
      incident: { version: 1 },
    });
  });

  it('goes on unmailed after staff called it expected, until it gets graver or was over once', () => {
    const { incident } = opened({}, soon);
    const last = resolve(incident, 'expected', deed('03:10:00.000', soon)).incident;
    const after = { open: undefined, cleared: undefined, last };
    const renewed = anomaly({ kind: 'renewed', ...place(30) });
    expect(fold(renewed, after, at('03:15:00.000'), soon)).toEqual({
      action: 'ignore',
      reason: 'resolved-by-staff',
    });
    const graver = anomaly({ kind: 'escalated', severity: 'critical', ...place(31) });
    expect(fold(graver, after, at('03:16:00.000'), soon)).toMatchObject({
      action: 'reopen',
      say: 'reminder',
    });
    expect(fold(anomaly(place(32)), after, at('03:16:00.000'), soon)).toMatchObject({ action: 'reopen' });
    const fixed = { ...after, last: { ...last, resolution: 'fixed' as const } };
    expect(fold(renewed, fixed, at('03:15:00.000'), soon)).toMatchObject({ action: 'reopen' });
  });
});

describe('200 flaps in ten minutes', () => {
  it.each([4, 30])('give at most two mails where an end settles in %i s', (settleSeconds) => {
    const around = settings({
      reopenSeconds: 1_800,
      settleSeconds,
      flapping: { reopenings: 3, windowSeconds: 900 },
      groupWaitSeconds: 30,
      groupIntervalSeconds: 300,
    });
    let incident: Incident | undefined;
    const said: (string | undefined)[] = [];
    let group: Circumstances['group'];
    const take = (decision: Decision) => {
      const next = changed(decision);
      incident = next.incident;
      group = next.group?.after ?? group;
      if (next.say !== undefined) said.push(next.say);
    };
    for (let flap = 0; flap < 200; flap++) {
      const time = at('03:00:00.000').getTime() + flap * 3_000;
      const before =
        incident === undefined
          ? nothing
          : { open: undefined, cleared: cleared(place(flap * 2 + 1)), last: incident };
      take(fold(anomaly(place(flap * 2 + 10)), before, new Date(time), { ...around, group }));
      if (incident === undefined) throw new Error('not opened');
      take(
        fold(cleared(place(flap * 2 + 11)), known(incident), new Date(time + 1_500), { ...around, group }),
      );
      if (incident?.next_look_at != null && Date.parse(incident.next_look_at) <= time + 3_000) {
        take(lookAgain(incident, new Date(time + 2_999), { ...around, group }));
      }
    }
    if (incident === undefined) throw new Error('no incident');
    expect(incident.hold).toMatchObject({ reason: 'flapping' });
    const end = lookAgain(incident, at('03:25:10.000'), { ...around, group });
    if ('incident' in end && end.say !== undefined) said.push(end.say);
    expect(said).toEqual(['opened', 'resolved']);
  });
});

describe('a correction', () => {
  const incident = opened().incident;

  it('changes the stored value and keeps what it was, by whom and why', () => {
    const given = { ...deed('03:30:00.000'), note: 'The terminal sent cents' };
    const { decision, correction } = correct(incident, 'worst.value', '100', given);
    expect(decision.incident.worst.value).toBe(100);
    expect(correction).toEqual({
      incident_id: incident.incident_id,
      version: 2,
      field: 'worst.value',
      before: 10_000,
      after: 100,
      modified_by: 'm.keller',
      modified_at: '2026-03-01T03:30:00.000Z',
      reason: 'The terminal sent cents',
    });
    expect(decision).not.toHaveProperty('say');
  });

  it.each([
    ['severity', 'awful'],
    ['severity', 'warning'],
    ['first.value', 'ten'],
    ['latest.value', ''],
    ['worst.value', '10000'],
  ] as const)('of %s to "%s" is refused', (field, text) => {
    const given = { ...deed('03:30:00.000'), note: 'why' };
    expect(() => correct(incident, field, text, given)).toThrow(NotPossible);
  });
});
