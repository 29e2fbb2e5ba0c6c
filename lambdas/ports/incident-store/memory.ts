/** Incidents in this process: what tests of the steps and backtests run on. */
import type { Anomaly } from '../../../contracts/anomaly.ts';
import {
  type Correction,
  type Incident,
  isUnresolved,
  type TimelineEntry,
} from '../../../contracts/incident.ts';
import type { Severity } from '../../../contracts/shared.ts';
import { isBeat } from '../../incidents/beat.ts';
import { TOCSIN } from '../../incidents/life.ts';
import type { MemoryCircumstances } from '../circumstances/memory.ts';
import type { MemoryOutbox } from '../outbox/memory.ts';
import type { MemoryResults } from '../results/memory.ts';
import {
  type Change,
  type CommitResult,
  heldBy,
  type IncidentStore,
  isForDailyDigest,
  type Known,
  type RuleIncident,
  ruleIncidentOf,
} from './port.ts';

export class MemoryIncidentStore implements IncidentStore {
  readonly #incidents = new Map<string, Incident>();
  /** Id of the unresolved incident of a fingerprint, and of the last that ended. */
  readonly #open = new Map<string, string>();
  readonly #last = new Map<string, string>();
  readonly #cleared = new Map<string, Anomaly>();
  readonly #events = new Map<string, TimelineEntry[]>();
  readonly #corrections: Correction[] = [];
  readonly #warned: { readonly at: string; readonly incident_id: string }[] = [];
  readonly #ofRule = new Map<string, Map<string, RuleIncident>>();
  /** When each anomaly was counted. */
  readonly #seen = new Map<string, Date>();
  readonly #outbox: MemoryOutbox;
  readonly #around: MemoryCircumstances | undefined;
  readonly #results: MemoryResults | undefined;

  /**
   * @param outbox where what must be said is written
   * @param around where groups and parents are written
   * @param results where findings are written
   */
  constructor(outbox: MemoryOutbox, around?: MemoryCircumstances, results?: MemoryResults) {
    this.#outbox = outbox;
    this.#around = around;
    this.#results = results;
  }

  async recall(fingerprint: string): Promise<Known> {
    const id = this.#open.get(fingerprint);
    if (id !== undefined) return { open: this.#incidents.get(id), cleared: undefined };
    const last = this.#incidents.get(this.#last.get(fingerprint) ?? '');
    return { open: undefined, cleared: this.#cleared.get(fingerprint), ...(last && { last }) };
  }

  async get(incidentId: string): Promise<Incident | undefined> {
    return this.#incidents.get(incidentId);
  }

  async commit(change: Change): Promise<CommitResult> {
    const { incident, before, anomaly, say, group } = change;
    if (anomaly !== undefined && this.#seen.has(anomaly.anomaly_id)) return 'duplicate';
    const { incident_id, fingerprint, version, sequence } = incident;
    const stored = this.#incidents.get(incident_id);
    const openId = this.#open.get(fingerprint);
    const wasOpen = version > 1 && (before === undefined || isUnresolved(before));
    const isOpen = isUnresolved(incident);
    if ((stored?.version ?? 0) !== version - 1) return 'conflict';
    if ((isOpen || wasOpen) && openId !== (wasOpen ? incident_id : undefined)) return 'conflict';
    if (say !== undefined && this.#outbox.has(incident_id, sequence)) return 'conflict';
    if (group !== undefined && this.#around?.isStill(group.before, group.after.key) === false)
      return 'conflict';

    this.#incidents.set(incident_id, structuredClone(incident));
    if (isOpen || wasOpen) this.#noteFingerprint(change, isOpen);
    if (anomaly !== undefined) this.#seen.set(anomaly.anomaly_id, change.now);
    this.#noteRest(change);
    return 'committed';
  }

  #noteFingerprint({ incident: { fingerprint, incident_id }, anomaly }: Change, isOpen: boolean): void {
    this.#cleared.delete(fingerprint);
    if (isOpen) this.#open.set(fingerprint, incident_id);
    else {
      this.#open.delete(fingerprint);
      this.#last.set(fingerprint, incident_id);
      if (anomaly !== undefined) this.#cleared.set(fingerprint, anomaly);
    }
  }

  #noteRest(change: Change): void {
    const { incident, before, anomaly, say, entry, corrections = [], group, parent, now } = change;
    const { incident_id, first } = incident;
    if (anomaly !== undefined && anomaly.kind !== 'renewed') {
      this.#results?.add({ anomaly, incident_id, processed_at: now.toISOString() });
    }
    if (say !== undefined) this.#outbox.write({ ...change, say });
    if (entry !== undefined) this.#events.set(incident_id, [...(this.#events.get(incident_id) ?? []), entry]);
    this.#corrections.push(...corrections);
    if (isForDailyDigest(change)) this.#warned.push({ at: change.now.toISOString(), incident_id });
    const about = ruleIncidentOf(change);
    if (about !== undefined) {
      const known = this.#ofRule.get(first.rule_id) ?? new Map<string, RuleIncident>();
      this.#ofRule.set(first.rule_id, known.set(incident_id, about));
    }
    if (group !== undefined) this.#around?.setGroup(group.after);
    if (parent !== undefined) this.#around?.setParent(incident_id, parent);
    this.#around?.setHeld(incident_id, heldBy(before), heldBy(incident));
  }

  async rememberCleared(fingerprint: string, anomaly: Anomaly): Promise<'committed' | 'conflict'> {
    if (this.#open.has(fingerprint)) return 'conflict';
    this.#cleared.set(fingerprint, anomaly);
    return 'committed';
  }

  async historyOf(source: string, entity: string, limit: number): Promise<readonly Incident[]> {
    return this.#where(({ first }) => first.source === source && first.entity === entity)
      .sort((a, b) => b.opened_at.localeCompare(a.opened_at))
      .slice(0, limit);
  }

  async around(source: string, from: Date, to: Date, limit: number): Promise<readonly Incident[]> {
    const [begin, end] = [from.toISOString(), to.toISOString()];
    return this.#where((each) => {
      const at = isUnresolved(each) ? each.opened_at : (each.resolved_at ?? each.last_seen_at);
      const isOurs = isUnresolved(each) || each.resolver === TOCSIN;
      return each.first.source === source && isOurs && at >= begin && at <= end && !isBeat(each);
    })
      .sort((a, b) => b.opened_at.localeCompare(a.opened_at))
      .slice(0, limit);
  }

  async quietSince(before: Date, limit: number): Promise<readonly Incident[]> {
    return this.#where((each) => isUnresolved(each) && each.last_seen_at < before.toISOString())
      .sort((a, b) => a.last_seen_at.localeCompare(b.last_seen_at))
      .slice(0, limit);
  }

  async dueAt(now: Date, limit: number): Promise<readonly Incident[]> {
    return this.#where(({ next_look_at: at }) => at !== null && at < now.toISOString())
      .sort((a, b) => (a.next_look_at ?? '').localeCompare(b.next_look_at ?? ''))
      .slice(0, limit);
  }

  async unresolved(severity: Severity, limit: number): Promise<readonly Incident[]> {
    return this.#where((each) => isUnresolved(each) && each.severity === severity && !isBeat(each))
      .sort((a, b) => b.opened_at.localeCompare(a.opened_at))
      .slice(0, limit);
  }

  async resolvedBy(resolver: string, limit: number): Promise<readonly Incident[]> {
    return this.#where((each) => !isUnresolved(each) && each.resolver === resolver && !isBeat(each))
      .sort((a, b) => (b.resolved_at ?? '').localeCompare(a.resolved_at ?? ''))
      .slice(0, limit);
  }

  async ofRule(ruleId: string, since: Date, limit: number): Promise<readonly RuleIncident[]> {
    return [...(this.#ofRule.get(ruleId)?.values() ?? [])]
      .filter(({ opened_at }) => opened_at >= since.toISOString())
      .sort((a, b) => b.opened_at.localeCompare(a.opened_at))
      .slice(0, limit);
  }

  async warnedBetween(from: Date, to: Date): Promise<readonly string[]> {
    const within = this.#warned.filter(({ at }) => at >= from.toISOString() && at < to.toISOString());
    return [...new Set(within.map(({ incident_id }) => incident_id))];
  }

  async timelineOf(incidentId: string): Promise<readonly TimelineEntry[]> {
    return this.#events.get(incidentId) ?? [];
  }

  async correctionsBy(person: string, limit: number): Promise<readonly Correction[]> {
    return this.#corrections
      .filter(({ modified_by }) => modified_by === person)
      .reverse()
      .slice(0, limit);
  }

  #where(isMeant: (incident: Incident) => boolean): Incident[] {
    return [...this.#incidents.values()].filter(isMeant);
  }

  /**
   * Drops what ended before the instant, as the table's expiry does: a replay of a year must not keep all of it.
   * @returns what is forgotten
   */
  forget(before: Date): readonly Incident[] {
    const over = this.#where(({ resolved_at }) => resolved_at !== null && resolved_at < before.toISOString());
    for (const { incident_id, fingerprint, first } of over) {
      this.#incidents.delete(incident_id);
      this.#events.delete(incident_id);
      this.#ofRule.get(first.rule_id)?.delete(incident_id);
      if (this.#last.get(fingerprint) === incident_id) this.#last.delete(fingerprint);
    }
    for (const [id, at] of this.#seen) {
      if (at >= before) break;
      this.#seen.delete(id);
    }
    return over;
  }

  /** Everything that is kept. */
  all(): readonly Incident[] {
    return this.#where(() => true);
  }
}
