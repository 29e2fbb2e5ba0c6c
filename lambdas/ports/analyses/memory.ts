/** Analyses in this process: what tests of the steps run on. */
import {
  type Analyses,
  type Asking,
  type AskResult,
  type Budget,
  begunBy,
  dayOf,
  type Ending,
  monthOf,
  type Spent,
  type StoredAnalysis,
} from './port.ts';

export class MemoryAnalyses implements Analyses {
  readonly #analyses = new Map<string, StoredAnalysis>();
  readonly #spent = new Map<string, number>();

  async ask(asking: Asking, budget: Budget): Promise<AskResult> {
    const { incident_id, now, micro_usd } = asking;
    const analysis = this.#analyses.get(incident_id);
    if (analysis !== undefined) return { outcome: 'known', analysis };
    for (const [of, key] of [
      ['day', dayOf(now)],
      ['month', monthOf(now)],
    ] as const) {
      if ((this.#spent.get(key) ?? 0) + micro_usd > budget[of]) return { outcome: 'over-budget', of };
    }
    this.#analyses.set(incident_id, begunBy(asking));
    this.#add(now, micro_usd);
    return { outcome: 'asked' };
  }

  async end({ incident_id, now: askedAt }: Asking, { now, late, micro_usd, result }: Ending): Promise<void> {
    const before = this.#analyses.get(incident_id);
    if (before?.state !== 'asked') return;
    this.#analyses.set(incident_id, {
      ...before,
      ...structuredClone(result),
      ...{ micro_usd, late },
      state: 'answer' in result ? 'answered' : 'failed',
      ended_at: now.toISOString(),
    });
    this.#add(askedAt, micro_usd - before.micro_usd);
  }

  async find(incidentId: string): Promise<StoredAnalysis | undefined> {
    return this.#analyses.get(incidentId);
  }

  async spent(at: Date): Promise<Spent> {
    return { day: this.#spent.get(dayOf(at)) ?? 0, month: this.#spent.get(monthOf(at)) ?? 0 };
  }

  #add(at: Date, micro_usd: number): void {
    for (const key of [dayOf(at), monthOf(at)]) this.#spent.set(key, (this.#spent.get(key) ?? 0) + micro_usd);
  }
}
