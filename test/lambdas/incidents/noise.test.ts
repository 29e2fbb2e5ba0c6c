/** What keeps a mail back, and what brings it: the decisions alone, with time as an argument. */
import type { Silence } from '../../../contracts/silence.ts';
import { type Circumstances, undisturbed } from '../../../lambdas/incidents/hold.ts';
import { fold, lookAgain } from '../../../lambdas/incidents/incidents.ts';
import { acknowledge } from '../../../lambdas/incidents/staff.ts';
import { anomaly, at, cleared } from '../factories.ts';
import { changed, deed, known, nothing, opened, place, settings } from './decisions.ts';

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
