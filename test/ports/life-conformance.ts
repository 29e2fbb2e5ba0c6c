/** What every incident store, with the circumstances that it writes to, keeps of an incident's life. */
import { acknowledge, correct, resolve } from '../../lambdas/incidents/staff.ts';
import { anomaly, at, cleared } from '../lambdas/factories.ts';
import { changesOf, type LifeStores } from './life-stores.ts';

/** Declares the suite; `stores` may give the same ones to each test, which uses sources and entities of its own. */
export function itKeepsALife(stores: () => LifeStores): void {
  const { newName, take, byStaff, deed, idsOf } = changesOf(stores);

  it('opens what had ended again, as the same incident and the only one', async () => {
    const raised = anomaly({ entity: newName('entity') });
    const { incident } = await take(raised, '03:00:00.000');
    const end = cleared({ entity: raised.entity });
    const before = resolve(incident, 'fixed', { ...deed('03:10:00.000') });
    expect(await byStaff(before, '03:10:00.000')).toBe('committed');
    await stores().store.rememberCleared(incident.fingerprint, end, at('03:11:00.000'));
    expect(await stores().store.recall(incident.fingerprint)).toEqual({
      open: undefined,
      cleared: end,
      last: before.incident,
    });
    const again = anomaly({ entity: raised.entity, sequence_number: `${raised.sequence_number}9` });
    const { action, incident: reopened } = await take(again, '03:20:00.000');
    expect(action).toBe('reopen');
    expect(reopened.incident_id).toBe(incident.incident_id);
    expect(await stores().store.recall(incident.fingerprint)).toMatchObject({ open: reopened });
  });

  it('changes a closed incident without touching the one that is open now', async () => {
    const raised = anomaly({ entity: newName('entity') });
    const { incident } = await take(raised, '01:00:00.000');
    const over = await take(cleared({ entity: raised.entity }), '01:10:00.000');
    const next = await take(
      anomaly({ entity: raised.entity, sequence_number: `${raised.sequence_number}9` }),
      '03:00:00.000',
    );
    expect(next.action).toBe('open');
    const judged = resolve(over.incident, 'false_positive', deed('03:05:00.000'));
    expect(await byStaff(judged, '03:05:00.000')).toBe('committed');
    expect(await stores().store.get(incident.incident_id)).toMatchObject({ resolution: 'false_positive' });
    expect(await stores().store.recall(incident.fingerprint)).toMatchObject({ open: next.incident });
  });

  it('tells who changed what, when and why, oldest first', async () => {
    const { incident } = await take(anomaly({ entity: newName('entity') }), '03:00:00.000');
    await byStaff(acknowledge(incident, { ...deed('03:05:00.000'), note: 'Looking' }), '03:05:00.000');
    const timeline = await stores().store.timelineOf(incident.incident_id);
    expect(timeline).toMatchObject([
      { version: 1, who: 'tocsin', action: 'open', reason: 'raised' },
      { version: 2, who: 'm.keller', action: 'acknowledge', note: 'Looking', status: 'acknowledged' },
    ]);
  });

  it('lists unresolved incidents by severity, and resolved ones by who resolved them', async () => {
    const who = newName('person');
    const { incident } = await take(
      anomaly({ entity: newName('entity'), severity: 'critical' }),
      '03:00:00.000',
    );
    const { store } = stores();
    expect(idsOf(await store.unresolved('critical', 1_000))).toContain(incident.incident_id);
    expect(idsOf(await store.unresolved('warning', 1_000))).not.toContain(incident.incident_id);
    await byStaff(resolve(incident, 'fixed', deed('03:10:00.000', who)), '03:10:00.000');
    expect(idsOf(await store.unresolved('critical', 1_000))).not.toContain(incident.incident_id);
    expect(idsOf(await store.resolvedBy(who, 10))).toEqual([incident.incident_id]);
  });

  it('finds what began or ended around a time, of one source', async () => {
    const source = newName('s');
    const { store } = stores();
    const open = async (entity: string, time: string, given = {}) =>
      (await take(anomaly({ source, entity, ...given }), time)).incident.incident_id;
    const early = await open('a', '02:30:00.000');
    const first = await open('b', '02:50:00.000', { severity: 'critical' });
    const second = await open('c', '02:55:00.000');
    const over = await open('d', '02:51:00.000');
    await take(cleared({ source, entity: 'd' }), '02:56:00.000');
    await take(anomaly({ source: `${source}-other`, entity: 'b' }), '02:55:00.000');
    const ids = async (limit: number) =>
      idsOf(await store.around(source, at('02:45:00.000'), at('03:00:00.000'), limit));
    expect(await ids(100)).toEqual([second, over, first]);
    expect(await ids(100)).not.toContain(early);
    expect(
      idsOf(await store.around(source.slice(0, -1), at('02:45:00.000'), at('03:00:00.000'), 100)),
    ).toEqual([]);
  });

  it('keeps corrections by who made them, newest first', async () => {
    const who = newName('person');
    const { incident } = await take(anomaly({ entity: newName('entity') }), '03:00:00.000');
    let known = incident;
    for (const [value, time] of [
      ['1', '03:10:00.000'],
      ['2', '03:20:00.000'],
    ] as const) {
      const { decision, correction } = correct(known, 'first.value', value, {
        ...deed(time, who),
        note: 'why',
      });
      expect(await byStaff(decision, time, { corrections: [correction] })).toBe('committed');
      known = decision.incident;
    }
    expect(await stores().store.correctionsBy(who, 10)).toMatchObject([
      { field: 'first.value', before: 1, after: 2, modified_by: who },
      { field: 'first.value', before: 10_000, after: 1 },
    ]);
    expect(await stores().store.correctionsBy(who, 1)).toHaveLength(1);
  });

  it('finds what is due, the longest due first', async () => {
    const { store } = stores();
    const first = await take(anomaly({ source: newName('s'), entity: 'x' }), '02:00:00.000');
    const second = await take(anomaly({ source: newName('s'), entity: 'x' }), '01:00:00.000');
    const mine = [first.incident.incident_id, second.incident.incident_id];
    const dueAt = async (time: string) =>
      idsOf(await store.dueAt(at(time), 1_000)).filter((id) => mine.includes(id));
    expect(await dueAt('02:00:00.001')).toEqual([second.incident.incident_id]);
    expect(await dueAt('03:00:00.001')).toEqual([second.incident.incident_id, first.incident.incident_id]);
  });

  it('knows a rule by its incidents that were mailed or judged', async () => {
    const rule_id = newName('rule');
    const { incident } = await take(anomaly({ rule_id, entity: newName('entity') }), '03:00:00.000');
    await take(anomaly({ rule_id, entity: newName('entity'), route: 'digest' }), '03:01:00.000');
    await byStaff(resolve(incident, 'false_positive', deed('03:10:00.000')), '03:10:00.000');
    const { store } = stores();
    expect(await store.ofRule(rule_id, at('03:00:00.000'), 10)).toMatchObject([
      { incident_id: incident.incident_id, mails: 2, resolution: 'false_positive', worst_value: 10_000 },
    ]);
    expect(await store.ofRule(rule_id, at('03:00:00.001'), 10)).toEqual([]);
    const later = await take(anomaly({ rule_id, entity: newName('entity') }), '03:02:00.000');
    await byStaff(resolve(later.incident, 'expected', deed('03:11:00.000')), '03:11:00.000');
    const newest = async (limit: number) =>
      (await store.ofRule(rule_id, at('03:00:00.000'), limit)).map(({ incident_id }) => incident_id);
    expect(await newest(10)).toEqual([later.incident.incident_id, incident.incident_id]);
    expect(await newest(1)).toEqual([later.incident.incident_id]);
  });
}
