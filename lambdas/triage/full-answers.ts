/**
 * In a storm each message would read the same hundreds of rows: what others did at the same time, what became of the rule's
 * other incidents. An answer that is full is kept for a moment. One that is not is never kept, so that the second of
 * two alarms finds the first: while few alarms burn, each message reads for itself.
 */
import { type Incident, isUnresolved } from '../../contracts/incident.ts';
import type { IncidentStore } from '../ports/incident-store/port.ts';

/** The indexes that are read may lag as long. */
const KEPT_MS = 2_000;
/** Incidents that began in one minute ask the same question. */
const MINUTE_MS = 60_000;

type Store = Pick<IncidentStore, 'get' | 'historyOf' | 'around' | 'ofRule'>;

interface Kept<T> {
  readonly from: Date;
  /** When it was read. */
  readonly at: Date;
  readonly limit: number;
  readonly answer: Promise<readonly T[]>;
}

/** What was read last, by what was asked. */
class FullAnswers<T> {
  readonly #kept = new Map<string, Kept<T>>();

  /** @param read is called unless a full answer to a question at least as wide was read a moment ago */
  async get(
    key: string,
    asked: Omit<Kept<T>, 'answer'>,
    read: () => Promise<readonly T[]>,
  ): Promise<readonly T[]> {
    const kept = this.#kept.get(key);
    if (kept !== undefined && isWider(kept, asked)) {
      const rows = await kept.answer.catch(() => []);
      if (rows.length >= asked.limit) return rows;
    }
    const answer = read();
    const mine = { ...asked, answer };
    this.#kept.set(key, mine);
    let isFull = false;
    try {
      const rows = await answer;
      isFull = rows.length >= asked.limit;
      return rows;
    } finally {
      // Nobody is given it any more, and a container lives for hours.
      if (!isFull && this.#kept.get(key) === mine) this.#kept.delete(key);
    }
  }
}

function isWider<T>(kept: Kept<T>, { from, at, limit }: Omit<Kept<T>, 'answer'>): boolean {
  const age = Math.abs(at.getTime() - kept.at.getTime());
  return age < KEPT_MS && kept.limit === limit && kept.from.getTime() <= from.getTime();
}

/** The store, with full answers shared by the messages of a moment. */
export function sharingFullAnswers(store: Store): Store {
  const around = new FullAnswers<Incident>();
  const ofRule = new FullAnswers<Awaited<ReturnType<Store['ofRule']>>[number]>();
  return {
    get: (incidentId) => store.get(incidentId),
    historyOf: (source, entity, limit) => store.historyOf(source, entity, limit),
    around: async (source, from, to, limit) => {
      const wide = new Date(Math.floor(from.getTime() / MINUTE_MS) * MINUTE_MS);
      const found = await around.get(source, { from: wide, at: to, limit }, () =>
        store.around(source, wide, to, limit),
      );
      const begin = from.toISOString();
      return found.filter((incident) => listedAt(incident) >= begin);
    },
    ofRule: async (ruleId, since, limit) => {
      const found = await ofRule.get(ruleId, { from: since, at: since, limit }, () =>
        store.ofRule(ruleId, since, limit),
      );
      return found.filter(({ opened_at }) => opened_at >= since.toISOString());
    },
  };
}

/** The time by which {@link IncidentStore.around} finds it. */
const listedAt = (incident: Incident): string =>
  isUnresolved(incident) ? incident.opened_at : (incident.resolved_at ?? incident.last_seen_at);
