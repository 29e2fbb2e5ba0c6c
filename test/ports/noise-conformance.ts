/** What every store keeps of groups, parents, silences and results. */
import type { Silence } from '../../contracts/silence.ts';
import { lookAt } from '../../lambdas/due/due.ts';
import { changeOf } from '../../lambdas/incidents/change.ts';
import { fold } from '../../lambdas/incidents/incidents.ts';
import { resultIdOf } from '../../lambdas/results/document.ts';
import { anomaly, at, cleared, uniqueId } from '../lambdas/factories.ts';
import { changesOf, type LifeStores } from './life-stores.ts';

/** Declares the suite; `stores` may give the same ones to each test, which uses sources and entities of its own. */
export function itKeepsNoiseAndResults(stores: () => LifeStores): void {
  const { newName, take, idsOf } = changesOf(stores);

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

  it('lets what waits for a group leave as one digest that names the others', async () => {
    const source = newName('s');
    await take(anomaly({ source, entity: 'a' }), '03:00:00.000');
    const waiting = [];
    for (const [entity, severity] of [
      ['b', 'warning'],
      ['c', 'critical'],
      ['d', 'warning'],
    ] as const) {
      waiting.push((await take(anomaly({ source, entity, severity }), '03:00:10.000')).incident);
    }
    const [b, c, d] = idsOf(waiting);
    const looks = [b, c, d].map((id) => lookAt(id ?? '', stores(), () => at('03:00:30.000')));
    await Promise.all(looks);
    const line = await stores().outbox.find(`${c}.1`);
    expect(line).toMatchObject({ request: { kind: 'digest' }, state: 'pending' });
    expect([...(line?.covers ?? [])].sort()).toEqual([b, d].sort());
    for (const id of [b, d]) {
      expect(await stores().store.get(id ?? '')).toMatchObject({
        hold: null,
        sequence: 0,
        told: { alert_id: `${c}.1`, in_digest: true },
      });
      expect(await stores().outbox.find(`${id}.1`)).toBeUndefined();
    }
    expect(await stores().circumstances.heldIn(waiting[0]?.hold?.detail ?? '')).toEqual([]);
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

  it('keeps what triage made of a record in its document, the last word of several', async () => {
    const raised = anomaly({ source: newName('s'), sequence_number: `4967${uniqueId().replace(/\D/g, '')}` });
    const { results } = stores();
    const id = resultIdOf(raised);
    const judged = {
      timestamp: '2026-03-01T03:00:02.000Z',
      by: 'rules',
      verdict: 'LIKELY',
      text: 'Out.',
    } as const;
    await results.keepJudged(id, judged);
    expect(await results.find(id)).toBeUndefined();
    await take(raised, '03:00:00.000');
    await results.keepJudged(id, { ...judged, by: 'a-model', verdict: 'CONFIRMED' });
    expect(await results.find(id)).toMatchObject({
      llm: { ...judged, method: 'llm', by: 'a-model', verdict: 'CONFIRMED' },
    });
  });

  it('keeps what the tiers found of a record as one document', async () => {
    const source = newName('s');
    const place = { source, entity: 'x', sequence_number: `4967${uniqueId().replace(/\D/g, '')}` };
    const byLimit = anomaly({ ...place, arrival_time: '2026-03-01T02:59:59.000Z' });
    const byMean = anomaly({
      ...place,
      detector: 'deviation',
      rule_id: 'odd',
      score: 4.2,
      alarm_type: 'High',
    });
    const first = await take(byLimit, '03:00:00.000');
    const second = await take(byMean, '03:00:00.500');
    const { results } = stores();
    const id = resultIdOf(byLimit);
    const document = await results.find(id);
    expect(document).toMatchObject({
      id,
      source,
      heuristic: { results: { amount: { value: 10_000, alarm_type: 'High', status: 'Anomaly' } } },
      statistical: { results: { amount: { value: 10_000, status: 'Anomaly' } } },
      ml: null,
      final_status: 'anomaly',
      overall_confidence: 1,
      raw_data: { amount: 10_000, merchantId: 'merchant-001' },
    });
    expect([...(document?.incident_ids ?? [])].sort()).toEqual(
      [first, second].map(({ incident }) => incident.incident_id).sort(),
    );
    const listed = await results.list('anomaly', 1_000);
    expect(listed.filter((each) => each.id === id)).toEqual([document]);
  });

  it('keeps a sample, which is normal until something is found in it', async () => {
    const { results } = stores();
    const source = newName('s');
    const raised = anomaly({ source, sequence_number: `4967${uniqueId().replace(/\D/g, '')}` });
    const sample = {
      ...{ id: resultIdOf(raised), timestamp: '2026-03-01T02:58:00.000Z', source, entity: 'user001' },
      raw_data: { userId: 'user001', amount: 10_000 },
    };
    await results.keepSample(sample, at('03:00:00.000'));
    await results.keepSample(sample, at('03:00:01.000'));
    const mine = async (status: 'normal' | 'anomaly') =>
      (await results.list(status, 1_000)).filter((each) => each.id === sample.id);
    expect(await mine('normal')).toMatchObject([
      { final_status: 'normal', raw_data: sample.raw_data, heuristic: null, overall_confidence: null },
    ]);
    await take(raised, '03:00:02.000');
    expect(await mine('normal')).toEqual([]);
    expect(await mine('anomaly')).toMatchObject([{ raw_data: sample.raw_data, processing_time_ms: 120_750 }]);
  });
}
