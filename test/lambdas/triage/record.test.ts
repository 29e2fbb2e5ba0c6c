import type { Note } from '../../../contracts/note.ts';
import { fingerprintOf } from '../../../lambdas/incidents/incidents.ts';
import { resultIdOf } from '../../../lambdas/results/document.ts';
import { anomaly, cleared } from '../factories.ts';
import { setUp } from './record-setup.ts';

describe('a request for an alert', () => {
  it('becomes the alert, known to the queue as the request was', async () => {
    const { run, fold, queue, alerts, counted } = await setUp();
    await fold(anomaly());
    await expect(run()).resolves.toEqual({ batchItemFailures: [] });
    const [alert] = alerts();
    expect(alert).toMatchObject({
      kind: 'opened',
      sequence: 1,
      attributes: { severity: 'warning', route: 'page' },
    });
    expect(alert?.body).toContain('A single payment far above');
    expect(alert?.body).toContain('stage dev');
    expect(queue.messages[0]).toMatchObject({
      incidentId: alert?.incident_id,
      deduplicationId: `dedup-${alert?.alert_id}`,
    });
    expect(counted).toEqual({ AlertsComposed: 1 });
  });

  it('tells of what caused it, though the incident has moved on', async () => {
    const { run, fold, alerts } = await setUp();
    await fold(anomaly({ value: 6_000 }));
    await fold(anomaly({ value: 70_000, kind: 'escalated', severity: 'critical' }));
    await fold(cleared({ value: 42 }));
    await run();
    expect(alerts().map((alert) => alert.subject.replace(/T-\w+/, 'T-ID'))).toEqual([
      '[WARNING] amount of user001 is 6,000, expected at most 5,000 (T-ID)',
      '[CRITICAL] amount of user001 got worse: 70,000, expected at most 5,000 (T-ID)',
      '[RESOLVED] amount of user001 is back at 42 after 11 min 59 s (T-ID)',
    ]);
    expect(alerts().map((alert) => alert.attributes.severity)).toEqual(['warning', 'critical', 'critical']);
  });

  it('says so when an incident leaves the digest', async () => {
    const { run, fold, alerts } = await setUp();
    await fold(anomaly({ route: 'digest', value: 6_000 }));
    await fold(anomaly({ kind: 'renewed', value: 7_000 }));
    await run();
    expect(alerts()).toHaveLength(1);
    expect(alerts()[0]?.subject).toContain('is 7,000');
    expect(alerts()[0]?.body).toContain('until now it was for the digest only');
  });

  it('goes without rules and history that cannot be read', async () => {
    const { run, fold, alerts, sources, missing } = await setUp();
    await fold(anomaly());
    jest.spyOn(sources, 'rules').mockRejectedValue(new Error('the bucket is away'));
    jest.spyOn(sources.store, 'historyOf').mockRejectedValue(new Error('the index is away'));
    await run();
    expect(missing.sort()).toEqual(['history', 'rules']);
    expect(alerts()[0]?.body).toContain('It could not be read for this e-mail.');
  });

  it('goes without neighbours, notes and the record of the rule, and judges by what is there', async () => {
    const { run, fold, alerts, sources, missing, notes } = await setUp();
    await fold(anomaly());
    jest.spyOn(sources.store, 'around').mockRejectedValue(new Error('the index is away'));
    jest.spyOn(sources.store, 'ofRule').mockRejectedValue(new Error('the table is away'));
    jest.spyOn(notes, 'between').mockRejectedValue(new Error('the index is away'));
    await run();
    expect(missing.sort()).toEqual(['its neighbours', 'notes', "the rule's record"]);
    expect(alerts()[0]?.body).toContain('Probably real (LIKELY)');
  });

  it('weighs a note about its source and time, and no other', async () => {
    const { run, fold, alerts, notes } = await setUp();
    await fold(anomaly());
    const put = (id: string, given: Partial<Note>) =>
      notes.put({
        note_id: `N-${id}`,
        kind: 'load_test',
        source: 'transactions',
        from: '2026-03-01T02:00:00.000Z',
        until: '2026-03-01T04:00:00.000Z',
        author: 'k.sato',
        created_at: '2026-03-01T01:00:00.000Z',
        text: 'Load test of the terminals',
        ...given,
      });
    await put('OTHERSOURC', { source: 'host', text: 'not ours' });
    await put('LONGBEFORE', {
      until: '2026-03-01T02:01:00.000Z',
      from: '2026-02-28T01:00:00.000Z',
      text: 'old',
    });
    await put('ALREADYEND', {
      until: '2026-03-01T01:00:00.000Z',
      from: '2026-02-28T01:00:00.000Z',
      text: 'over',
    });
    await put('OURS000000', {});
    await run();
    const body = alerts()[0]?.body;
    expect(body).toContain('Probably no trouble (FALSE_POSITIVE): A load test was noted for this time');
    expect(body).toContain('"Load test of the terminals"');
    expect(body).not.toMatch(/not ours|over"/);
    expect(alerts()[0]?.attributes.severity).toBe('warning');
  });

  it('keeps its verdict beside what the tiers found, and sends the e-mail though that fails', async () => {
    const { run, fold, alerts, results } = await setUp();
    const raised = anomaly();
    await fold(raised);
    await run();
    await expect(results.find(resultIdOf(raised))).resolves.toMatchObject({
      llm: { method: 'llm', by: 'rules', verdict: 'LIKELY' },
    });
    jest.spyOn(results, 'keepJudged').mockRejectedValue(new Error('the table is away'));
    await expect(run()).resolves.toEqual({ batchItemFailures: [] });
    expect(alerts()).toHaveLength(2);
  });

  it('keeps no verdict of an end', async () => {
    const { run, fold, results } = await setUp();
    await fold(anomaly());
    const end = cleared();
    await fold(end);
    await run();
    await expect(results.find(resultIdOf(end))).resolves.toMatchObject({ llm: null });
  });

  it('counts the incidents of the week before, and names those open beside it', async () => {
    const { run, fold, alerts, store } = await setUp();
    await fold(anomaly({ metric: 'fee', value: 31 }));
    await fold(anomaly({ rule_id: 'another-rule', route: 'digest' }));
    await fold(anomaly());
    const { open } = await store.recall(fingerprintOf(anomaly()));
    await run();
    const body = alerts().find((alert) => alert.incident_id === open?.incident_id)?.body;
    expect(body).toContain('The third incident of user001 in 7 days, the first by this rule.');
    expect(body?.match(/Open beside it/g)).toHaveLength(2);
  });

  it('does not count what lies behind the history that is read', async () => {
    const { run, fold, alerts } = await setUp();
    for (let index = 0; index < 25; index++)
      await fold(anomaly({ rule_id: `rule-${index}`, route: 'digest' }));
    await fold(anomaly());
    await run();
    expect(alerts()[0]?.body).toContain('More than 18 incidents of user001 in 7 days.');
  });
});
