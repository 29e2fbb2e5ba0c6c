/** The incident code of the Lambdas, run by the clock of the records: what it would have opened, resolved and mailed. */
import type { AlertKind } from '../../contracts/alert.ts';
import type { Anomaly } from '../../contracts/anomaly.ts';
import type { Incident } from '../../contracts/incident.ts';
import { apply } from '../../lambdas/incidents/apply.ts';
import type { Decision } from '../../lambdas/incidents/incidents.ts';
import { MemoryIncidentStore } from '../../lambdas/ports/incident-store/memory.ts';
import type { Change } from '../../lambdas/ports/incident-store/port.ts';
import { MemoryOutbox } from '../../lambdas/ports/outbox/memory.ts';
import { sweep } from '../../lambdas/sweep/sweep.ts';

/** The schedule of the sweep function. */
const SWEEP_MS = 60_000;
/** What ended so long ago no decision asks for. */
const FORGET_AFTER_MS = 86_400_000;
const FORGET_EVERY_SWEEPS = 60;
const END_OF_TIME = new Date('9999-12-31');

/** An e-mail that would have been sent. */
export interface ReplayedMail {
  readonly alert_id: string;
  readonly incident_id: string;
  readonly kind: AlertKind;
  readonly rule_id: string;
  readonly at: Date;
}

/** Who is told what happens, in its order. */
export interface Listener {
  anomaly(anomaly: Anomaly, decision: Decision): void;
  /** An incident as it was left: when it resolved, or open at the end of the replay. */
  ended(incident: Incident): void;
  mail(mail: ReplayedMail): void;
}

/** The channel of a replay takes each message at the moment in which it is written. */
class SentAtOnce extends MemoryOutbox {
  readonly written: string[] = [];

  override write(change: Change & { readonly say: AlertKind }): void {
    super.write(change);
    this.written.push(`${change.incident.incident_id}.${change.incident.sequence}`);
  }
}

export class IncidentReplay {
  readonly #quietMs: number;
  readonly #listeners: readonly Listener[];
  readonly #outbox = new SentAtOnce();
  readonly #store = new MemoryIncidentStore(this.#outbox);
  #nowMs = 0;
  #nextSweepMs = 0;
  #sweeps = 0;

  /** @param quietMs an open incident without a sign of life for this long resolves */
  constructor(quietMs: number, listeners: readonly Listener[]) {
    this.#quietMs = quietMs;
    this.#listeners = listeners;
  }

  /**
   * Folds one anomaly at the time at which the job had told it; all that time alone brings until then comes first.
   * Times that run back by a little, as those of two detectors may, count as the latest one.
   */
  async take(anomaly: Anomaly, toldAtMs: number): Promise<void> {
    await this.#advance(Math.max(this.#nowMs, toldAtMs));
    const decision = await apply(this.#store, anomaly, () => new Date(this.#nowMs));
    for (const each of this.#listeners) each.anomaly(anomaly, decision);
    if (decision.action === 'resolve') this.#ended(decision.incident);
    await this.#send();
  }

  /** Lets time pass until the end of the replay, and tells what is still open then. */
  async finish(untilMs: number): Promise<void> {
    await this.#advance(Math.max(this.#nowMs, untilMs));
    const open = await this.#store.quietSince(END_OF_TIME, Number.MAX_SAFE_INTEGER);
    for (const incident of open) this.#ended(incident);
  }

  async #advance(toMs: number): Promise<void> {
    if (this.#nextSweepMs === 0) this.#nextSweepMs = Math.ceil(toMs / SWEEP_MS) * SWEEP_MS;
    while (this.#nextSweepMs <= toMs) {
      this.#nowMs = this.#nextSweepMs;
      this.#nextSweepMs += SWEEP_MS;
      await this.#sweep();
    }
    this.#nowMs = toMs;
  }

  async #sweep(): Promise<void> {
    const now = new Date(this.#nowMs);
    const parts = { store: this.#store, outbox: this.#outbox, queue: { sendAll: async () => undefined } };
    const { resolved } = await sweep(parts, this.#quietMs, now);
    for (const { incident } of resolved) this.#ended(incident);
    await this.#send();
    this.#sweeps += 1;
    if (this.#sweeps % FORGET_EVERY_SWEEPS !== 0) return;
    const before = new Date(this.#nowMs - FORGET_AFTER_MS);
    this.#store.forget(before);
    this.#outbox.forget(before);
  }

  #ended(incident: Incident): void {
    for (const each of this.#listeners) each.ended(incident);
  }

  async #send(): Promise<void> {
    const now = new Date(this.#nowMs);
    for (const alertId of this.#outbox.written.splice(0)) {
      const line = await this.#outbox.find(alertId);
      if (line === undefined) continue;
      const claim = await this.#outbox.claim(line.request, now);
      if (claim.outcome !== 'claimed') continue;
      await this.#outbox.confirm(alertId);
      const { incident_id, kind } = line.request;
      const mail = { alert_id: alertId, incident_id, kind, rule_id: line.about?.rule_id ?? '', at: now };
      for (const each of this.#listeners) each.mail(mail);
    }
  }
}
