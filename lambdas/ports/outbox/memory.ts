/** Outbox lines in this process: what tests of the steps and backtests run on. */
import type { Alert, AlertKind, AlertRequest } from '../../../contracts/alert.ts';
import type { ParkedBecause } from '../../notify/channel.ts';
import type { Change } from '../incident-store/port.ts';
import type { ClaimResult, Outbox, OutboxLine } from './port.ts';

export class MemoryOutbox implements Outbox {
  readonly #lines = new Map<string, OutboxLine>();

  /** All lines, in the order in which they were written. */
  get lines(): readonly OutboxLine[] {
    return [...this.#lines.values()];
  }

  has(incidentId: string, sequence: number): boolean {
    return this.#lines.has(`${incidentId}.${sequence}`);
  }

  /** What the store writes with a change. */
  write({ incident, anomaly, say, covers, now }: Change & { readonly say: AlertKind }): void {
    const { incident_id, sequence, latest } = incident;
    const alert_id = `${incident_id}.${sequence}`;
    this.#lines.set(alert_id, {
      request: { alert_id, incident_id, sequence, kind: say },
      about: anomaly ?? latest,
      ...(covers !== undefined && { covers }),
      ...(anomaly !== undefined && { caused_at: anomaly.arrival_time }),
      created_at: now.toISOString(),
      state: 'pending',
      requeues: 0,
    });
  }

  /** Drops the lines that were sent and written before the instant. */
  forget(before: Date): void {
    for (const [id, { state, created_at }] of this.#lines) {
      if (state === 'sent' && created_at < before.toISOString()) this.#lines.delete(id);
    }
  }

  async find(alertId: string): Promise<OutboxLine | undefined> {
    return this.#lines.get(alertId);
  }

  async unsentBefore(
    before: Date,
    limit: number,
    isWanted: (line: OutboxLine) => boolean,
  ): Promise<readonly OutboxLine[]> {
    return this.lines
      .filter(
        ({ state, created_at }) =>
          ['pending', 'claimed'].includes(state) && created_at < before.toISOString(),
      )
      .filter(isWanted)
      .sort((a, b) => a.created_at.localeCompare(b.created_at))
      .slice(0, limit);
  }

  async claim(request: AlertRequest, now: Date): Promise<ClaimResult> {
    const { alert_id, incident_id, sequence } = request;
    const previous = this.#lines.get(`${incident_id}.${sequence - 1}`)?.state;
    if (previous === 'pending' || previous === 'parked') return { outcome: 'too-early' };
    const known = this.#lines.get(alert_id);
    if (known !== undefined && known.state !== 'pending') return { outcome: 'not-pending' };
    const made = { request, created_at: now.toISOString(), requeues: 0 };
    const line: OutboxLine = { ...made, ...known, state: 'claimed', claimed_at: now.toISOString() };
    this.#lines.set(alert_id, line);
    return { outcome: 'claimed', line };
  }

  async confirm(alertId: string): Promise<void> {
    this.#change(alertId, ['claimed', 'failed'], { state: 'sent' });
  }

  async release(alertId: string): Promise<void> {
    this.#change(alertId, ['claimed'], { state: 'pending' });
  }

  async put(alert: Alert, now: Date): Promise<void> {
    const { alert_id, incident_id, sequence, kind } = alert;
    if (this.#lines.has(alert_id)) return;
    const request = { alert_id, incident_id, sequence, kind };
    const line = { request, alert, created_at: now.toISOString(), state: 'pending', requeues: 0 } as const;
    this.#lines.set(alert_id, line);
  }

  async park({ alert_id }: AlertRequest, because: ParkedBecause, now: Date): Promise<boolean> {
    const change = { parked_at: now.toISOString(), parked_because: because };
    return this.#change(alert_id, ['pending'], { state: 'parked', ...change });
  }

  async parked(limit: number): Promise<readonly OutboxLine[]> {
    return this.lines.filter(({ state }) => state === 'parked').slice(0, limit);
  }

  async unpark({ request, requeues }: OutboxLine, now: Date): Promise<boolean> {
    const change = { state: 'pending', requeues: requeues + 1, requeued_at: now.toISOString() } as const;
    return this.#change(request.alert_id, ['parked'], change);
  }

  async endInDigest(alertId: string, digestId: string): Promise<boolean> {
    const isDone = this.#lines.get(alertId)?.digest_id === digestId;
    return isDone || this.#change(alertId, ['parked'], { state: 'in_digest', digest_id: digestId });
  }

  async markRequeued({ request, requeues }: OutboxLine, now: Date): Promise<boolean> {
    const known = this.#lines.get(request.alert_id);
    if (known?.requeues !== requeues) return false;
    return this.#change(request.alert_id, ['pending'], {
      requeues: requeues + 1,
      requeued_at: now.toISOString(),
    });
  }

  async markFailed({ request, state }: OutboxLine): Promise<boolean> {
    return this.#change(request.alert_id, [state], { state: 'failed' });
  }

  /** False when the line is in none of the states. */
  #change(alertId: string, from: readonly OutboxLine['state'][], change: Partial<OutboxLine>): boolean {
    const line = this.#lines.get(alertId);
    if (line === undefined || !from.includes(line.state)) return false;
    const { claimed_at, ...rest } = { ...line, ...change };
    const keepsClaim = rest.state !== 'pending' && claimed_at !== undefined;
    this.#lines.set(alertId, keepsClaim ? { ...rest, claimed_at } : rest);
    return true;
  }
}
