import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import { Alert } from '../../../contracts/alert.ts';
import type { Note } from '../../../contracts/note.ts';
import { apply } from '../../../lambdas/incidents/apply.ts';
import { fingerprintOf } from '../../../lambdas/incidents/incidents.ts';
import { emptyChannel } from '../../../lambdas/notify/channel.ts';
import { MemoryAnalyses } from '../../../lambdas/ports/analyses/memory.ts';
import { type Asking, begunBy } from '../../../lambdas/ports/analyses/port.ts';
import { MemoryChannel } from '../../../lambdas/ports/channel/memory.ts';
import { MemoryIncidentStore } from '../../../lambdas/ports/incident-store/memory.ts';
import { MemoryNotes } from '../../../lambdas/ports/notes/memory.ts';
import { MemoryOutbox } from '../../../lambdas/ports/outbox/memory.ts';
import { MemoryResults } from '../../../lambdas/ports/results/memory.ts';
import {
  type ModelAnswer,
  ModelAnswerUnusable,
  ModelRefused,
  ModelUnavailable,
  type Question,
  type TextModel,
} from '../../../lambdas/ports/text-model/port.ts';
import { resultIdOf } from '../../../lambdas/results/document.ts';
import { Governor } from '../../../lambdas/triage/governor.ts';
import { recordHandler } from '../../../lambdas/triage/record.ts';
import { sqsRecord } from '../events.ts';
import { anomaly, at, cleared } from '../factories.ts';
import { context, FakeQueue, instruments } from '../fakes.ts';
import { rule } from './evidence-examples.ts';

async function setUp(model?: TextModel, budget = { usdPerDay: 1, usdPerMonth: 10 }) {
  const outbox = new MemoryOutbox();
  const results = new MemoryResults();
  const notes = new MemoryNotes();
  const store = new MemoryIncidentStore(outbox, undefined, results);
  const queue = new FakeQueue();
  const missing: string[] = [];
  const tools = instruments();
  jest.spyOn(tools.logger, 'warn').mockImplementation(() => undefined);
  const sources = {
    store,
    outbox,
    notes,
    rules: () => Promise.resolve([rule]),
    directory: () =>
      Promise.resolve({ entities: [{ source: 'transactions', entity: '*', owner: 'payments' }] }),
    onMissing: (what: string) => missing.push(what),
  };
  const analyses = new MemoryAnalyses();
  const governor =
    model &&
    new Governor({
      ...{ model, analyses, budget, maxTokens: 400, deadlineMs: 1_000, lateMs: 2_500 },
      price: { inputUsdPerMillion: 1, outputUsdPerMillion: 5 },
      clock: () => new Date(),
      onCall: () => undefined,
    });
  const channel = new MemoryChannel();
  const parts = { sources, results, governor, channel, queue, stage: 'dev', ...tools };
  const run = () => {
    const records = outbox.lines.map(({ request }) =>
      sqsRecord(request, request.incident_id, request.alert_id),
    );
    return processPartialResponse(
      { Records: records },
      recordHandler(parts),
      new SqsFifoPartialProcessorAsync(),
      {
        context,
        skipGroupOnError: true,
        throwOnFullBatchFailure: false,
      },
    );
  };
  const fold = (each: ReturnType<typeof anomaly>) => apply(store, each, () => at('03:00:00.000'));
  const alerts = () => queue.messages.map((message) => Alert.parse(JSON.parse(message.body)));
  return { ...parts, analyses, store, outbox, notes, run, fold, alerts, missing, counted: tools.counted };
}

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

  it.each(['claimed', 'sent', 'parked', 'in_digest', 'failed'] as const)(
    'is dropped unread when its message is %s already: a copy of a request that waited long',
    async (state) => {
      const { run, fold, outbox, store, queue, counted } = await setUp();
      await fold(anomaly());
      const [line] = outbox.lines;
      if (line === undefined) throw new Error('nothing is said');
      const { request } = line;
      const now = at('03:00:01.000');
      if (state === 'parked' || state === 'in_digest') await outbox.park(request, 'storm', now);
      else await outbox.claim(request, now);
      if (state === 'in_digest') await outbox.endInDigest(request.alert_id, 'D-1');
      if (state === 'sent') await outbox.confirm(request.alert_id);
      if (state === 'failed') await outbox.markFailed({ ...line, state: 'claimed' });
      expect(outbox.lines[0]?.state).toBe(state);
      const read = jest.spyOn(store, 'get');
      const readHistory = jest.spyOn(store, 'historyOf');
      await expect(run()).resolves.toEqual({ batchItemFailures: [] });
      expect(read).not.toHaveBeenCalled();
      expect(readHistory).not.toHaveBeenCalled();
      expect(queue.messages).toEqual([]);
      expect(counted).toEqual({ RequestsDropped: 1 });
    },
  );

  it('goes through when its message was parked and is to be sent by itself after all', async () => {
    const { run, fold, outbox, alerts } = await setUp();
    await fold(anomaly());
    const [line] = outbox.lines;
    if (line === undefined) throw new Error('nothing is said');
    await outbox.park(line.request, 'storm', at('03:00:01.000'));
    await outbox.unpark(line, at('03:01:00.000'));
    await run();
    expect(alerts().map(({ alert_id }) => alert_id)).toEqual([line.request.alert_id]);
  });

  it('goes through when a sender gave its claim back', async () => {
    const { run, fold, outbox, alerts } = await setUp();
    await fold(anomaly());
    const [line] = outbox.lines;
    if (line === undefined) throw new Error('nothing is said');
    await outbox.claim(line.request, at('03:00:01.000'));
    await outbox.release(line.request.alert_id);
    await run();
    expect(alerts()).toHaveLength(1);
  });

  it('fails when its incident is not in the store, or it cannot be read', async () => {
    const { run, fold, store, queue } = await setUp();
    await fold(anomaly());
    jest.spyOn(store, 'get').mockResolvedValue(undefined);
    const response = await run();
    expect(response.batchItemFailures).toHaveLength(1);
    expect(queue.messages).toEqual([]);
  });
});

describe('the analysis of an incident', () => {
  const model = (analyse: TextModel['analyse']): TextModel => ({ name: 'a-model', analyse });
  const answer: ModelAnswer = {
    verdict: 'LIKELY',
    severity: 'warning',
    summary: 'The amount of user001 was 10,000. It was 12,345 an hour ago.',
    causes: [{ text: 'The value lies far above the expected 5,000.', cites: ['value', 'expected'] }],
    next_steps: ['Check with the customer.', 'Disable the alerts of user001.'],
    gaps: ['Whether the customer meant it is not known.'],
  };
  const answering = () => Promise.resolve({ answer });

  it('stands in the e-mail under its name, without what the evidence does not hold', async () => {
    const { run, fold, alerts, counted } = await setUp(model(answering));
    await fold(anomaly());
    await run();
    const body = alerts()[0]?.body;
    expect(body).toContain(
      'ANALYSIS BY A-MODEL (A LANGUAGE MODEL: CHECK IT)\n' +
        'Verdict of the model: LIKELY\n' +
        'The amount of user001 was 10,000.\n' +
        'Possible cause: The value lies far above the expected 5,000. (by value, expected)\n' +
        'Suggested: Check with the customer.\n' +
        'Not known: Whether the customer meant it is not known.\n' +
        'Some of its sentences are left out: the evidence does not hold them.\n',
    );
    expect(body).not.toMatch(/12,345|Disable/);
    expect(counted).toMatchObject({
      AlertsComposed: 1,
      SentencesJudged: 6,
      SentencesRemoved: 2,
      VerdictLIKELY: 1,
    });
  });

  it('is asked for once an incident; later e-mails say again what still holds', async () => {
    const asked = jest.fn(answering);
    const { run, fold, alerts } = await setUp(model(asked));
    await fold(anomaly());
    await fold(
      anomaly({
        value: 70_000,
        kind: 'escalated',
        severity: 'critical',
        alarm_type: 'High-High',
        recent_values: [10, 20, 70_000],
      }),
    );
    await fold(cleared());
    await run();
    expect(asked).toHaveBeenCalledTimes(1);
    const [, escalated, resolved] = alerts();
    expect(escalated?.body).toMatch(/Written at .* UTC; what no longer holds is left out\.\n/);
    expect(escalated?.body).toContain('The value lies far above the expected 5,000.');
    expect(escalated?.body).not.toContain('was 10,000.');
    expect(resolved?.body).not.toContain('ANALYSIS');
  });

  it('stands in the document of its record, under its name; the rules stand there when nothing of it may be said', async () => {
    const of = async (given: ModelAnswer) => {
      const { run, fold, results } = await setUp(model(() => Promise.resolve({ answer: given })));
      const raised = anomaly();
      await fold(raised);
      await run();
      return (await results.find(resultIdOf(raised)))?.llm;
    };
    const llm = await of(answer);
    expect(llm).toMatchObject({ by: model(answering).name, verdict: answer.verdict });
    expect(llm?.text).toContain('The amount of user001 was 10,000.');
    const invented = {
      ...answer,
      summary: 'Kafka was slow. It was 99.',
      causes: [],
      next_steps: [],
      gaps: [],
    };
    expect(await of(invented)).toMatchObject({ by: 'rules', verdict: 'LIKELY' });
  });

  it('that invents most of what it says is thrown away whole', async () => {
    const invented: ModelAnswer = {
      ...answer,
      summary: 'Kafka was slow. It was 99.',
      causes: [],
      next_steps: [],
      gaps: [],
    };
    const { run, fold, alerts, counted } = await setUp(model(() => Promise.resolve({ answer: invented })));
    await fold(anomaly());
    await run();
    expect(alerts()[0]?.body).toContain(
      'ANALYSIS\nThere is none: the evidence does not hold what the model wrote.',
    );
    expect(counted).toMatchObject({ AnalysesRejected: 1 });
  });

  it('comes again with a message that comes again, without a second call', async () => {
    const asked = jest.fn(answering);
    const { run, fold, alerts } = await setUp(model(asked));
    await fold(anomaly());
    await run();
    await run();
    expect(asked).toHaveBeenCalledTimes(1);
    expect(alerts().map(({ body }) => body.includes('The amount of user001 was 10,000.'))).toEqual([
      true,
      true,
    ]);
  });

  it('over the budget is missed in plain words, and counted', async () => {
    const asked = jest.fn(answering);
    const { run, fold, alerts, counted } = await setUp(model(asked), { usdPerDay: 0.0001, usdPerMonth: 10 });
    await fold(anomaly());
    await run();
    expect(asked).not.toHaveBeenCalled();
    expect(alerts()[0]?.body).toContain(
      'There is none: the budget of 0.0001 USD a day for language models is used up.',
    );
    // The model has no part in it: its alarm stays quiet.
    expect(counted).toEqual({ AlertsComposed: 1, AnalysesOverBudget: 1 });
  });

  it('is asked of nobody in a storm, whose digest would not have it; it says so, and is held against nobody', async () => {
    const asked = jest.fn(answering);
    const { run, fold, alerts, channel, counted } = await setUp(model(asked));
    await fold(anomaly());
    await channel.write({ ...emptyChannel, version: 1, storm_since: 1 });
    await run();
    expect(asked).not.toHaveBeenCalled();
    expect(alerts()[0]?.body).toContain('There is none: in a storm of e-mails no model is asked.');
    expect(counted).toEqual({ AlertsComposed: 1 });
  });

  it('is asked for where nobody can say whether there is a storm', async () => {
    const asked = jest.fn(answering);
    const { run, fold, channel } = await setUp(model(asked));
    await fold(anomaly());
    jest.spyOn(channel, 'read').mockRejectedValue(new Error('the table is away'));
    await run();
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('counts as let through by the budget when it was asked for, and not when it is said again', async () => {
    const { run, fold, metrics, counted } = await setUp(model(answering));
    await fold(anomaly());
    await run();
    expect(counted).toMatchObject({ AnalysesOverBudget: 0 });
    const zeros = () =>
      jest.mocked(metrics.addMetric).mock.calls.filter(([name]) => name === 'AnalysesOverBudget');
    await run();
    expect(zeros()).toHaveLength(1);
  });

  it('that another message asked for, and that has not come, is not held against the model', async () => {
    const { run, fold, analyses, counted } = await setUp(model(answering));
    await fold(anomaly());
    const known = (asking: Asking) => ({ outcome: 'known' as const, analysis: begunBy(asking) });
    jest.spyOn(analyses, 'ask').mockImplementation((asking) => Promise.resolve(known(asking)));
    await run();
    expect(counted).toEqual({ AlertsComposed: 1 });
  });

  it.each([
    ['the model could not be reached.', () => Promise.reject(new ModelUnavailable('refused'))],
    [
      'the model answered in a form that cannot be used.',
      () => Promise.reject(new ModelAnswerUnusable('no')),
    ],
    ['the model, or its guardrail, refused to answer.', () => Promise.reject(new ModelRefused('no'))],
    [
      'the model did not answer within 1 s;',
      (_: Question, signal: AbortSignal) =>
        new Promise<undefined>((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new ModelUnavailable('late'))),
        ),
    ],
  ])('is missed in plain words: %s', async (reason, analyse) => {
    const { run, fold, alerts, counted } = await setUp(model(analyse));
    await fold(anomaly());
    await expect(run()).resolves.toEqual({ batchItemFailures: [] });
    expect(alerts()[0]?.body).toContain(`ANALYSIS\nThere is none: ${reason}`);
    expect(counted).toEqual({ AlertsComposed: 1, AnalysesMissing: 1, AnalysesOverBudget: 0 });
  });

  it('whose making or checking fails on our side is missed, and the e-mails go', async () => {
    // What no answer is checked for, an error of the check itself stands for.
    const broken = { ...answer, summary: undefined as unknown as string };
    const { run, fold, alerts, counted, missing } = await setUp(
      model(() => Promise.resolve({ answer: broken })),
    );
    await fold(anomaly());
    await fold(anomaly({ value: 70_000, kind: 'escalated', severity: 'critical' }));
    await expect(run()).resolves.toEqual({ batchItemFailures: [] });
    const none = 'There is none: the step that asks the model and checks its answer failed.';
    expect(alerts().map(({ body }) => body.includes(none))).toEqual([true, true]);
    expect(missing).toEqual(['a checked analysis', 'a checked analysis']);
    expect(counted).toMatchObject({ AlertsComposed: 2, AnalysesMissing: 2 });
  });

  it('that comes late is kept with the incident', async () => {
    const { run, fold, alerts, analyses } = await setUp(
      model(() => new Promise((resolve) => setTimeout(() => resolve({ answer }), 1_200))),
    );
    await fold(anomaly());
    await run();
    const incidentId = alerts()[0]?.incident_id ?? '';
    expect(alerts()[0]?.body).not.toContain('A LANGUAGE MODEL');
    expect(await analyses.find(incidentId)).toMatchObject({ state: 'answered', late: true, answer });
  });
});
