/** What keeps a mail back, and what brings it: the decisions alone, with time as an argument. */
import type { Incident } from '../../../contracts/incident.ts';
import type { Silence } from '../../../contracts/silence.ts';
import { type Circumstances, undisturbed } from '../../../lambdas/incidents/hold.ts';
import { type Changed, type Decision, fold, lookAgain } from '../../../lambdas/incidents/incidents.ts';
import type { NoiseSettings } from '../../../lambdas/incidents/settings.ts';
import { acknowledge, correct, NotPossible, resolve, snooze } from '../../../lambdas/incidents/staff.ts';
import { anomaly, at, cleared } from '../factories.ts';

const nothing = { open: undefined, cleared: undefined };
const known = (open: Incident) => ({ open, cleared: undefined });
const settings = (given: Partial<NoiseSettings>): Circumstances => ({
  ...undisturbed,
  settings: { ...undisturbed.settings, ...given },
});
const place = (number: number) => ({ sequence_number: String(10n ** 50n + BigInt(number)) });
const deed = (time: string, around = undisturbed) => ({ who: 'm.keller', now: at(time), around });

function changed(decision: Decision): Changed {
  if (!('incident' in decision)) throw new Error(`no change: ${decision.reason}`);
  return decision;
}
const opened = (given = {}, around = undisturbed, time = '03:00:00.000') =>
  changed(fold(anomaly({ ...place(10), ...given }), nothing, at(time), around));

const silence = (given: Partial<Silence> = {}): Silence => ({
  silence_id: 'S-0000000001',
  starts_at: '2026-03-01T02:00:00.000Z',
  ends_at: '2026-03-01T04:00:00.000Z',
  matcher: { entity: 'user*' },
  created_by: 'm.keller',
  created_at: '2026-03-01T01:00:00.000Z',
  reason: 'Load test',
  ...given,
});
const silenced = (...silences: Silence[]): Circumstances => ({ ...undisturbed, silences });

describe('a silence', () => {
  it('keeps an opening back, says why and until when, and is followed by the mail when it ends', () => {
    const { incident, ...rest } = opened({}, silenced(silence()));
    expect(rest).not.toHaveProperty('say');
    expect(incident.hold).toEqual({
      kind: 'opened',
      reason: 'silence',
      detail: 'S-0000000001 by m.keller: Load test',
      since: '2026-03-01T03:00:00.000Z',
      until: '2026-03-01T04:00:00.000Z',
    });
    expect(incident.next_look_at).toBe('2026-03-01T04:00:00.000Z');
    expect(lookAgain(incident, at('03:59:59.999'), silenced(silence()))).toMatchObject({ action: 'ignore' });
    expect(lookAgain(incident, at('04:00:00.000'), silenced(silence()))).toMatchObject({ say: 'opened' });
  });

  it('keeps nothing back before it starts, after it ends, or of what it does not mean', () => {
    const before = silence({ starts_at: '2026-03-01T03:00:00.001Z' });
    const after = silence({ ends_at: '2026-03-01T03:00:00.000Z' });
    const other = silence({ matcher: { entity: 'user*', severity: 'critical' } });
    expect(opened({}, silenced(before, after, other))).toMatchObject({ say: 'opened' });
  });

  it('of several, the one that ends last counts', () => {
    const longer = silence({ silence_id: 'S-0000000002', ends_at: '2026-03-01T05:00:00.000Z' });
    expect(opened({}, silenced(silence(), longer)).incident.hold?.until).toBe('2026-03-01T05:00:00.000Z');
  });

  it('leaves what began and ended in it unmailed, and counted', () => {
    const { incident } = opened({}, silenced(silence()));
    const over = changed(fold(cleared(place(20)), known(incident), at('03:10:00.000'), silenced(silence())));
    expect(over).not.toHaveProperty('say');
    expect(over.incident).toMatchObject({ status: 'resolved', withheld: 1, hold: null, sequence: 0 });
  });

  it('keeps back the end of what was mailed before it, and tells it afterwards', () => {
    const { incident } = opened();
    const over = changed(fold(cleared(place(20)), known(incident), at('03:10:00.000'), silenced(silence())));
    expect(over.incident.hold).toMatchObject({ kind: 'resolved', reason: 'silence' });
    expect(lookAgain(over.incident, at('04:00:00.000'), undisturbed)).toMatchObject({ say: 'resolved' });
  });

  it('is followed by one reminder of what was mailed before it and burns still', () => {
    const { incident } = opened();
    const reminded = changed(lookAgain(incident, at('04:00:10.000'), undisturbed, silence()));
    expect(reminded).toMatchObject({ say: 'reminder', reason: 'silence-over' });
    expect(lookAgain(reminded.incident, at('04:01:10.000'), undisturbed, silence())).toMatchObject({
      action: 'ignore',
    });
  });
});

describe('a matcher', () => {
  it.each([
    [{ source: 'transactions', metric: 'amount', rule: 'transaction-*-limit', detector: 'limits' }, true],
    [{ entity: '*' }, true],
    [{ entity: '*001' }, true],
    [{ entity: 'u*r*1' }, true],
    [{ entity: 'user001*001' }, false],
    [{ entity: 'user' }, false],
    [{ entity: '.*' }, false],
    [{ labels: { merchantId: 'merchant-*' } }, true],
    [{ labels: { merchantId: 'merchant-*', site: '*' } }, false],
  ])('%j fits: %s', (matcher, fits) => {
    expect(opened({}, silenced(silence({ matcher }))).incident.hold !== null).toBe(fits);
  });
});

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

describe('a reminder', () => {
  const hourly = settings({ reminderSeconds: 3_600 });

  it('follows after its time, again and again, and not when somebody has acknowledged', () => {
    const { incident } = opened({}, hourly);
    expect(incident.next_look_at).toBe('2026-03-01T04:00:00.000Z');
    expect(lookAgain(incident, at('03:59:59.000'), hourly)).toMatchObject({ action: 'ignore' });
    const first = changed(lookAgain(incident, at('04:00:00.000'), hourly));
    expect(first).toMatchObject({ say: 'reminder', incident: { sequence: 2 } });
    expect(first.incident.next_look_at).toBe('2026-03-01T05:00:00.000Z');
    const { incident: mine } = acknowledge(first.incident, deed('04:10:00.000', hourly));
    expect(mine).toMatchObject({ status: 'acknowledged', acknowledged_by: 'm.keller', next_look_at: null });
    expect(lookAgain(mine, at('09:00:00.000'), hourly)).toMatchObject({ action: 'ignore' });
  });

  it('is nothing that a renewal brings early', () => {
    const { incident } = opened({}, hourly);
    const renewed = anomaly({ kind: 'renewed', ...place(11) });
    expect(fold(renewed, known(incident), at('03:59:00.000'), hourly)).not.toHaveProperty('say');
  });
});

describe('a parent', () => {
  const around: Circumstances = {
    ...settings({
      inhibit: [{ by: { detector: 'silence' }, of: { detector: 'missing' }, same: ['source', 'label:site'] }],
    }),
    parents: [
      {
        incident_id: 'T-PARENT0001',
        subject: {
          ...{ source: 'sensors', entity: '*', metric: '-', rule: 'quiet', detector: 'silence' },
          ...{ severity: 'critical', labels: { site: 'north' } },
        },
      },
    ],
  };
  // The detectors of missing data come from another file of this folder's neighbour; a pattern names them by text.
  const child = (labels: Record<string, string>, source = 'sensors') => {
    const missing = { ...anomaly({ source, labels, ...place(10) }), detector: 'missing' };
    return changed(fold(missing as ReturnType<typeof anomaly>, nothing, at('03:00:00.000'), around));
  };

  it('keeps its children silent, and they are mailed when it is over', () => {
    const { incident, say } = child({ site: 'north' });
    expect(say).toBeUndefined();
    expect(incident.hold).toMatchObject({ reason: 'inhibited', detail: 'T-PARENT0001' });
    const still = changed(lookAgain(incident, at('03:01:00.000'), around));
    expect(still.incident.hold).toMatchObject({
      since: incident.hold?.since,
      until: '2026-03-01T03:02:00.000Z',
    });
    expect(lookAgain(still.incident, at('03:02:00.000'), { ...around, parents: [] })).toMatchObject({
      say: 'opened',
    });
  });

  it('leaves those of another source, of another label or of none alone', () => {
    expect(child({ site: 'south' })).toMatchObject({ say: 'opened' });
    expect(child({})).toMatchObject({ say: 'opened' });
    expect(child({ site: 'north' }, 'transactions')).toMatchObject({ say: 'opened' });
  });

  it('is silenced by no other that it could silence itself', () => {
    const each = { entity: '*' };
    const mutual = { ...around, ...settings({ inhibit: [{ by: each, of: each, same: [] }] }) };
    expect(opened({}, { ...mutual, parents: around.parents })).toMatchObject({ say: 'opened' });
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
