/** The incident code of the Lambdas, run by the clock of the records: what it would have opened, resolved and mailed. */
import type { AlertKind } from '../../contracts/alert.ts';
import type { Anomaly } from '../../contracts/anomaly.ts';
import type { Incident } from '../../contracts/incident.ts';
import { lookAt } from '../../lambdas/due/due.ts';
import { apply } from '../../lambdas/incidents/apply.ts';
import type { Decision } from '../../lambdas/incidents/incidents.ts';
import { type NoiseSettings, plainSettings } from '../../lambdas/incidents/settings.ts';
import { delayUntil } from '../../lambdas/outbox/timer-queue.ts';
import { MemoryCircumstances } from '../../lambdas/ports/circumstances/memory.ts';
import { MemoryIncidentStore } from '../../lambdas/ports/incident-store/memory.ts';
import type { Change, CommitResult } from '../../lambdas/ports/incident-store/port.ts';
import { MemoryOutbox } from '../../lambdas/ports/outbox/memory.ts';
import { sweep } from '../../lambdas/sweep/sweep.ts';
import { Heap } from './heap.ts';

/** The schedule of the sweep function. */
const SWEEP_MS = 60_000;
/** What ended so long ago no decision asks for; no stage reopens so late. */
const FORGET_AFTER_MS = 86_400_000;
const FORGET_EVERY_SWEEPS = 60;

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
  /** An incident as it was left, once: when it can no longer be opened again, or at the end of the replay. */
  ended(incident: Incident): void;
  mail(mail: ReplayedMail): void;
}

/** An incident's next look, where a queue would bring it. */
interface Timer {
  readonly atMs: number;
  readonly incidentId: string;
}

/** Notes the times that the table's stream would put on the timer queue. */
class TimedStore extends MemoryIncidentStore {
  readonly timers = new Heap<Timer>((one, other) => one.atMs - other.atMs);

  override async commit(change: Change): Promise<CommitResult> {
    const result = await super.commit(change);
    const { incident_id: incidentId, next_look_at: at } = change.incident;
    const isNew = at !== (change.before?.next_look_at ?? null);
    if (result === 'committed' && at !== null && isNew && delayUntil(at, change.now) !== undefined) {
      this.timers.push({ atMs: Date.parse(at), incidentId });
    }
    return result;
  }
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
  readonly #circumstances: MemoryCircumstances;
  readonly #store: TimedStore;
  #nowMs = 0;
  #nextSweepMs = 0;
  #sweeps = 0;

  /**
   * @param quietMs an open incident without a sign of life for this long resolves
   * @param noise of the stage: groups, reminders, what holds a mail
   */
  constructor(quietMs: number, listeners: readonly Listener[], noise: NoiseSettings = plainSettings) {
    this.#quietMs = quietMs;
    this.#listeners = listeners;
    this.#circumstances = new MemoryCircumstances(noise);
    this.#store = new TimedStore(this.#outbox, this.#circumstances);
  }

  /**
   * Folds one anomaly at the time at which the job had told it; all that time alone brings until then comes first.
   * Times that run back by a little, as those of two detectors may, count as the latest one.
   */
  async take(anomaly: Anomaly, toldAtMs: number): Promise<void> {
    await this.#advance(Math.max(this.#nowMs, toldAtMs));
    const decision = await apply(this.#store, anomaly, () => new Date(this.#nowMs), this.#circumstances);
    for (const each of this.#listeners) each.anomaly(anomaly, decision);
    await this.#send();
  }

  /** Lets time pass until the end of the replay, and tells of every incident that is left, over or open. */
  async finish(untilMs: number): Promise<void> {
    await this.#advance(Math.max(this.#nowMs, untilMs));
    for (const incident of this.#store.all()) this.#ended(incident);
  }

  async #advance(toMs: number): Promise<void> {
    if (this.#nextSweepMs === 0) this.#nextSweepMs = Math.ceil(toMs / SWEEP_MS) * SWEEP_MS;
    for (;;) {
      const timer = this.#store.timers.smallest;
      const isTimer = timer !== undefined && timer.atMs <= this.#nextSweepMs;
      const nextMs = isTimer ? timer.atMs : this.#nextSweepMs;
      if (nextMs > toMs) break;
      this.#nowMs = Math.max(this.#nowMs, nextMs);
      if (isTimer) await this.#lookAt(timer);
      else {
        this.#nextSweepMs += SWEEP_MS;
        await this.#sweep();
      }
    }
    this.#nowMs = toMs;
  }

  async #lookAt({ incidentId }: Timer): Promise<void> {
    this.#store.timers.pop();
    const parts = { store: this.#store, circumstances: this.#circumstances };
    await lookAt(incidentId, parts, () => new Date(this.#nowMs));
    await this.#send();
  }

  async #sweep(): Promise<void> {
    const now = new Date(this.#nowMs);
    await sweep(
      {
        ...{ store: this.#store, outbox: this.#outbox, circumstances: this.#circumstances },
        queue: { sendAll: async () => undefined },
      },
      this.#quietMs,
      now,
    );
    await this.#send();
    this.#sweeps += 1;
    if (this.#sweeps % FORGET_EVERY_SWEEPS !== 0) return;
    const before = new Date(this.#nowMs - FORGET_AFTER_MS);
    // Only now it cannot be opened again.
    for (const incident of this.#store.forget(before)) this.#ended(incident);
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
