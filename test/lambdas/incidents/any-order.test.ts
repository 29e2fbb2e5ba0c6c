import fc from 'fast-check';
import type { Anomaly } from '../../../contracts/anomaly.ts';
import { apply } from '../../../lambdas/incidents/apply.ts';
import { fingerprintOf } from '../../../lambdas/incidents/incidents.ts';
import { plainSettings } from '../../../lambdas/incidents/settings.ts';
import { MemoryCircumstances } from '../../../lambdas/ports/circumstances/memory.ts';
import { MemoryIncidentStore } from '../../../lambdas/ports/incident-store/memory.ts';
import { MemoryOutbox } from '../../../lambdas/ports/outbox/memory.ts';
import { sweep } from '../../../lambdas/sweep/sweep.ts';
import { anomaly } from '../factories.ts';

const start = Date.parse('2026-03-01T03:00:00.000Z');
const QUIET_MS = 30 * 60_000;

/** One anomaly of one of two entities, with its place in the shard; the same place is the same anomaly. */
const anomalies = fc
  .array(
    fc.record({
      kind: fc.constantFrom('raised', 'escalated', 'renewed', 'cleared'),
      entity: fc.constantFrom('a', 'b'),
      severity: fc.constantFrom('warning', 'critical'),
      route: fc.constantFrom('page', 'page', 'digest'),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((shapes) =>
    shapes.map(
      (shape, index): Anomaly =>
        anomaly({
          ...shape,
          anomaly_id: index.toString(16).padStart(64, '0'),
          sequence_number: String(1_000 + index),
        }),
    ),
  );

/** Any of them in any order, some again, some at the same time as the one before; between them time passes. */
const deliveries = anomalies.chain((known) =>
  fc.array(
    fc.record({
      anomaly: fc.constantFrom(...known),
      minutes: fc.constantFrom(0, 0, 1, 5, 45),
      atOnce: fc.boolean(),
    }),
    { minLength: 1, maxLength: 30 },
  ),
);

async function deliver(all: Awaited<ReturnType<typeof sample>>) {
  const outbox = new MemoryOutbox();
  const store = new MemoryIncidentStore(outbox);
  const queue = { sendAll: () => Promise.resolve() };
  let now = start;
  let running: Promise<unknown>[] = [];
  for (const { anomaly: each, minutes, atOnce } of all) {
    now += minutes * 60_000;
    const time = new Date(now);
    if (!atOnce) {
      await Promise.all(running);
      running = [];
      if (minutes > 0)
        running.push(
          sweep(
            { store, outbox, queue, circumstances: new MemoryCircumstances(plainSettings) },
            QUIET_MS,
            time,
          ),
        );
    }
    running.push(apply(store, each, () => time));
  }
  await Promise.all(running);
  return { store, outbox };
}
const sample = async () => fc.sample(deliveries, 1)[0] ?? [];

describe('anomalies in any order, again and at once', () => {
  it('give at most one open incident a fingerprint, each message once, and the opening before the end', async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, async (all) => {
        const { store, outbox } = await deliver(all);
        const incidents = [
          ...(await store.historyOf('transactions', 'a', 100)),
          ...(await store.historyOf('transactions', 'b', 100)),
        ];
        for (const entity of ['a', 'b']) {
          const fingerprint = fingerprintOf(anomaly({ entity }));
          const open = incidents.filter((each) => each.status === 'open' && each.fingerprint === fingerprint);
          expect(open.length).toBeLessThanOrEqual(1);
          expect((await store.recall(fingerprint)).open?.incident_id).toBe(open[0]?.incident_id);
        }
        for (const incident of incidents) {
          const said = outbox.lines.filter((line) => line.request.incident_id === incident.incident_id);
          expect(said.map((line) => line.request.sequence)).toEqual(said.map((_, index) => index + 1));
          expect(incident.sequence).toBe(said.length);
          const kinds = said.map((line) => line.request.kind);
          expect(kinds.filter((kind) => kind === 'opened')).toHaveLength(incident.route === 'page' ? 1 : 0);
          expect(kinds.filter((kind) => kind === 'escalated').length).toBeLessThanOrEqual(1);
          if (incident.route === 'page') expect(kinds[0]).toBe('opened');
          const isOver = incident.route === 'page' && incident.status === 'resolved';
          expect(kinds.filter((kind) => kind === 'resolved')).toHaveLength(isOver ? 1 : 0);
          if (isOver) expect(kinds.at(-1)).toBe('resolved');
        }
        const delivered = new Set(all.map((each) => each.anomaly.anomaly_id));
        const counted = incidents.reduce((sum, incident) => sum + incident.anomaly_count, 0);
        expect(counted).toBeLessThanOrEqual(delivered.size);
      }),
      { numRuns: 300 },
    );
  });

  it('never leave an alarm unsaid whose raise came last', async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, async (all) => {
        const last = anomaly({ entity: 'a', sequence_number: '9999' });
        const { store } = await deliver([...all, { anomaly: last, minutes: 0, atOnce: false }]);
        const { open } = await store.recall(fingerprintOf(last));
        expect(open).toMatchObject({ route: 'page', sequence: expect.any(Number) });
        expect(open?.sequence).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });
});
