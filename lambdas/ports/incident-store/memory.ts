/** Incidents in this process: what tests of the steps and backtests run on. */
import type { Anomaly } from '../../../contracts/anomaly.ts';
import type { Incident } from '../../../contracts/incident.ts';
import type { MemoryOutbox } from '../outbox/memory.ts';
import type { Change, CommitResult, IncidentStore, Known } from './port.ts';

export class MemoryIncidentStore implements IncidentStore {
  readonly #incidents = new Map<string, Incident>();
  /** Id of the open incident of a fingerprint. */
  readonly #open = new Map<string, string>();
  readonly #cleared = new Map<string, Anomaly>();
  /** When each anomaly was counted. */
  readonly #seen = new Map<string, Date>();
  readonly #outbox: MemoryOutbox;

  /** @param outbox where what must be said is written */
  constructor(outbox: MemoryOutbox) {
    this.#outbox = outbox;
  }

  async recall(fingerprint: string): Promise<Known> {
    const id = this.#open.get(fingerprint);
    return {
      open: id === undefined ? undefined : this.#incidents.get(id),
      cleared: id === undefined ? this.#cleared.get(fingerprint) : undefined,
    };
  }

  async get(incidentId: string): Promise<Incident | undefined> {
    return this.#incidents.get(incidentId);
  }

  async commit({ incident, anomaly, say, now }: Change): Promise<CommitResult> {
    if (anomaly !== undefined && this.#seen.has(anomaly.anomaly_id)) return 'duplicate';
    const { incident_id, fingerprint, version, status, sequence } = incident;
    const stored = this.#incidents.get(incident_id);
    const openId = this.#open.get(fingerprint);
    if ((stored?.version ?? 0) !== version - 1) return 'conflict';
    if (openId !== (version === 1 ? undefined : incident_id)) return 'conflict';
    if (say !== undefined && this.#outbox.has(incident_id, sequence)) return 'conflict';

    this.#incidents.set(incident_id, structuredClone(incident));
    if (status === 'open') this.#open.set(fingerprint, incident_id);
    else this.#open.delete(fingerprint);
    this.#cleared.delete(fingerprint);
    if (status === 'resolved' && anomaly !== undefined) this.#cleared.set(fingerprint, anomaly);
    if (anomaly !== undefined) this.#seen.set(anomaly.anomaly_id, now);
    if (say !== undefined) this.#outbox.write({ incident, say, now, ...(anomaly && { anomaly }) });
    return 'committed';
  }

  async rememberCleared(fingerprint: string, anomaly: Anomaly): Promise<'committed' | 'conflict'> {
    if (this.#open.has(fingerprint)) return 'conflict';
    this.#cleared.set(fingerprint, anomaly);
    return 'committed';
  }

  async historyOf(source: string, entity: string, limit: number): Promise<readonly Incident[]> {
    return [...this.#incidents.values()]
      .filter(({ first }) => first.source === source && first.entity === entity)
      .sort((a, b) => b.opened_at.localeCompare(a.opened_at))
      .slice(0, limit);
  }

  async quietSince(before: Date, limit: number): Promise<readonly Incident[]> {
    return [...this.#incidents.values()]
      .filter(({ status, last_seen_at }) => status === 'open' && last_seen_at < before.toISOString())
      .sort((a, b) => a.last_seen_at.localeCompare(b.last_seen_at))
      .slice(0, limit);
  }

  /** Drops what ended before the instant, as the table's expiry does: a replay of a year must not keep all of it. */
  forget(before: Date): void {
    for (const [id, { resolved_at }] of this.#incidents) {
      if (resolved_at !== null && resolved_at < before.toISOString()) this.#incidents.delete(id);
    }
    for (const [id, at] of this.#seen) {
      if (at >= before) break;
      this.#seen.delete(id);
    }
  }
}
