import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Incident } from '../../../contracts/incident.ts';
import type { RuleIncident } from '../../../lambdas/ports/incident-store/port.ts';
import { sharingFullAnswers } from '../../../lambdas/triage/full-answers.ts';
import { anomaly, at } from '../factories.ts';
import { openedBy } from './evidence-examples.ts';

const LIMIT = 3;
const [from, to] = [at('02:50:30.000'), at('03:00:00.000')];
const later = (time: Date, ms: number) => new Date(time.getTime() + ms);

/** A store that finds what `found` holds at the time, and counts its reads. */
function counting(found: Incident[], ruled: RuleIncident[] = []) {
  const reads = { around: 0, ofRule: 0 };
  const store = sharingFullAnswers({
    get: async () => undefined,
    historyOf: async () => [],
    around: async (_source, begin) => {
      reads.around += 1;
      return found.filter(({ opened_at }) => opened_at >= begin.toISOString()).slice(0, LIMIT);
    },
    ofRule: async () => {
      reads.ofRule += 1;
      return ruled.slice(0, LIMIT);
    },
  });
  return { store, reads };
}

/** What nothing holds is gone after this; a weak reference holds until the task that made it ends. */
async function collectGarbage(): Promise<void> {
  await setImmediate();
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

const opened = (entity: string, when: Date) => openedBy(anomaly({ entity }), when);
const many = ['a', 'b', 'c', 'd'].map((entity, index) => opened(entity, later(from, 1_000 * index)));
const namesOf = (incidents: readonly Incident[]) => incidents.map(({ first }) => first.entity);

describe('what the messages of a storm read of others', () => {
  it('is read once while the answer is full', async () => {
    const { store, reads } = counting(many);
    const all = await Promise.all([0, 5, 900].map((ms) => store.around('s', from, later(to, ms), LIMIT)));
    for (const found of all) expect(namesOf(found)).toEqual(['a', 'b', 'c']);
    expect(reads.around).toBe(1);
  });

  it('is read by each message while few burn, so that the second alarm finds the first', async () => {
    const burning: Incident[] = [];
    const { store, reads } = counting(burning);
    expect(await store.around('s', from, to, LIMIT)).toEqual([]);
    burning.push(opened('a', later(from, 10)));
    expect(namesOf(await store.around('s', from, later(to, 20), LIMIT))).toEqual(['a']);
    expect(reads.around).toBe(2);
  });

  it('is read again after two seconds', async () => {
    const { store, reads } = counting(many);
    await store.around('s', from, to, LIMIT);
    await store.around('s', from, later(to, 2_000), LIMIT);
    expect(reads.around).toBe(2);
  });

  it('is read again for another source, an earlier beginning or more of it', async () => {
    const { store, reads } = counting(many);
    await store.around('s', from, to, LIMIT);
    await store.around('other', from, to, LIMIT);
    await store.around('s', later(from, -60_000), to, LIMIT);
    await store.around('s', later(from, -60_000), to, LIMIT - 1);
    expect(reads.around).toBe(4);
  });

  it('leaves out what began before the message looks', async () => {
    const { store } = counting(many);
    await store.around('s', from, to, LIMIT);
    expect(namesOf(await store.around('s', later(from, 1_000), to, LIMIT))).toEqual(['b', 'c']);
  });

  it('is read by each message when the read that they wait for fails', async () => {
    let reads = 0;
    const store = sharingFullAnswers({
      get: async () => undefined,
      historyOf: async () => [],
      ofRule: async () => [],
      around: async () => {
        reads += 1;
        if (reads === 1) throw new Error('throttled');
        return many.slice(0, LIMIT);
      },
    });
    const [first, second] = await Promise.allSettled([
      store.around('s', from, to, LIMIT),
      store.around('s', from, to, LIMIT),
    ]);
    expect([first?.status, second?.status]).toEqual(['rejected', 'fulfilled']);
    expect(reads).toBe(2);
  });

  it('stays in memory only while it may be asked for again', async () => {
    const rows: Array<WeakRef<readonly Incident[]>> = [];
    const store = sharingFullAnswers({
      get: async () => undefined,
      historyOf: async () => [],
      ofRule: async () => [],
      around: async (source) => {
        const answer = many.slice(0, source === 'full' ? LIMIT : LIMIT - 1);
        rows.push(new WeakRef(answer));
        return answer;
      },
    });
    await store.around('full', from, to, LIMIT);
    await store.around('not full', from, to, LIMIT);
    await collectGarbage();
    expect(rows.map((each) => each.deref()?.length)).toEqual([LIMIT, undefined]);
    expect(await store.around('full', from, to, LIMIT)).toHaveLength(LIMIT);
    expect(rows).toHaveLength(2);
  });

  it('holds for what became of the rule, too', async () => {
    const ruled = many.map(({ incident_id, opened_at }) => ({ incident_id, opened_at }) as RuleIncident);
    const { store, reads } = counting([], ruled);
    await store.ofRule('rule', from, LIMIT);
    expect(await store.ofRule('rule', later(from, 500), LIMIT)).toHaveLength(2);
    expect(reads.ofRule).toBe(1);
  });
});
