import { MemoryAnalyses } from '../../../lambdas/ports/analyses/memory.ts';
import type { Analyses } from '../../../lambdas/ports/analyses/port.ts';
import {
  ModelAnswerUnusable,
  ModelRefused,
  ModelUnavailable,
  type TextModel,
} from '../../../lambdas/ports/text-model/port.ts';
import { mostInputTokens } from '../../../lambdas/ports/text-model/prompt.ts';
import { Governor, type GovernorOptions, type Report } from '../../../lambdas/triage/governor.ts';
import { answer, question } from '../../ports/text-model-examples.ts';

const price = { inputUsdPerMillion: 1, outputUsdPerMillion: 5 };
const usage = { input_tokens: 900, output_tokens: 100 };
const now = new Date('2026-03-01T12:00:00.000Z');
const request = (incident = 'T-1', sequence = 1) => ({
  incident_id: incident,
  alert_id: `${incident}.${sequence}`,
});
/** The most that one question can cost, in millionths of a dollar. */
const most = mostInputTokens(question) + 5 * 400;

function setUp(
  analyse: TextModel['analyse'] = async () => ({ answer, usage }),
  given: Partial<GovernorOptions> = {},
) {
  const reports: Report[] = [];
  const asked = jest.fn(analyse);
  const analyses = new MemoryAnalyses();
  const governor = new Governor({
    model: { name: 'a-model', analyse: asked },
    ...{ analyses, price, maxTokens: 400, deadlineMs: 40, lateMs: 200 },
    budget: { usdPerDay: 1, usdPerMonth: 10 },
    clock: () => new Date(),
    onCall: (report) => reports.push(report),
    ...given,
  });
  const begin = async (of = request()) => {
    const { outcome, settled } = governor.consult(of, question);
    const first = await outcome;
    return { outcome: first, settled };
  };
  const consult = async (of = request()) => {
    const { outcome, settled } = await pass(begin(of));
    return { outcome, settled: () => pass(settled) };
  };
  return { governor, analyses, asked, reports, begin, consult };
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** Lets time pass until the work is over. */
async function pass<T>(work: Promise<T>): Promise<T> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  work.then(over, over);
  for (let ms = 0; ms < 60_000 && !isOver; ms += 5) await jest.advanceTimersByTimeAsync(5);
  return await work;
}
const later = <T>(ms: number, value: T) => new Promise<T>((resolve) => setTimeout(() => resolve(value), ms));

describe('one call an incident', () => {
  it('however often, and however much at once, it is asked: 10,000 identical requests are one call', async () => {
    const { begin, asked } = setUp(() => later(5, { answer, usage }), { deadlineMs: 20_000 });
    const all = await pass(Promise.all(Array.from({ length: 10_000 }, () => begin())));
    await pass(Promise.all(all.map(({ settled }) => settled)));
    expect(asked).toHaveBeenCalledTimes(1);
    expect(all.filter(({ outcome }) => outcome.kind === 'answered')).toHaveLength(1);
  });

  it('a message that comes again gets what was answered before', async () => {
    const { consult, asked } = setUp();
    await (await consult()).settled();
    const again = await consult();
    expect(again.outcome).toMatchObject({ kind: 'answered', answer, isReused: true });
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('a call whose function died is not made again', async () => {
    const { consult, asked, analyses } = setUp();
    const dead = { ...request(), model: 'a-model', question, now, micro_usd: 10 };
    await analyses.ask(dead, { day: 1e6, month: 1e6 });
    expect((await consult()).outcome).toMatchObject({ kind: 'missing', why: 'begun' });
    expect(asked).not.toHaveBeenCalled();
  });

  it('one that failed is not made again, and says why', async () => {
    const { consult, asked } = setUp(() =>
      Promise.reject(new ModelUnavailable('down', { mayBeBilled: false })),
    );
    await (await consult()).settled();
    expect((await consult(request('T-1', 2))).outcome).toMatchObject({
      kind: 'missing',
      reason: 'the model could not be reached.',
    });
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('an answer is remembered for later messages', async () => {
    const { consult, governor } = setUp();
    expect(await governor.recall('T-1')).toBeUndefined();
    await (await consult()).settled();
    expect(await governor.recall('T-1')).toMatchObject({ kind: 'answered', answer, isReused: true });
  });
});

describe('the deadline', () => {
  it('lets the e-mail go, and keeps what comes later with the incident', async () => {
    const { consult, analyses, reports } = setUp(() => later(90, { answer, usage }));
    const began = Date.now();
    const { outcome, settled } = await consult();
    expect(Date.now() - began).toBeLessThan(85);
    expect(outcome).toMatchObject({ kind: 'missing', why: 'late' });
    await settled();
    expect(await analyses.find('T-1')).toMatchObject({ state: 'answered', answer, late: true });
    expect(reports).toEqual([expect.objectContaining({ why: 'answered', late: true })]);
  });

  it('ends the call some time later, and counts all of its price', async () => {
    let heard = false;
    const { consult, analyses } = setUp(
      (_, signal) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => {
            heard = true;
            reject(new ModelUnavailable('late'));
          }),
        ),
    );
    const { settled } = await consult();
    await settled();
    expect(heard).toBe(true);
    expect(await analyses.find('T-1')).toMatchObject({ state: 'failed', late: true, micro_usd: most });
  });

  it('holds for a model that hears nothing, and for a store that hangs', async () => {
    const deaf = setUp(() => new Promise(() => undefined));
    expect((await deaf.consult()).outcome).toMatchObject({ why: 'late' });
    const hanging = { ask: () => new Promise(() => undefined) } as unknown as Analyses;
    const stuck = setUp(undefined, { analyses: hanging });
    expect((await stuck.consult()).outcome).toMatchObject({ why: 'late' });
  });

  it('is over for a store that answers after it: nobody is asked then', async () => {
    const analyses = new MemoryAnalyses();
    const ask = analyses.ask.bind(analyses);
    const slow = Object.assign(Object.create(analyses), {
      ask: async (...of: Parameters<Analyses['ask']>) => later(60, await ask(...of)),
      end: analyses.end.bind(analyses),
    });
    const { consult, asked } = setUp(undefined, { analyses: slow });
    const { settled } = await consult();
    await settled();
    expect(asked).not.toHaveBeenCalled();
    expect(await analyses.spent(new Date())).toEqual({ day: 0, month: 0 });
  });
});

describe('the budget', () => {
  it('is charged with what the server counted', async () => {
    const { consult, analyses, reports } = setUp();
    await (await consult()).settled();
    expect(await analyses.spent(new Date())).toEqual({ day: 1_400, month: 1_400 });
    expect(reports).toEqual([expect.objectContaining({ micro_usd: 1_400, usage, why: 'answered' })]);
  });

  it.each([
    ['nothing', new ModelUnavailable('throttled', { mayBeBilled: false }), 0],
    ['what was told', new ModelAnswerUnusable('cut off', { usage }), 1_400],
    ['the most, where nobody told', new ModelRefused('refused'), most],
    ['the most, after a failure that nobody named', new Error('unexpected'), most],
  ])('of a failed call: %s', async (_, error, spent) => {
    const { consult, analyses } = setUp(() => Promise.reject(error));
    await (await consult()).settled();
    expect((await analyses.spent(new Date())).day).toBe(spent);
  });

  it('is never overdrawn, not by calls that run side by side', async () => {
    const usdPerDay = (3 * most + 10) / 1_000_000;
    const dear = { input_tokens: mostInputTokens(question), output_tokens: 400 };
    const { begin, analyses, asked } = setUp(() => later(5, { answer, usage: dear }), {
      budget: { usdPerDay, usdPerMonth: 10 },
    });
    const all = await pass(
      Promise.all(Array.from({ length: 20 }, (_, index) => begin(request(`T-${index}`)))),
    );
    await pass(Promise.all(all.map(({ settled }) => settled)));
    expect(asked).toHaveBeenCalledTimes(3);
    expect((await analyses.spent(new Date())).day).toBeLessThanOrEqual(usdPerDay * 1_000_000);
    const denied = all.map(({ outcome }) => outcome).filter((each) => each.kind === 'missing');
    expect(denied).toHaveLength(17);
    expect(denied[0]).toMatchObject({ why: 'budget', reason: expect.stringContaining('USD a day') });
  });

  it('that cannot be written means that nobody is asked, and it is reported', async () => {
    const broken = { ask: () => Promise.reject(new Error('the table is away')) } as unknown as Analyses;
    const { consult, asked, reports } = setUp(undefined, { analyses: broken });
    expect((await consult()).outcome).toMatchObject({ kind: 'missing', why: 'store' });
    expect(asked).not.toHaveBeenCalled();
    expect(reports).toEqual([expect.objectContaining({ why: 'store' })]);
  });

  it('that cannot be settled stays charged with the most, and the answer is used', async () => {
    const analyses = new MemoryAnalyses();
    jest.spyOn(analyses, 'end').mockRejectedValue(new Error('the table is away'));
    const { consult, reports } = setUp(undefined, { analyses });
    const { outcome, settled } = await consult();
    await settled();
    expect(outcome.kind).toBe('answered');
    expect((await analyses.spent(new Date())).day).toBe(most);
    expect(reports.map(({ why }) => why)).toEqual(['answered', 'store']);
  });
});
