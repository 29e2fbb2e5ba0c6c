/** Incidents that share e-mails: the first leaves at once, what follows is gathered. */

import { lookAt } from '../../../lambdas/due/due.ts';
import { apply } from '../../../lambdas/incidents/apply.ts';
import { incidentIdOf } from '../../../lambdas/incidents/incidents.ts';
import { plainSettings } from '../../../lambdas/incidents/settings.ts';
import { MemoryCircumstances } from '../../../lambdas/ports/circumstances/memory.ts';
import { MemoryIncidentStore } from '../../../lambdas/ports/incident-store/memory.ts';
import { MemoryOutbox } from '../../../lambdas/ports/outbox/memory.ts';
import { anomaly, at, cleared } from '../factories.ts';

const settings = {
  ...plainSettings,
  groupBy: ['source' as const],
  groupWaitSeconds: 30,
  groupIntervalSeconds: 300,
};

function setUp() {
  const outbox = new MemoryOutbox();
  const circumstances = new MemoryCircumstances(settings);
  const store = new MemoryIncidentStore(outbox, circumstances);
  const parts = { store, circumstances };
  const raise = async (entity: string, time: string, given = {}) => {
    const raised = anomaly({ entity, ...given });
    await apply(store, raised, () => at(time), circumstances);
    return incidentIdOf(raised);
  };
  const look = (id: string, time: string) => lookAt(id, parts, () => at(time));
  const said = () =>
    outbox.lines.map(({ request, covers = [] }) => [request.kind, request.incident_id, covers]);
  return { ...parts, outbox, raise, look, said };
}

describe('a group', () => {
  it('sends its first mail at once, and one digest of what follows, the worst first', async () => {
    const { raise, look, said, store } = setUp();
    const first = await raise('a', '03:00:00.000');
    const second = await raise('b', '03:00:05.000');
    const third = await raise('c', '03:00:10.000', { severity: 'critical' });
    const fourth = await raise('d', '03:00:20.000');
    expect(said()).toEqual([['opened', first, []]]);
    expect((await store.get(second))?.hold).toMatchObject({
      reason: 'group',
      until: '2026-03-01T03:00:30.000Z',
    });
    await look(second, '03:00:29.000');
    expect(said()).toHaveLength(1);
    await Promise.all([second, third, fourth].map((id) => look(id, '03:00:30.000')));
    expect(said()).toEqual([
      ['opened', first, []],
      ['digest', third, expect.arrayContaining([second, fourth])],
    ]);
    for (const id of [second, fourth]) {
      expect(await store.get(id)).toMatchObject({
        hold: null,
        sequence: 0,
        told: { state: 'burning', in_digest: true, alert_id: `${third}.1` },
      });
    }
  });

  it('waits for the interval after a digest, and starts anew when it was quiet', async () => {
    const { raise, look, said, store } = setUp();
    await raise('a', '03:00:00.000');
    const second = await raise('b', '03:00:05.000');
    await look(second, '03:00:30.000');
    expect(said()).toHaveLength(2);
    const third = await raise('c', '03:00:40.000');
    expect((await store.get(third))?.hold?.until).toBe('2026-03-01T03:05:30.000Z');
    await look(third, '03:05:30.000');
    expect(said().at(-1)).toEqual(['opened', third, []]);
    await raise('d', '03:20:00.000');
    expect(said()).toHaveLength(4);
  });

  it('does not mail what was over before its digest left', async () => {
    const { raise, look, said, store, circumstances } = setUp();
    await raise('a', '03:00:00.000');
    const second = await raise('b', '03:00:05.000');
    await apply(store, cleared({ entity: 'b' }), () => at('03:00:20.000'), circumstances);
    await look(second, '03:00:30.000');
    expect(said()).toHaveLength(1);
    expect(await store.get(second)).toMatchObject({ status: 'resolved', withheld: 1, hold: null });
  });

  it('gathers the ends of what its digest told of', async () => {
    const { raise, look, said, store, circumstances } = setUp();
    await raise('a', '03:00:00.000');
    const ids = await Promise.all(['b', 'c', 'd'].map((entity) => raise(entity, '03:00:05.000')));
    await look(ids[0] ?? '', '03:00:30.000');
    for (const entity of ['b', 'c', 'd']) {
      await apply(store, cleared({ entity }), () => at('03:04:00.000'), circumstances);
    }
    expect(said()).toHaveLength(2);
    await look(ids[1] ?? '', '03:05:30.000');
    const [kind, lead, covers] = said().at(-1) ?? [];
    expect(kind).toBe('digest');
    expect([lead, ...(Array.isArray(covers) ? covers : [])].sort()).toEqual([...ids].sort());
    expect(said()).toHaveLength(3);
  });

  it('lets what got worse leave at once', async () => {
    const { raise, look, said } = setUp();
    await raise('a', '03:00:00.000');
    const second = await raise('b', '03:00:05.000');
    await look(second, '03:00:30.000');
    await raise('b', '03:00:31.000', { kind: 'escalated', severity: 'critical' });
    expect(said().at(-1)).toEqual(['escalated', second, []]);
  });

  it('tells the others of its digest later, when the function ended before it could', async () => {
    const { raise, look, said, store } = setUp();
    await raise('a', '03:00:00.000');
    const second = await raise('b', '03:00:05.000');
    const third = await raise('c', '03:00:10.000');
    const commit = store.commit.bind(store);
    const broken = jest.spyOn(store, 'commit').mockImplementation(async (change) => {
      if (change.say === undefined) throw new Error('the function ended');
      return await commit(change);
    });
    await expect(look(second, '03:00:30.000')).rejects.toThrow('the function ended');
    broken.mockRestore();
    expect(said()).toHaveLength(2);
    await look(third, '03:00:31.000');
    expect(said()).toHaveLength(2);
    expect(await store.get(third)).toMatchObject({ hold: null, told: { in_digest: true } });
  });
});
