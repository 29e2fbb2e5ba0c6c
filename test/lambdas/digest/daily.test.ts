import { daily, lastDue } from '../../../lambdas/digest/daily.ts';
import { apply } from '../../../lambdas/incidents/apply.ts';
import { MemoryIncidentStore } from '../../../lambdas/ports/incident-store/memory.ts';
import { MemoryOutbox } from '../../../lambdas/ports/outbox/memory.ts';
import { anomaly, cleared } from '../factories.ts';

const due = new Date('2026-03-02T07:00:00.000Z');
const at = (iso: string) => () => new Date(iso);

function setUp() {
  const outbox = new MemoryOutbox();
  const store = new MemoryIncidentStore(outbox);
  const silences: { source: string }[] = [];
  const circumstances = {
    silences: async () =>
      silences.map(({ source }) => ({
        silence_id: 'S-0123456789',
        matcher: { source },
        starts_at: '2026-03-02T00:00:00.000Z',
        ends_at: '2026-03-03T00:00:00.000Z',
        created_by: 'somebody',
        created_at: '2026-03-02T00:00:00.000Z',
        reason: 'maintenance',
      })),
  };
  const warn = (entity: string, iso: string) => apply(store, anomaly({ entity, route: 'digest' }), at(iso));
  const digests = () => outbox.lines.flatMap(({ alert }) => (alert === undefined ? [] : [alert]));
  return { outbox, store, circumstances, stage: 'dev', silences, warn, digests };
}

describe('the daily digest', () => {
  it('tells of the warnings of the day before, and of no others', async () => {
    const world = setUp();
    await world.warn('too-early', '2026-03-01T06:59:59.999Z');
    await world.warn('first', '2026-03-01T07:00:00.000Z');
    await world.warn('last', '2026-03-02T06:59:59.999Z');
    await world.warn('too-late', '2026-03-02T07:00:00.000Z');
    await apply(world.store, cleared({ entity: 'last', route: 'digest' }), at('2026-03-02T06:59:59.999Z'));
    await expect(daily(world, due, due)).resolves.toMatchObject({ told: 2, silenced: 0 });
    const [digest] = world.digests();
    expect(digest?.subject).toMatch(/^\[DIGEST\] 2 incidents of the last day, 1 open/);
    expect(digest?.body).toMatch(/of first is out of bounds(.|\n)*of last was out of bounds and is over/);
    expect(digest?.body).not.toMatch(/too-(early|late)/);
    expect(digest?.attributes).toMatchObject({
      route: 'digest',
      severity: 'warning',
      source: 'transactions',
      entity: 'all',
    });
  });

  it('is one message, however often it is made', async () => {
    const world = setUp();
    await world.warn('first', '2026-03-01T08:00:00.000Z');
    await daily(world, due, due);
    await daily(world, due, new Date(due.getTime() + 60_000));
    expect(world.digests()).toHaveLength(1);
  });

  it('is no message without warnings', async () => {
    const world = setUp();
    await expect(daily(world, due, due)).resolves.toEqual({ told: 0, silenced: 0 });
    expect(world.digests()).toEqual([]);
  });

  it('leaves out what pages by now, and what is silenced', async () => {
    const world = setUp();
    await world.warn('pages', '2026-03-01T08:00:00.000Z');
    await apply(world.store, anomaly({ entity: 'pages', kind: 'renewed' }), at('2026-03-01T08:05:00.000Z'));
    await world.warn('silenced', '2026-03-01T08:00:00.000Z');
    world.silences.push({ source: 'transactions' });
    await expect(daily(world, due, due)).resolves.toEqual({ told: 0, silenced: 1 });
    expect(world.digests()).toEqual([]);
  });

  it('was due at the hour of today or of yesterday', () => {
    expect(lastDue(7, new Date('2026-03-02T07:00:00.000Z'))).toEqual(due);
    expect(lastDue(7, new Date('2026-03-03T06:59:59.999Z'))).toEqual(due);
  });
});
