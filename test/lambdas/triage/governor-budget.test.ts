import { MemoryAnalyses } from '../../../lambdas/ports/analyses/memory.ts';
import type { Analyses } from '../../../lambdas/ports/analyses/port.ts';
import {
  ModelAnswerUnusable,
  ModelRefused,
  ModelUnavailable,
} from '../../../lambdas/ports/text-model/port.ts';
import { mostInputTokens } from '../../../lambdas/ports/text-model/prompt.ts';
import { answer, question } from '../../ports/text-model-examples.ts';
import { later, most, pass, request, setUp, usage } from './governor-setup.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
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
