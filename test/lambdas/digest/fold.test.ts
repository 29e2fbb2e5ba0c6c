import { fold } from '../../../lambdas/digest/fold.ts';
import { apply } from '../../../lambdas/incidents/apply.ts';
import { emptyChannel } from '../../../lambdas/notify/channel.ts';
import { notify } from '../../../lambdas/notify/notify.ts';
import { MemoryChannel } from '../../../lambdas/ports/channel/memory.ts';
import { MemoryIncidentStore } from '../../../lambdas/ports/incident-store/memory.ts';
import { MemoryOutbox } from '../../../lambdas/ports/outbox/memory.ts';
import { channel as settings } from '../../../lib/config/channel.ts';
import { anomaly, cleared } from '../factories.ts';
import { FakeQueue } from '../fakes.ts';

const START = Date.parse('2026-03-01T03:00:00.000Z');

/** Incidents of so many entities, all of whose messages are at the notify step, at a time that tests move. */
async function setUp(entities: number) {
  const outbox = new MemoryOutbox();
  const store = new MemoryIncidentStore(outbox);
  const channel = new MemoryChannel();
  const queue = new FakeQueue();
  const mails: string[] = [];
  let now = START;
  const clock = () => new Date(now);
  const notifier = { publish: async (alert: { alert_id: string }) => `${mails.push(alert.alert_id)}` };
  const parts = { outbox, channel, queue, settings, notifier, stage: 'dev', leaseMs: 60_000 };
  const attributes = {
    kind: 'opened',
    severity: 'warning',
    route: 'page',
    source: 's',
    entity: 'e',
    rule_id: 'r',
    owner: 'o',
  } as const;
  const sendAll = async () => {
    for (const { request, alert } of outbox.lines.filter(({ state }) => state === 'pending')) {
      await notify(alert ?? { ...request, attributes, subject: 'Subject', body: 'Body' }, parts, clock);
    }
  };
  const inMinutes = (minutes: number) => {
    now = START + minutes * 60_000;
  };
  for (let index = 0; index < entities; index++) await apply(store, anomaly({ entity: `e${index}` }), clock);
  await sendAll();
  const states = () => outbox.lines.map(({ state }) => state);
  const end = (index: number) => apply(store, cleared({ entity: `e${index}` }), clock);
  return { ...parts, store, mails, clock, inMinutes, sendAll, states, end };
}
const count = (all: readonly string[], one: string) => all.filter((each) => each === one).length;

describe('what a storm parked', () => {
  it('is told of in one digest that counts all and names the worst, and each line is ended', async () => {
    const world = await setUp(100);
    expect(count(world.states(), 'sent')).toBe(5);
    expect(count(world.states(), 'parked')).toBe(95);
    world.inMinutes(1);
    await expect(fold(world, world.clock)).resolves.toEqual({
      action: 'digest',
      reason: 'storm',
      parked: 95,
      folded: 95,
    });
    await world.sendAll();
    expect(world.mails).toHaveLength(6);
    expect(world.mails[5]).toMatch(/^D-[0-9A-Z]{10}\.1$/);
    expect(count(world.states(), 'in_digest')).toBe(95);
    const digest = world.outbox.lines.find(({ alert }) => alert !== undefined)?.alert;
    expect(digest?.subject).toMatch(/^\[DIGEST\] 95 incidents within 1 min, 95 go on \(D-\w{10}\)$/);
    expect(digest?.body).toContain('THE WORST 25 OF 95');
    expect(digest?.body).toContain('tocsin incidents list --stage dev');
    await expect(world.channel.read()).resolves.toMatchObject({
      digest_id: null,
      storm_since: null,
      busy_until: 0,
    });
  });

  it('ends in the next digest where it began in one', async () => {
    const world = await setUp(100);
    world.inMinutes(1);
    await fold(world, world.clock);
    await world.sendAll();
    world.inMinutes(20);
    for (let index = 0; index < 100; index++) await world.end(index);
    await world.sendAll();
    // Five had e-mails of their own when they began, so their ends have, too.
    expect(world.mails).toHaveLength(11);
    world.inMinutes(21);
    await expect(fold(world, world.clock)).resolves.toMatchObject({
      action: 'digest',
      reason: 'ends',
      folded: 95,
    });
    await world.sendAll();
    expect(world.mails).toHaveLength(12);
    expect(count(world.states(), 'parked') + count(world.states(), 'pending')).toBe(0);
    expect(world.outbox.lines.at(-1)?.alert?.subject).toMatch(/95 incidents of earlier digests ended/);
  });

  it('leaves by itself after all when it is few', async () => {
    const world = await setUp(7);
    expect(count(world.states(), 'parked')).toBe(2);
    world.inMinutes(1);
    await expect(fold(world, world.clock)).resolves.toMatchObject({ action: 'release', parked: 2 });
    expect(world.queue.messages).toHaveLength(2);
    await world.sendAll();
    expect(world.mails).toHaveLength(7);
    expect(new Set(world.states())).toEqual(new Set(['sent']));
  });

  it('is told of once, though the function ended half-way', async () => {
    const world = await setUp(100);
    world.inMinutes(1);
    jest.spyOn(world.outbox, 'endInDigest').mockRejectedValueOnce(new Error('the table is away'));
    await expect(fold(world, world.clock)).rejects.toThrow('the table is away');
    await world.sendAll();
    world.inMinutes(2);
    await expect(fold(world, world.clock)).resolves.toMatchObject({ reason: 'left-half-done', folded: 95 });
    await world.sendAll();
    expect(world.mails).toHaveLength(6);
    expect(count(world.states(), 'in_digest')).toBe(95);
    expect(count(world.states(), 'parked')).toBe(0);
  });

  it('is worked on by one function at a time', async () => {
    const world = await setUp(100);
    world.inMinutes(1);
    const both = await Promise.all([fold(world, world.clock), fold(world, world.clock)]);
    expect(both.map(({ action }) => action).sort()).toEqual(['busy', 'digest']);
  });

  it('is left alone while another function holds the channel, until its time is over', async () => {
    const world = await setUp(100);
    world.inMinutes(1);
    const before = await world.channel.read();
    await world.channel.write({
      ...before,
      version: before.version + 1,
      busy_until: world.clock().getTime() + 5_000,
    });
    await expect(fold(world, world.clock)).resolves.toMatchObject({ action: 'busy' });
    world.inMinutes(2);
    await expect(fold(world, world.clock)).resolves.toMatchObject({ action: 'digest' });
  });

  it('is nothing most of the time', async () => {
    const world = await setUp(0);
    await expect(fold(world, world.clock)).resolves.toMatchObject({
      action: 'rest',
      reason: 'nothing-parked',
    });
    await expect(world.channel.read()).resolves.toMatchObject({
      ...emptyChannel,
      version: expect.any(Number),
    });
  });
});
