import { MemoryAnalyses } from '../../../lambdas/ports/analyses/memory.ts';
import type { Analyses } from '../../../lambdas/ports/analyses/port.ts';
import { ModelRefused, ModelUnavailable } from '../../../lambdas/ports/text-model/port.ts';
import { answer, question } from '../../ports/text-model-examples.ts';
import { later, most, now, pass, request, setUp, usage } from './governor-setup.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('one call an incident', () => {
  it('however often, and however much at once, it is asked: 10,000 identical requests are one call', async () => {
    const { begin, asked } = setUp(() => later(5, { answer, usage }), { deadlineMs: 20_000 });
    const all = await pass(Promise.all(Array.from({ length: 10_000 }, () => begin())));
    await pass(Promise.all(all.map(({ settled }) => settled)));
    expect(asked).toHaveBeenCalledTimes(1);
    expect(all.filter(({ outcome }) => outcome.kind === 'answered')).toHaveLength(1);
  }, 30_000);

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

describe('a model that does not answer', () => {
  const down = () => Promise.reject(new ModelUnavailable('down', { mayBeBilled: false }));
  const many = async ({ consult }: Pick<ReturnType<typeof setUp>, 'consult'>, ids: readonly string[]) => {
    const whys: string[] = [];
    for (const id of ids) {
      const { outcome, settled } = await consult(request(id));
      await settled();
      whys.push(outcome.kind === 'missing' ? outcome.why : 'answered');
    }
    return whys;
  };
  const fiveMinutes = () => jest.advanceTimersByTimeAsync(5 * 60_000);

  it('three times in a row is left alone for five minutes, and nothing is claimed for it', async () => {
    const made = setUp(down);
    const { consult, asked, analyses } = made;
    expect(await many(made, ['T-1', 'T-2', 'T-3'])).toEqual(Array(3).fill('unavailable'));
    const { outcome } = await consult(request('T-4'));
    expect(outcome).toEqual({
      kind: 'missing',
      why: 'resting',
      reason: 'the model did not answer lately, so it is not asked for 5 min.',
    });
    expect(asked).toHaveBeenCalledTimes(3);
    expect(await analyses.find('T-4')).toBeUndefined();
    expect((await analyses.spent(new Date())).day).toBe(0);
  });

  it('in time is left alone, too: an e-mail during the rest waits for nothing', async () => {
    const made = setUp(() => later(90, { answer, usage }));
    expect(await many(made, ['T-1', 'T-2', 'T-3'])).toEqual(Array(3).fill('late'));
    const began = Date.now();
    const { settled } = await made.consult(request('T-4'));
    await settled();
    expect(Date.now() - began).toBeLessThanOrEqual(10);
    expect(made.asked).toHaveBeenCalledTimes(3);
  });

  it('is tried once after that; when it fails again it is left alone again', async () => {
    const made = setUp(down);
    await many(made, ['T-1', 'T-2', 'T-3']);
    await fiveMinutes();
    expect(await many(made, ['T-5', 'T-6'])).toEqual(['unavailable', 'resting']);
    await fiveMinutes();
    made.asked.mockImplementation(async () => ({ answer, usage }));
    expect(await many(made, ['T-7', 'T-8', 'T-9'])).toEqual(Array(3).fill('answered'));
  });

  it('is asked on where an answer, or a refusal, came in between', async () => {
    let calls = 0;
    const made = setUp(() => {
      calls += 1;
      if (calls % 3 === 0) return Promise.reject(new ModelRefused('no'));
      return down();
    });
    await many(made, ['T-1', 'T-2', 'T-3', 'T-4', 'T-5', 'T-6', 'T-7']);
    expect(made.asked).toHaveBeenCalledTimes(7);
  });

  it('is still quoted with what it said before', async () => {
    const made = setUp();
    await many(made, ['T-1']);
    made.asked.mockImplementation(down);
    await many(made, ['T-2', 'T-3', 'T-4']);
    expect((await made.consult(request('T-1', 2))).outcome).toMatchObject({ answer, isReused: true });
    expect((await made.consult(request('T-5'))).outcome).toMatchObject({ why: 'resting' });
  });
});
