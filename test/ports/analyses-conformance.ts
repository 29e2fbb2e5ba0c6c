/** What every store of analyses promises: one call an incident, no call beyond the budget, whoever asks at the same time. */
import type { Analyses, Asking } from '../../lambdas/ports/analyses/port.ts';
import { answer, question } from './text-model-examples.ts';

const budget = { day: 1_000, month: 5_000 };
let count = 0;

/** Of an incident that nobody asked about, on a day of its own. */
function asking(given: Partial<Asking> = {}): Asking {
  count += 1;
  return {
    incident_id: `T-${count}`,
    alert_id: `T-${count}.1`,
    model: 'a-model',
    question,
    now: new Date(Date.UTC(2030 + count, 5, 15, 12)),
    micro_usd: 400,
    ...given,
  };
}

export function analysesConformance(name: string, make: () => Analyses): void {
  describe(`${name}, as every store of analyses`, () => {
    const ending = { now: new Date('2026-03-01T03:00:09.000Z'), late: false };

    it('lets one ask, and tells the others', async () => {
      const store = make();
      const one = asking();
      const results = await Promise.all(Array.from({ length: 8 }, () => store.ask(one, budget)));
      expect(results.filter(({ outcome }) => outcome === 'asked')).toHaveLength(1);
      expect(results.filter(({ outcome }) => outcome === 'known')).toHaveLength(7);
      expect(await store.spent(one.now)).toEqual({ day: 400, month: 400 });
    });

    it('keeps what was answered, and gives back what it did not take', async () => {
      const store = make();
      const one = asking();
      await store.ask(one, budget);
      await store.end(one, { ...ending, micro_usd: 150, result: { answer } });
      expect(await store.find(one.incident_id)).toMatchObject({
        ...{
          state: 'answered',
          alert_id: one.alert_id,
          model: 'a-model',
          answer,
          micro_usd: 150,
          late: false,
        },
        asked_at: one.now.toISOString(),
        ended_at: '2026-03-01T03:00:09.000Z',
      });
      expect(await store.spent(one.now)).toEqual({ day: 150, month: 150 });
      await expect(store.ask(one, budget)).resolves.toMatchObject({ outcome: 'known', analysis: { answer } });
    });

    it('keeps why there is no answer, and asks no second time', async () => {
      const store = make();
      const one = asking();
      await store.ask(one, budget);
      await store.end(one, { ...ending, micro_usd: 0, result: { reason: 'it was down.' } });
      expect(await store.find(one.incident_id)).toMatchObject({ state: 'failed', reason: 'it was down.' });
      expect(await store.ask(one, budget)).toMatchObject({ outcome: 'known', analysis: { state: 'failed' } });
      expect(await store.spent(one.now)).toEqual({ day: 0, month: 0 });
    });

    it('takes one end only', async () => {
      const store = make();
      const one = asking();
      await store.ask(one, budget);
      await store.end(one, { ...ending, micro_usd: 100, result: { answer } });
      await store.end(one, { ...ending, micro_usd: 0, result: { reason: 'too late' } });
      expect(await store.find(one.incident_id)).toMatchObject({ state: 'answered' });
      expect(await store.spent(one.now)).toEqual({ day: 100, month: 100 });
    });

    it('spends no more than a day may cost, however many ask at once', async () => {
      const store = make();
      const { now } = asking();
      const results = await Promise.all(Array.from({ length: 6 }, () => store.ask(asking({ now }), budget)));
      expect(results.filter(({ outcome }) => outcome === 'asked')).toHaveLength(2);
      expect(results.filter((each) => each.outcome === 'over-budget' && each.of === 'day')).toHaveLength(4);
      expect(await store.spent(now)).toEqual({ day: 800, month: 800 });
    });

    it('spends no more than a month may cost', async () => {
      const store = make();
      const { now } = asking();
      const on = (day: number) =>
        asking({ now: new Date(now.getTime() + day * 86_400_000), micro_usd: 1_000 });
      for (let day = 0; day < 5; day++) expect((await store.ask(on(day), budget)).outcome).toBe('asked');
      expect(await store.ask(on(5), budget)).toEqual({ outcome: 'over-budget', of: 'month' });
      expect(await store.spent(now)).toEqual({ day: 1_000, month: 5_000 });
    });

    it('asks nothing that costs more than a day may, and nothing at all on a budget of 0', async () => {
      const store = make();
      expect(await store.ask(asking({ micro_usd: 1_001 }), budget)).toMatchObject({
        outcome: 'over-budget',
        of: 'day',
      });
      expect(await store.ask(asking(), { day: 0, month: 0 })).toMatchObject({ outcome: 'over-budget' });
    });

    it('after a denied call knows nothing of the incident', async () => {
      const store = make();
      const one = asking();
      await store.ask(one, { day: 10, month: 10 });
      expect(await store.find(one.incident_id)).toBeUndefined();
      expect((await store.ask(one, budget)).outcome).toBe('asked');
    });
  });
}
