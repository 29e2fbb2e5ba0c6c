import fc from 'fast-check';
import type { AlertKind } from '../../contracts/alert.ts';
import {
  admit,
  type Channel,
  emptyChannel,
  foldParked,
  type Parked,
  type ParkedBecause,
} from '../../lambdas/notify/channel.ts';
import type { OutboxLine } from '../../lambdas/ports/outbox/port.ts';
import { channel as settings } from '../../lib/config/channel.ts';

const START = Date.parse('2026-03-01T03:00:00.000Z');
const second = (seconds: number) => new Date(START + seconds * 1_000);

/** Messages of the kinds given, each at its second; what each was told. */
function run(
  messages: ReadonlyArray<readonly [number, AlertKind, (OutboxLine['state'] | undefined)?]>,
  from = emptyChannel,
) {
  let channel: Channel = from;
  const said = messages.map(([seconds, kind, previous], index) => {
    const decision = admit({ kind, incident_id: `T-${index}` }, previous, channel, settings, second(seconds));
    channel = decision.channel ?? channel;
    return decision.action === 'send' ? 'sent' : decision.reason;
  });
  return { said, channel };
}
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('the channel', () => {
  it('lets a burst leave at once, and parks what finds no token', () => {
    expect(run(times(7, [0, 'opened'])).said).toEqual([...times(5, 'sent'), 'storm', 'storm']);
  });

  it('lets single messages leave for ever, and parks the ninth within ten minutes', () => {
    const each = (pause: number, count: number) =>
      run(Array.from({ length: count }, (_, index) => [index * pause, 'opened'] as const)).said;
    expect(new Set(each(75, 1_000))).toEqual(new Set(['sent']));
    expect(each(2, 10)).toEqual([...times(8, 'sent'), 'storm', 'storm']);
  });

  it('parks all kinds that tell of incidents while the storm lasts', () => {
    const storm = { ...emptyChannel, storm_since: START };
    const kinds = ['opened', 'escalated', 'reminder', 'resolved', 'digest'] as const;
    expect(
      run(
        kinds.map((kind) => [3_600, kind] as const),
        storm,
      ).said,
    ).toEqual(times(5, 'storm'));
  });

  it('lets heartbeats and tests through a storm; only what is mailed takes a token', () => {
    const storm = { ...emptyChannel, storm_since: START };
    const { said, channel } = run(
      [
        [0, 'heartbeat'],
        [0, 'test'],
      ],
      storm,
    );
    expect(said).toEqual(['sent', 'sent']);
    expect(channel.full_at).toBe(START + 1_000);
  });

  it('lets a digest of many incidents through the storm that made it', () => {
    const storm = { ...emptyChannel, storm_since: START };
    const digest = { kind: 'digest' as const, incident_id: 'D-0123456789' };
    expect(admit(digest, undefined, storm, settings, second(0))).toMatchObject({ action: 'send' });
  });

  it.each<[AlertKind, OutboxLine['state'] | undefined, ParkedBecause | 'sent']>([
    ['escalated', 'parked', 'behind-parked'],
    ['resolved', 'in_digest', 'told-in-digest'],
    ['escalated', 'in_digest', 'sent'],
    ['resolved', 'sent', 'sent'],
    ['resolved', 'failed', 'sent'],
  ])('tells %s after a line that is %s: %s', (kind, previous, expected) => {
    expect(run([[0, kind, previous]]).said).toEqual([expected]);
  });

  it('tells ends and reminders in the next digest for a while after a digest, and beginnings at once', () => {
    const stormy = { ...emptyChannel, last_digest_at: START };
    const said = (seconds: number, kind: AlertKind) => run([[seconds, kind]], stormy).said[0];
    expect([said(60, 'resolved'), said(60, 'reminder'), said(60, 'opened')]).toEqual([
      'after-storm',
      'after-storm',
      'sent',
    ]);
    expect(said(301, 'resolved')).toBe('sent');
  });
});

describe('what is parked', () => {
  const parked = (count: number, seconds: number, because: ParkedBecause = 'storm'): Parked[] =>
    times(count, { parked_at: START + seconds * 1_000, because });
  const storm: Channel = { ...emptyChannel, storm_since: START };

  it('is gathered first', () => {
    expect(foldParked(parked(50, 0), storm, settings, second(29))).toEqual({
      action: 'rest',
      reason: 'gathering',
    });
    expect(foldParked(parked(50, 0), storm, settings, second(30))).toMatchObject({
      action: 'digest',
      reason: 'storm',
    });
  });

  it('leaves one by one when it is few after all, and the storm is over', () => {
    expect(foldParked(parked(5, 0), storm, settings, second(31))).toMatchObject({
      action: 'release',
      channel: { storm_since: null },
    });
    // There are tokens for two only.
    const spent = { ...storm, calm_at: START + 31_000 + 6 * 75_000 };
    expect(foldParked(parked(2, 0), spent, settings, second(31))).toMatchObject({ action: 'release' });
    expect(foldParked(parked(3, 0), spent, settings, second(31))).toMatchObject({ action: 'digest' });
  });

  it('makes no second digest within the interval', () => {
    const told = { ...storm, last_digest_at: START };
    expect(foldParked(parked(5_000, 10), told, settings, second(299))).toEqual({
      action: 'rest',
      reason: 'too-soon',
    });
    expect(foldParked(parked(5_000, 10), told, settings, second(300))).toMatchObject({ action: 'digest' });
  });

  it('keeps the storm up while more come than the bucket lets through', () => {
    const ended = foldParked(parked(50, 0), storm, settings, second(60));
    expect(ended).toMatchObject({ channel: { storm_since: null, last_digest_at: START + 60_000 } });
    const goesOn = foldParked([...parked(50, 0), ...parked(6, 45)], storm, settings, second(60));
    expect(goesOn).toMatchObject({ channel: { storm_since: START } });
  });

  it('ends a storm in which nothing is parked any more', () => {
    expect(foldParked([], storm, settings, second(10))).toEqual({ action: 'rest', reason: 'nothing-parked' });
    expect(foldParked([], storm, settings, second(30))).toMatchObject({ channel: { storm_since: null } });
  });

  it('tells of ends that belong to a digest in a digest, however few', () => {
    const ends = parked(1, 0, 'told-in-digest');
    expect(foldParked(ends, emptyChannel, settings, second(31))).toMatchObject({
      action: 'digest',
      reason: 'ends',
    });
  });
});

describe('over any run of messages', () => {
  const message = fc.record({
    pauseMs: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 0, max: 3_000 }),
      fc.integer({ min: 0, max: 400_000 }),
    ),
    kind: fc.constantFrom<AlertKind>('opened', 'escalated', 'reminder', 'resolved'),
  });

  it('e-mails stay under the limit, and every message is sent, parked or told of', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 400 }), (messages) => {
        const world = simulate(messages);
        for (const at of world.mails) {
          const within = (ms: number) => world.mails.filter((each) => each >= at && each < at + ms).length;
          // A full bucket, what comes into it meanwhile, and a digest.
          expect(within(1_000)).toBeLessThanOrEqual(settings.burst + 2);
          expect(within(60_000)).toBeLessThanOrEqual(settings.burst + 62);
        }
        expect(world.sent + world.inDigest + world.waiting).toBe(messages.length);
        expect(world.waiting).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it('10,000 beginnings that a slow step brings one a second are at most 20 e-mails an hour', () => {
    const { mails, waiting } = simulate(times(10_000, { pauseMs: 1_000, kind: 'opened' as const }));
    for (const at of mails) {
      expect(mails.filter((each) => each >= at && each < at + 3_600_000).length).toBeLessThanOrEqual(20);
    }
    expect(waiting).toBe(0);
  });

  it('10,000 beginnings in a minute are at most 20 e-mails until ten minutes later', () => {
    const messages = times(10_000, { pauseMs: 6, kind: 'opened' as const });
    const { mails, inDigest, waiting, sent } = simulate(messages);
    expect(mails.length).toBeLessThanOrEqual(20);
    expect({ all: sent + inDigest, waiting }).toEqual({ all: 10_000, waiting: 0 });
  });

  /** Messages through `admit`, and each minute `foldParked`, until half an hour after the last. */
  function simulate(messages: ReadonlyArray<{ readonly pauseMs: number; readonly kind: AlertKind }>) {
    let channel: Channel = emptyChannel;
    let parked: Parked[] = [];
    const mails: number[] = [];
    let [at, nextFold, inDigest, sent] = [START, START + 60_000, 0, 0];
    const foldUntil = (end: number) => {
      for (; nextFold <= end; nextFold += 60_000) {
        const decision = foldParked(parked, channel, settings, new Date(nextFold));
        channel = decision.channel ?? channel;
        if (decision.action === 'rest') continue;
        if (decision.action === 'digest') {
          mails.push(nextFold);
          inDigest += parked.length;
          channel =
            admit({ kind: 'digest', incident_id: 'D-1' }, undefined, channel, settings, new Date(nextFold))
              .channel ?? channel;
        }
        const released = decision.action === 'release' ? parked.length : 0;
        parked = [];
        for (let count = 0; count < released; count++) send('opened', nextFold);
      }
    };
    const send = (kind: AlertKind, now: number) => {
      const decision = admit({ kind, incident_id: 'T-1' }, undefined, channel, settings, new Date(now));
      channel = decision.channel ?? channel;
      if (decision.action === 'park') parked.push({ parked_at: now, because: decision.reason });
      else {
        mails.push(now);
        sent += 1;
      }
    };
    for (const { pauseMs, kind } of messages) {
      at += pauseMs;
      foldUntil(at);
      send(kind, at);
    }
    foldUntil(at + 30 * 60_000);
    return { mails: mails.sort((a, b) => a - b), inDigest, sent, waiting: parked.length };
  }
});
