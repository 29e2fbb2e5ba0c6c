/** What every incident store, with the circumstances that it writes to, keeps of an incident's life. */
import type { Anomaly } from '../../contracts/anomaly.ts';
import type { Incident } from '../../contracts/incident.ts';
import type { Silence } from '../../contracts/silence.ts';
import { changeOf } from '../../lambdas/incidents/change.ts';
import { undisturbed } from '../../lambdas/incidents/hold.ts';
import { type Changed, fingerprintOf, fold } from '../../lambdas/incidents/incidents.ts';
import { acknowledge, correct, resolve } from '../../lambdas/incidents/staff.ts';
import type { CircumstancesStore } from '../../lambdas/ports/circumstances/port.ts';
import { anomaly, at, cleared, uniqueId } from '../lambdas/factories.ts';
import type { Stores } from './conformance.ts';

export interface LifeStores extends Stores {
  readonly circumstances: CircumstancesStore;
}

/** As the stores' circumstances must be set: groups by source and rule, and `parent` entities keep `child` entities silent. */
export const lifeSettings = {
  ...undisturbed.settings,
  groupBy: ['source' as const, 'rule' as const],
  groupWaitSeconds: 30,
  groupIntervalSeconds: 300,
  reminderSeconds: 3_600,
  reopenSeconds: 3_600,
  inhibit: [{ by: { entity: 'parent-*' }, of: { entity: 'child-*' }, same: ['source'] }],
};

/** Declares the suite; `stores` may give the same ones to each test, which uses sources and entities of its own. */
export function itKeepsALife(stores: () => LifeStores): void {
  const newName = (name: string) => `${name}-${uniqueId().slice(0, 12)}`;

  /** Reads, decides and writes; fails when the write met another. */
  async function take(each: Anomaly, time: string): Promise<Changed> {
    const { store, circumstances } = stores();
    const around = await circumstances.around({ latest: each }, at(time));
    const known = await store.recall(fingerprintOf(each));
    const decision = fold(each, known, at(time), around);
    if (!('incident' in decision)) throw new Error(`no change: ${decision.reason}`);
    expect(await store.commit(changeOf(decision, around, at(time), each))).toBe('committed');
    return decision;
  }
  async function byStaff(change: Changed, time: string, more = {}) {
    const around = await stores().circumstances.around(change.incident, at(time));
    return await stores().store.commit({ ...changeOf(change, around, at(time)), ...more });
  }
  const deed = (time: string, who = 'm.keller') => ({ who, now: at(time), around: undisturbed });
  const idsOf = (incidents: readonly Incident[]) => incidents.map(({ incident_id }) => incident_id);

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
  });

  it('lets one of two first mails of a group leave, and knows who waits for the rest', async () => {
    const source = newName('s');
    const { store, circumstances } = stores();
    const two = ['a', 'b'].map((entity) => anomaly({ source, entity }));
    const changes = await Promise.all(
      two.map(async (each) => {
        const around = await circumstances.around({ latest: each }, at('03:00:00.000'));
        const decision = fold(each, { open: undefined, cleared: undefined }, at('03:00:00.000'), around);
        if (!('incident' in decision)) throw new Error('no change');
        return changeOf(decision, around, at('03:00:00.000'), each);
      }),
    );
    const results = await Promise.all(changes.map((change) => store.commit(change)));
    expect(results.sort()).toEqual(['committed', 'conflict']);
    const { incident } = await take(anomaly({ source, entity: 'c' }), '03:00:10.000');
    const group = incident.hold?.detail ?? '';
    expect(incident.hold).toMatchObject({ reason: 'group', until: '2026-03-01T03:00:30.000Z' });
    expect(await circumstances.heldIn(group)).toEqual([incident.incident_id]);
    await take(cleared({ source, entity: 'c' }), '03:00:20.000');
    expect(await circumstances.heldIn(group)).toEqual([]);
  });

  it('knows a parent while it is unresolved', async () => {
    const source = newName('s');
    const entity = newName('parent');
    const child = anomaly({ source, entity: newName('child'), rule_id: 'another-rule' });
    const parents = async () => {
      const { parents: all } = await stores().circumstances.around({ latest: child }, at('03:00:00.000'));
      return all.filter(({ subject }) => subject.source === source);
    };
    const { incident } = await take(anomaly({ source, entity }), '03:00:00.000');
    expect(await parents()).toEqual([
      { incident_id: incident.incident_id, subject: expect.objectContaining({ entity, source }) },
    ]);
    const held = await take(child, '03:00:01.000');
    expect(held.incident.hold).toMatchObject({ reason: 'inhibited', detail: incident.incident_id });
    await take(cleared({ source, entity }), '03:10:00.000');
    expect(await parents()).toEqual([]);
  });

  it('keeps silences until they end, and whose end nobody has looked after', async () => {
    const { circumstances } = stores();
    const silence: Silence = {
      silence_id: `S-${uniqueId().slice(0, 10).toUpperCase()}`,
      starts_at: '2026-03-01T02:00:00.000Z',
      ends_at: '2026-03-01T04:00:00.000Z',
      matcher: { entity: newName('entity') },
      created_by: 'm.keller',
      created_at: '2026-03-01T01:00:00.000Z',
      reason: 'Load test',
    };
    const { silence_id } = silence;
    await circumstances.putSilence(silence);
    const active = async (time: string) =>
      (await circumstances.around({ latest: anomaly() }, at(time))).silences.filter(
        (each) => each.silence_id === silence_id,
      );
    expect(await active('03:59:59.000')).toEqual([silence]);
    expect(await active('04:00:00.000')).toEqual([]);
    const ended = async (time: string) =>
      (await circumstances.endedSilences(at(time))).filter((each) => each.silence_id === silence_id);
    expect(await ended('03:59:59.000')).toEqual([]);
    expect(await ended('04:00:00.000')).toEqual([silence]);
    await circumstances.markEnded(silence);
    expect(await ended('05:00:00.000')).toEqual([]);
    const longer = { ...silence, ends_at: '2026-03-01T06:00:00.000Z' };
    await circumstances.putSilence(longer);
    await circumstances.markEnded(silence);
    expect(await ended('06:00:00.000')).toEqual([longer]);
    expect((await circumstances.silences()).find((each) => each.silence_id === silence_id)).toEqual(longer);
  });
}
