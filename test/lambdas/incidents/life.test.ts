/** Any interleaving of what streams, people and time do to incidents: what must hold after each step. */
import fc from 'fast-check';
import type { Anomaly } from '../../../contracts/anomaly.ts';
import { type Incident, isUnresolved } from '../../../contracts/incident.ts';
import { lookAt } from '../../../lambdas/due/due.ts';
import { apply } from '../../../lambdas/incidents/apply.ts';
import { byStaff } from '../../../lambdas/incidents/by-staff.ts';
import { fingerprintOf } from '../../../lambdas/incidents/incidents.ts';
import { isMatch, subjectOf } from '../../../lambdas/incidents/matcher.ts';
import { acknowledge, NotPossible, resolve, snooze } from '../../../lambdas/incidents/staff.ts';
import { MemoryCircumstances } from '../../../lambdas/ports/circumstances/memory.ts';
import { MemoryIncidentStore } from '../../../lambdas/ports/incident-store/memory.ts';
import { MemoryOutbox } from '../../../lambdas/ports/outbox/memory.ts';
import { sweep } from '../../../lambdas/sweep/sweep.ts';
import { anomaly } from '../factories.ts';

const START = Date.parse('2026-03-01T03:00:00.000Z');
const QUIET_MS = 60 * 60_000;
const ENTITIES = ['a', 'b', 'c'] as const;
const settings = {
  groupBy: ['source' as const],
  groupWaitSeconds: 30,
  groupIntervalSeconds: 300,
  reminderSeconds: 3_600,
  reopenSeconds: 900,
  settleSeconds: 20,
  flapping: { reopenings: 3, windowSeconds: 600 },
  // `c` keeps `b` silent.
  inhibit: [{ by: { entity: 'c' }, of: { entity: 'b' }, same: ['source'] }],
};

const entity = fc.constantFrom(...ENTITIES);
const seconds = fc.constantFrom(1, 10, 40, 400, 2_000, 8_000);
type Step =
  | {
      readonly do: 'anomaly';
      readonly kind: Anomaly['kind'];
      readonly entity: string;
      readonly severity: Anomaly['severity'];
    }
  | { readonly do: 'replay'; readonly back: number }
  | { readonly do: 'ack' | 'resolve-fixed' | 'resolve-expected'; readonly entity: string }
  | { readonly do: 'snooze' | 'silence'; readonly entity: string; readonly seconds: number }
  | { readonly do: 'wait'; readonly seconds: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('anomaly' as const),
      kind: fc.constantFrom('raised', 'escalated', 'renewed', 'cleared', 'cleared'),
      entity,
      severity: fc.constantFrom('warning', 'critical'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('replay' as const), back: fc.nat(5) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('ack' as const, 'resolve-fixed' as const, 'resolve-expected' as const),
      entity,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('snooze' as const, 'silence' as const), entity, seconds }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds }) },
);

/** The real core over the stores in memory. */
class World {
  readonly outbox = new MemoryOutbox();
  readonly circumstances = new MemoryCircumstances(settings);
  readonly store = new MemoryIncidentStore(this.outbox, this.circumstances);
  readonly seen: Anomaly[] = [];
  now = START;
  #said = 0;

  async play(each: Step): Promise<void> {
    const clock = () => new Date(this.now);
    if (each.do === 'wait') return await this.#wait(each.seconds);
    if (each.do === 'anomaly') {
      const { kind, entity: of, severity } = each;
      const place = String(1_000 + this.seen.length);
      this.seen.push(
        anomaly({ kind, entity: of, severity, sequence_number: place, arrival_time: clock().toISOString() }),
      );
      await this.#deliver(this.seen.length - 1);
    } else if (each.do === 'replay') await this.#deliver(this.seen.length - 1 - each.back);
    else if (each.do === 'silence') {
      const ends_at = new Date(this.now + each.seconds * 1_000).toISOString();
      await this.circumstances.putSilence({
        silence_id: `S-${String(this.now).slice(-10)}`,
        ...{ starts_at: clock().toISOString(), ends_at, matcher: { entity: each.entity } },
        ...{ created_by: 'm', created_at: clock().toISOString(), reason: 'test' },
      });
    } else await this.#byStaff(each);
    await this.#check();
  }

  async #deliver(index: number): Promise<void> {
    const known = this.seen[index];
    if (known !== undefined) await apply(this.store, known, () => new Date(this.now), this.circumstances);
  }

  async #byStaff(each: Extract<Step, { entity: string }>): Promise<void> {
    const { open } = await this.store.recall(fingerprintOf(anomaly({ entity: each.entity })));
    if (open === undefined) return;
    await byStaff(
      open.incident_id,
      this,
      () => new Date(this.now),
      (incident, deed) => {
        const mine = { ...deed, who: 'm.keller' };
        if (each.do === 'ack') return acknowledge(incident, mine);
        if (each.do === 'snooze') return snooze(incident, new Date(this.now + each.seconds * 1_000), mine);
        return resolve(incident, each.do === 'resolve-fixed' ? 'fixed' : 'expected', mine);
      },
    ).catch((error: unknown) => {
      if (!(error instanceof NotPossible)) throw error;
    });
  }

  /** Timers arrive when they are due, the sweep each minute. */
  async #wait(total: number): Promise<void> {
    const end = this.now + total * 1_000;
    const pace = Math.max(20_000, total * 20);
    while (this.now < end) {
      this.now = Math.min(end, this.now + pace);
      for (const { incident_id } of await this.store.dueAt(new Date(this.now + 1), 100)) {
        await lookAt(incident_id, this, () => new Date(this.now));
        await this.#check();
      }
      if (this.now % 60_000 < pace) {
        const queue = { sendAll: () => Promise.resolve() };
        await sweep({ ...this, queue } as Parameters<typeof sweep>[0], QUIET_MS, new Date(this.now));
        await this.#check();
      }
    }
  }

  async incidents(): Promise<Incident[]> {
    const lists = await Promise.all(
      ENTITIES.map((each) => this.store.historyOf('transactions', each, 1_000)),
    );
    return lists.flat();
  }

  /** What must hold after each step. */
  async #check(): Promise<void> {
    const incidents = await this.incidents();
    const byId = new Map(incidents.map((each) => [each.incident_id, each]));
    for (const of of ENTITIES) {
      const open = incidents.filter((each) => isUnresolved(each) && each.first.entity === of);
      expect(open.length).toBeLessThanOrEqual(1);
    }
    const silences = (await this.circumstances.silences()).filter(
      ({ starts_at, ends_at }) =>
        starts_at <= new Date(this.now).toISOString() && new Date(this.now).toISOString() < ends_at,
    );
    for (const line of this.outbox.lines.slice(this.#said)) {
      for (const id of [line.request.incident_id, ...(line.covers ?? [])]) {
        const subject = subjectOf(byId.get(id) ?? { latest: anomaly(), severity: 'warning' });
        expect(silences.filter(({ matcher }) => isMatch(matcher, subject))).toEqual([]);
      }
    }
    this.#said = this.outbox.lines.length;
    for (const incident of incidents) {
      const said = this.outbox.lines.filter(({ request }) => request.incident_id === incident.incident_id);
      expect(said.map(({ request }) => request.sequence)).toEqual(said.map((_, index) => index + 1));
      expect(incident.sequence).toBe(said.length);
      const kinds = said.map(({ request }) => request.kind);
      expect(kinds.filter((kind) => kind === 'opened').length).toBeLessThanOrEqual(1);
      // What burns is known, or waits for a named reason.
      if (isUnresolved(incident) && incident.told?.state !== 'burning') expect(incident.hold).not.toBeNull();
      // What is over is known to be over, waits to be told, or was never told at all.
      if (!isUnresolved(incident) && incident.told?.state === 'burning') expect(incident.hold).not.toBeNull();
    }
  }
}

const raisedBy = (entity: 'a' | 'b' | 'c'): Step => ({
  do: 'anomaly',
  kind: 'raised',
  entity,
  severity: 'warning',
});

/** A digest of the group once told of what a silence held. */
const silencedWhileItWaitsForItsGroup: Step[] = [
  raisedBy('b'),
  raisedBy('a'),
  raisedBy('c'),
  { do: 'silence', entity: 'c', seconds: 8_000 },
];

describe('any interleaving of raised, cleared, acknowledged, snoozed, silenced, resolved and replayed', () => {
  it('keeps one unresolved incident a fingerprint, mails nothing silenced, nothing twice, and forgets nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        const world = new World();
        for (const each of steps) await world.play(each);
        // In the end every silence, snooze and group is over: whatever burns must have been told.
        await world.play({ do: 'wait', seconds: 12_000 });
        for (const incident of await world.incidents()) {
          if (isUnresolved(incident)) expect(incident.told).toMatchObject({ state: 'burning' });
          else expect(incident.told?.state).not.toBe('burning');
          expect(incident.hold).toBeNull();
        }
      }),
      { numRuns: Number(process.env.LIFE_RUNS ?? 150), examples: [[silencedWhileItWaitsForItsGroup]] },
    );
  }, 60_000);
});
