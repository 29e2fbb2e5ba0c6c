import { emptyChannel } from '../../../lambdas/notify/channel.ts';
import { type Asking, begunBy } from '../../../lambdas/ports/analyses/port.ts';
import {
  type ModelAnswer,
  ModelAnswerUnusable,
  ModelRefused,
  ModelUnavailable,
  type Question,
  type TextModel,
} from '../../../lambdas/ports/text-model/port.ts';
import { resultIdOf } from '../../../lambdas/results/document.ts';
import { anomaly, cleared } from '../factories.ts';
import { setUp } from './record-setup.ts';

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
