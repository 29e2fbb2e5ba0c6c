/** What every outbox keeps. */
import type { Alert, AlertRequest } from '../../contracts/alert.ts';
import { fold } from '../../lambdas/incidents/incidents.ts';
import type { OutboxLine } from '../../lambdas/ports/outbox/port.ts';
import { anomaly, at, uniqueId } from '../lambdas/factories.ts';
import type { Stores } from './conformance.ts';

/** Declares the suite; `stores` may give the same ones to each test. */
export function itKeepsAnOutbox(stores: () => Stores): void {
  /** Two messages of one incident: opened, escalated. */
  async function twoLines() {
    const { store } = stores();
    const raised = anomaly({ entity: `entity-${uniqueId().slice(0, 12)}` });
    const opened = fold(raised, { open: undefined, cleared: undefined }, at('03:00:00.000'));
    if (!('incident' in opened)) throw new Error('not opened');
    const { incident } = opened;
    await store.commit({ incident, anomaly: raised, say: 'opened', now: at('03:00:00.000') });
    const worse = anomaly({ entity: raised.entity, severity: 'critical', kind: 'escalated' });
    const next = fold(worse, { open: incident, cleared: undefined }, at('03:01:00.000'));
    if (!('incident' in next)) throw new Error('not escalated');
    await store.commit({
      incident: next.incident,
      anomaly: worse,
      say: 'escalated',
      now: at('03:01:00.000'),
    });
    const { incident_id } = incident;
    const request = (sequence: number, kind: AlertRequest['kind']): AlertRequest => ({
      alert_id: `${incident_id}.${sequence}`,
      incident_id,
      sequence,
      kind,
    });
    return { raised, worse, first: request(1, 'opened'), second: request(2, 'escalated') };
  }

  const stateOf = async (request: AlertRequest) => (await stores().outbox.find(request.alert_id))?.state;
  const all = () => true;
  const isWaiting = async (request: AlertRequest) => {
    const lines = await stores().outbox.unsentBefore(at('23:00:00.000'), 1_000, all);
    return lines.some((line) => line.request.alert_id === request.alert_id);
  };

  it('holds what must be said from the write that caused it', async () => {
    const { raised, worse, first, second } = await twoLines();
    await expect(stores().outbox.find(first.alert_id)).resolves.toEqual({
      request: first,
      about: raised,
      caused_at: raised.arrival_time,
      created_at: '2026-03-01T03:00:00.000Z',
      state: 'pending',
      requeues: 0,
    });
    await expect(stores().outbox.find(second.alert_id)).resolves.toMatchObject({
      request: second,
      about: worse,
    });
  });

  it('gives a line to exactly one of many senders', async () => {
    const { first } = await twoLines();
    const now = at('03:00:01.000');
    const claims = await Promise.all([1, 2, 3, 4].map(() => stores().outbox.claim(first, now)));
    expect(claims.map((claim) => claim.outcome).sort()).toEqual([
      'claimed',
      'not-pending',
      'not-pending',
      'not-pending',
    ]);
    const [line] = claims.flatMap((claim) => (claim.outcome === 'claimed' ? [claim.line] : []));
    expect(line).toMatchObject({
      state: 'claimed',
      claimed_at: now.toISOString(),
      caused_at: expect.any(String),
    });
  });

  it('lets no message leave before the one before it', async () => {
    const { first, second } = await twoLines();
    const now = at('03:02:00.000');
    await expect(stores().outbox.claim(second, now)).resolves.toEqual({ outcome: 'too-early' });
    await stores().outbox.claim(first, now);
    await expect(stores().outbox.claim(second, now)).resolves.toMatchObject({ outcome: 'claimed' });
  });

  it('makes a line for a message that has none', async () => {
    const incident_id = `T-${uniqueId().slice(0, 10).toUpperCase()}`;
    const request: AlertRequest = { alert_id: `${incident_id}.1`, incident_id, sequence: 1, kind: 'test' };
    const now = at('03:00:00.000');
    await expect(stores().outbox.claim(request, now)).resolves.toEqual({
      outcome: 'claimed',
      line: {
        request,
        created_at: now.toISOString(),
        state: 'claimed',
        claimed_at: now.toISOString(),
        requeues: 0,
      },
    });
    await expect(stores().outbox.claim(request, now)).resolves.toEqual({ outcome: 'not-pending' });
  });

  it('counts a line as waiting until it is sent', async () => {
    const { first } = await twoLines();
    await expect(isWaiting(first)).resolves.toBe(true);
    await stores().outbox.claim(first, at('03:00:01.000'));
    await expect(isWaiting(first)).resolves.toBe(true);
    await stores().outbox.confirm(first.alert_id, 'message-1', at('03:00:02.000'));
    await expect(isWaiting(first)).resolves.toBe(false);
    await expect(stateOf(first)).resolves.toBe('sent');
    await expect(stores().outbox.claim(first, at('03:00:03.000'))).resolves.toEqual({
      outcome: 'not-pending',
    });
  });

  it('lists lines older than an instant only, oldest first', async () => {
    const { first, second } = await twoLines();
    const lines = await stores().outbox.unsentBefore(at('03:01:00.000'), 1_000, all);
    const ids = lines.map((line) => line.request.alert_id);
    expect(ids).toContain(first.alert_id);
    expect(ids).not.toContain(second.alert_id);
    const times = lines.map((line) => line.created_at);
    expect(times).toEqual([...times].sort());
    await expect(stores().outbox.unsentBefore(at('03:05:00.000'), 1, all)).resolves.toHaveLength(1);
  });

  it('finds a wanted line behind more unwanted ones than it may list', async () => {
    for (let index = 0; index < 5; index++) await twoLines();
    const { second } = await twoLines();
    const isIt = ({ request }: OutboxLine) => request.alert_id === second.alert_id;
    const lines = await stores().outbox.unsentBefore(at('03:05:00.000'), 1, isIt);
    expect(lines.map(({ request }) => request)).toEqual([second]);
  });

  it('gives a claim back, and takes it again', async () => {
    const { first } = await twoLines();
    await stores().outbox.claim(first, at('03:00:01.000'));
    await stores().outbox.release(first.alert_id);
    const line = await stores().outbox.find(first.alert_id);
    expect(line).toMatchObject({ state: 'pending' });
    expect(line).not.toHaveProperty('claimed_at');
    await expect(stores().outbox.claim(first, at('03:00:03.000'))).resolves.toMatchObject({
      outcome: 'claimed',
    });
  });

  it('counts a queueing once', async () => {
    const { first } = await twoLines();
    const line = await stores().outbox.find(first.alert_id);
    if (line === undefined) throw new Error('no line');
    const now = at('03:02:00.000');
    await expect(stores().outbox.markRequeued(line, now)).resolves.toBe(true);
    await expect(stores().outbox.markRequeued(line, now)).resolves.toBe(false);
    await expect(stores().outbox.find(first.alert_id)).resolves.toMatchObject({
      requeues: 1,
      requeued_at: now.toISOString(),
    });
  });

  it('ends a line once, unless it moved on; a late confirmation still counts', async () => {
    const { first } = await twoLines();
    const before = await stores().outbox.find(first.alert_id);
    const claim = await stores().outbox.claim(first, at('03:00:01.000'));
    if (before === undefined || claim.outcome !== 'claimed') throw new Error('no line');
    const now = at('03:10:00.000');
    await expect(stores().outbox.markFailed(before, now)).resolves.toBe(false);
    await expect(stores().outbox.markFailed(claim.line, now)).resolves.toBe(true);
    await expect(stores().outbox.markFailed(claim.line, now)).resolves.toBe(false);
    await expect(isWaiting(first)).resolves.toBe(false);
    await stores().outbox.release(first.alert_id);
    await expect(stateOf(first)).resolves.toBe('failed');
    await stores().outbox.confirm(first.alert_id, 'message-1', now);
    await expect(stateOf(first)).resolves.toBe('sent');
  });

  const isParked = async (request: AlertRequest) => {
    const lines = await stores().outbox.parked(1_000);
    return lines.some((line) => line.request.alert_id === request.alert_id);
  };

  it('lets a line wait for a digest, out of the way of those that were forgotten', async () => {
    const { first, second } = await twoLines();
    const now = at('03:02:00.000');
    await expect(stores().outbox.park(first, 'storm', now)).resolves.toBe(true);
    await expect(stores().outbox.park(first, 'storm', now)).resolves.toBe(false);
    expect([await isParked(first), await isWaiting(first), await isParked(second)]).toEqual([
      true,
      false,
      false,
    ]);
    await expect(stores().outbox.find(first.alert_id)).resolves.toMatchObject({
      state: 'parked',
      parked_at: now.toISOString(),
      parked_because: 'storm',
    });
    await expect(stores().outbox.claim(first, now)).resolves.toEqual({ outcome: 'not-pending' });
    await expect(stores().outbox.claim(second, now)).resolves.toEqual({ outcome: 'too-early' });
  });

  it('ends a line in one digest, and says so again', async () => {
    const { first, second } = await twoLines();
    await stores().outbox.park(first, 'storm', at('03:02:00.000'));
    await expect(stores().outbox.endInDigest(first.alert_id, 'D-1')).resolves.toBe(true);
    await expect(stores().outbox.endInDigest(first.alert_id, 'D-1')).resolves.toBe(true);
    await expect(stores().outbox.endInDigest(first.alert_id, 'D-2')).resolves.toBe(false);
    await expect(stores().outbox.endInDigest(second.alert_id, 'D-1')).resolves.toBe(false);
    await expect(stateOf(first)).resolves.toBe('in_digest');
    expect([await isParked(first), await isWaiting(first)]).toEqual([false, false]);
    await expect(stores().outbox.claim(second, at('03:03:00.000'))).resolves.toMatchObject({
      outcome: 'claimed',
    });
  });

  it('lets a line go again that waited for a digest', async () => {
    const { first } = await twoLines();
    await stores().outbox.park(first, 'storm', at('03:02:00.000'));
    const line = await stores().outbox.find(first.alert_id);
    if (line === undefined) throw new Error('no line');
    await expect(stores().outbox.unpark(line, at('03:03:00.000'))).resolves.toBe(true);
    await expect(stores().outbox.unpark(line, at('03:03:00.000'))).resolves.toBe(false);
    await expect(stores().outbox.find(first.alert_id)).resolves.toMatchObject({
      state: 'pending',
      requeues: 1,
    });
    expect([await isParked(first), await isWaiting(first)]).toEqual([false, true]);
  });

  it('keeps a message with its words, once', async () => {
    const digest = digestAlertOf(`D-${uniqueId().slice(0, 10).toUpperCase()}`);
    await stores().outbox.put(digest, at('03:02:00.000'));
    await stores().outbox.put({ ...digest, subject: 'Another' }, at('03:03:00.000'));
    await expect(stores().outbox.find(digest.alert_id)).resolves.toMatchObject({
      alert: digest,
      state: 'pending',
      created_at: '2026-03-01T03:02:00.000Z',
    });
  });
}

function digestAlertOf(incident_id: string): Alert {
  const ids = { alert_id: `${incident_id}.1`, incident_id, sequence: 1, kind: 'digest' as const };
  const all = { severity: 'all', source: 'all', entity: 'all', rule_id: 'all', owner: 'all' } as const;
  const attributes = { kind: 'digest', route: 'page', ...all } as const;
  return { ...ids, attributes, subject: 'Subject', body: 'Body' };
}
