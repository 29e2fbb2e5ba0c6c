/** What every incident store, with the outbox that it writes to, keeps. */
import type { Incident } from '../../contracts/incident.ts';
import { type Changed, fold, resolveQuiet } from '../../lambdas/incidents/incidents.ts';
import type { IncidentStore } from '../../lambdas/ports/incident-store/port.ts';
import type { Outbox } from '../../lambdas/ports/outbox/port.ts';
import { anomaly, at, cleared, uniqueId } from '../lambdas/factories.ts';

export interface Stores {
  readonly store: IncidentStore;
  readonly outbox: Outbox;
}

const nothing = { open: undefined, cleared: undefined };

/** A change as the core makes it. */
function changed(decision: ReturnType<typeof fold>): Changed {
  if (!('incident' in decision)) throw new Error(`no change: ${decision.reason}`);
  return decision;
}

/** Declares the suite; `stores` may give the same ones to each test, which uses entities of its own. */
export function itKeepsIncidents(stores: () => Stores): void {
  /** Opens an incident of an entity that no other test has. */
  async function open(given: Parameters<typeof anomaly>[0] = {}, now = at('03:00:00.000')) {
    const raised = anomaly({ entity: `entity-${uniqueId().slice(0, 12)}`, ...given });
    const { incident } = changed(fold(raised, nothing, now));
    const result = await stores().store.commit({ incident, anomaly: raised, say: 'opened', now });
    return { raised, incident, result };
  }

  async function resolve(incident: Incident, given: Parameters<typeof cleared>[0] = {}) {
    const now = at('03:20:00.000');
    const clearing = cleared({ entity: incident.first.entity, ...given });
    const decision = changed(fold(clearing, { open: incident, cleared: undefined }, now));
    const change = { incident: decision.incident, anomaly: clearing, say: 'resolved' as const, now };
    return { clearing, resolved: decision.incident, result: await stores().store.commit(change) };
  }

  it('gives back an incident as it was stored, with numbers of any size', async () => {
    const { incident, result } = await open({
      value: 1.7976931348623157e308,
      expected_high: 2 ** 60,
      score: 5e-324,
    });
    expect(result).toBe('committed');
    await expect(stores().store.get(incident.incident_id)).resolves.toEqual(incident);
    await expect(stores().store.recall(incident.fingerprint)).resolves.toEqual({
      open: incident,
      cleared: undefined,
    });
  });

  it('knows nothing of what was never stored', async () => {
    await expect(stores().store.get('T-0000000000')).resolves.toBeUndefined();
    await expect(stores().store.recall(uniqueId())).resolves.toEqual(nothing);
    await expect(stores().outbox.find('T-0000000000.1')).resolves.toBeUndefined();
  });

  it('counts an anomaly once', async () => {
    const { raised, incident } = await open();
    const now = at('03:01:00.000');
    await expect(stores().store.commit({ incident, anomaly: raised, now })).resolves.toBe('duplicate');
    const next = changed(fold(raised, { open: incident, cleared: undefined }, now)).incident;
    await expect(stores().store.commit({ incident: next, anomaly: raised, now })).resolves.toBe('duplicate');
    await expect(stores().store.get(incident.incident_id)).resolves.toEqual(incident);
  });

  it('opens no second incident of a fingerprint', async () => {
    const { raised, incident } = await open();
    const other = anomaly({ entity: raised.entity });
    const now = at('03:01:00.000');
    const second = changed(fold(other, nothing, now)).incident;
    await expect(
      stores().store.commit({ incident: second, anomaly: other, say: 'opened', now }),
    ).resolves.toBe('conflict');
    await expect(stores().store.get(second.incident_id)).resolves.toBeUndefined();
    await expect(stores().outbox.find(`${second.incident_id}.1`)).resolves.toBeUndefined();
    await expect(stores().store.recall(incident.fingerprint)).resolves.toMatchObject({ open: incident });
  });

  it('lets the first of two writers win and tells the second', async () => {
    const { incident } = await open();
    const now = at('03:01:00.000');
    const results = await Promise.all(
      [1, 2, 3].map(async () => {
        const renewed = anomaly({ entity: incident.first.entity, kind: 'renewed' });
        const next = changed(fold(renewed, { open: incident, cleared: undefined }, now)).incident;
        return await stores().store.commit({ incident: next, anomaly: renewed, now });
      }),
    );
    expect(results.sort()).toEqual(['committed', 'conflict', 'conflict']);
    await expect(stores().store.get(incident.incident_id)).resolves.toMatchObject({
      version: 2,
      anomaly_count: 2,
    });
  });

  it('ends an incident, remembers what cleared it, and opens the next', async () => {
    const { incident } = await open();
    const { clearing, resolved, result } = await resolve(incident);
    expect(result).toBe('committed');
    await expect(stores().store.get(incident.incident_id)).resolves.toEqual(resolved);
    await expect(stores().store.recall(incident.fingerprint)).resolves.toEqual({
      open: undefined,
      cleared: clearing,
      last: resolved,
    });
    const again = await open({ entity: incident.first.entity }, at('04:00:00.000'));
    expect(again.result).toBe('committed');
    await expect(stores().store.recall(incident.fingerprint)).resolves.toEqual({
      open: again.incident,
      cleared: undefined,
    });
  });

  it('ends a quiet incident and remembers no clearing of it', async () => {
    const { incident } = await open();
    const now = at('05:00:00.000');
    const quiet = changed(resolveQuiet(incident, at('04:00:00.000'), now)).incident;
    await expect(stores().store.commit({ incident: quiet, say: 'resolved', now })).resolves.toBe('committed');
    await expect(stores().store.recall(incident.fingerprint)).resolves.toEqual({ ...nothing, last: quiet });
    const line = await stores().outbox.find(`${incident.incident_id}.2`);
    expect(line).toMatchObject({ about: incident.latest, request: { kind: 'resolved' } });
    expect(line).not.toHaveProperty('caused_at');
  });

  it('remembers a clearing of what is not open, and not over an open incident', async () => {
    const { incident } = await open();
    const early = cleared();
    const now = at('03:30:00.000');
    const fingerprint = uniqueId();
    await expect(stores().store.rememberCleared(fingerprint, early, now)).resolves.toBe('committed');
    await expect(stores().store.recall(fingerprint)).resolves.toEqual({ open: undefined, cleared: early });
    await expect(stores().store.rememberCleared(incident.fingerprint, early, now)).resolves.toBe('conflict');
  });

  it('finds incidents of an entity, newest first', async () => {
    const { incident } = await open({}, at('01:00:00.000'));
    const { entity } = incident.first;
    const second = await open({ entity, metric: 'fee' }, at('02:00:00.000'));
    const third = await open({ entity, rule_id: 'another-rule' }, at('03:00:00.000'));
    const ids = async (limit: number) =>
      (await stores().store.historyOf('transactions', entity, limit)).map((each) => each.incident_id);
    await expect(ids(10)).resolves.toEqual(
      [third, second, { incident }].map((each) => each.incident.incident_id),
    );
    await expect(ids(1)).resolves.toEqual([third.incident.incident_id]);
    await expect(stores().store.historyOf('other', entity, 10)).resolves.toEqual([]);
  });

  it('finds open incidents by their last sign of life, the longest silent first', async () => {
    const old = await open({}, at('00:10:00.000'));
    const older = await open({}, at('00:05:00.000'));
    const ended = await open({}, at('00:01:00.000'));
    await resolve(ended.incident);
    const fresh = await open({}, at('00:30:00.000'));
    const found = await stores().store.quietSince(at('00:20:00.000'), 100);
    const ids = found.map((each) => each.incident_id);
    const mine = [old, older, ended, fresh].map((each) => each.incident.incident_id);
    expect(ids.filter((id) => mine.includes(id))).toEqual([
      older.incident.incident_id,
      old.incident.incident_id,
    ]);
    await expect(stores().store.quietSince(at('00:20:00.000'), 1)).resolves.toHaveLength(1);
  });
}
