import { apply } from '../../lambdas/incidents/apply.ts';
import { fingerprintOf } from '../../lambdas/incidents/incidents.ts';
import { plainSettings } from '../../lambdas/incidents/settings.ts';
import { MemoryCircumstances } from '../../lambdas/ports/circumstances/memory.ts';
import { MemoryIncidentStore } from '../../lambdas/ports/incident-store/memory.ts';
import { MemoryOutbox } from '../../lambdas/ports/outbox/memory.ts';
import { sweep } from '../../lambdas/sweep/sweep.ts';
import { anomaly, at } from './factories.ts';
import { FakeQueue } from './fakes.ts';

const QUIET_MS = 30 * 60_000;
const minutes = (count: number) => new Date(at('03:00:00.000').getTime() + count * 60_000);

async function setUp() {
  const outbox = new MemoryOutbox();
  const store = new MemoryIncidentStore(outbox);
  const queue = new FakeQueue();
  const raised = anomaly();
  await apply(store, raised, () => minutes(0));
  const [line] = outbox.lines;
  if (line === undefined) throw new Error('nothing is said');
  const circumstances = new MemoryCircumstances(plainSettings);
  return { parts: { store, outbox, queue, circumstances }, raised, request: line.request };
}

describe('a sweep', () => {
  it('resolves what showed no sign of life, once, and has it said', async () => {
    const { parts, raised } = await setUp();
    await expect(sweep(parts, QUIET_MS, minutes(30))).resolves.toMatchObject({ resolved: [] });
    const { resolved } = await sweep(parts, QUIET_MS, minutes(31));
    expect(resolved).toMatchObject([{ action: 'resolve', reason: 'quiet', say: 'resolved' }]);
    expect(parts.outbox.lines.map((line) => line.request.kind)).toEqual(['opened', 'resolved']);
    expect((await parts.store.recall(fingerprintOf(raised))).open).toBeUndefined();
    await expect(sweep(parts, QUIET_MS, minutes(32))).resolves.toMatchObject({ resolved: [] });
  });

  it('leaves what came to life while it looked', async () => {
    const { parts, raised } = await setUp();
    const quietSince = parts.store.quietSince.bind(parts.store);
    jest.spyOn(parts.store, 'quietSince').mockImplementation(async (before, limit) => {
      const found = await quietSince(before, limit);
      await apply(parts.store, anomaly({ kind: 'renewed' }), () => minutes(31));
      return found;
    });
    await expect(sweep(parts, QUIET_MS, minutes(31))).resolves.toMatchObject({ resolved: [] });
    expect((await parts.store.recall(fingerprintOf(raised))).open).toMatchObject({ anomaly_count: 2 });
  });

  it('queues what was written and never claimed, under a new id each time', async () => {
    const { parts, request } = await setUp();
    await expect(sweep(parts, QUIET_MS, minutes(0.9))).resolves.toMatchObject({ requeued: [] });
    await expect(sweep(parts, QUIET_MS, minutes(1.1))).resolves.toMatchObject({
      requeued: [`${request.alert_id}.1`],
    });
    expect(parts.queue.messages).toEqual([
      {
        body: JSON.stringify(request),
        incidentId: request.incident_id,
        deduplicationId: `${request.alert_id}.1`,
      },
    ]);
  });

  it('waits twice as long from time to time, and after hours gives up once', async () => {
    const { parts, request } = await setUp();
    const requeuedAt: number[] = [];
    const given_up: string[] = [];
    for (let minute = 1; minute <= 720; minute++) {
      const result = await sweep(parts, 24 * 60 * 60_000, minutes(minute + 0.01));
      if (result.requeued.length > 0) requeuedAt.push(minute);
      given_up.push(...result.given_up);
    }
    expect(requeuedAt.slice(0, 5)).toEqual([1, 3, 7, 15, 31]);
    expect(requeuedAt).toHaveLength(10);
    expect(given_up).toEqual([request.alert_id]);
  });

  it('finds what is due behind hundreds of older messages that are not', async () => {
    const { parts } = await setUp();
    for (let index = 0; index < 250; index++) {
      await apply(parts.store, anomaly({ entity: `early-${index}` }), () => minutes(0));
    }
    const early = [await sweep(parts, QUIET_MS, minutes(2)), await sweep(parts, QUIET_MS, minutes(2.1))];
    expect(early.map(({ requeued }) => requeued.length)).toEqual([200, 51]);
    await apply(parts.store, anomaly({ entity: 'late' }), () => minutes(1.5));
    const id = parts.outbox.lines.at(-1)?.request.alert_id;
    await expect(sweep(parts, QUIET_MS, minutes(2.6))).resolves.toMatchObject({ requeued: [`${id}.1`] });
  });

  it('reports once what was claimed and never confirmed, and does not send it again', async () => {
    const { parts, request } = await setUp();
    await parts.outbox.claim(request, minutes(0.5));
    await expect(sweep(parts, QUIET_MS, minutes(5))).resolves.toMatchObject({
      unconfirmed: [],
      requeued: [],
    });
    await expect(sweep(parts, QUIET_MS, minutes(6))).resolves.toMatchObject({
      unconfirmed: [request.alert_id],
    });
    await expect(sweep(parts, QUIET_MS, minutes(7))).resolves.toMatchObject({ unconfirmed: [] });
    expect(parts.queue.messages).toEqual([]);
  });

  it('leaves what is sent', async () => {
    const { parts, request } = await setUp();
    await parts.outbox.claim(request, minutes(0.1));
    await parts.outbox.confirm(request.alert_id);
    await expect(sweep(parts, QUIET_MS, minutes(20))).resolves.toEqual({
      resolved: [],
      looked: [],
      failed: [],
      requeued: [],
      unconfirmed: [],
      given_up: [],
    });
  });
});
