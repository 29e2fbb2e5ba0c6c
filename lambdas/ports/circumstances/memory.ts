/** Silences, parents and groups in this process: what tests of the steps run on. */
import type { Incident } from '../../../contracts/incident.ts';
import type { Silence } from '../../../contracts/silence.ts';
import { type Circumstances, type Group, groupKeyOf, type Parent } from '../../incidents/hold.ts';
import type { Subject } from '../../incidents/matcher.ts';
import type { NoiseSettings } from '../../incidents/settings.ts';
import type { CircumstancesStore } from './port.ts';

export class MemoryCircumstances implements CircumstancesStore {
  readonly #settings: NoiseSettings;
  readonly #silences = new Map<string, Silence>();
  /** Ends of silences that were looked after, by id. */
  readonly #ended = new Map<string, string>();
  readonly #parents = new Map<string, Parent>();
  readonly #groups = new Map<string, Group>();
  readonly #held = new Map<string, Set<string>>();

  constructor(settings: NoiseSettings) {
    this.#settings = settings;
  }

  async around(incident: Pick<Incident, 'latest'>, now: Date): Promise<Circumstances> {
    return {
      settings: this.#settings,
      silences: [...this.#silences.values()].filter(({ ends_at }) => ends_at > now.toISOString()),
      parents: [...this.#parents.values()],
      group: this.#groups.get(groupKeyOf(incident, this.#settings)),
    };
  }

  async heldIn(groupKey: string): Promise<readonly string[]> {
    return [...(this.#held.get(groupKey) ?? [])];
  }

  async silences(): Promise<readonly Silence[]> {
    return [...this.#silences.values()].sort((a, b) => b.ends_at.localeCompare(a.ends_at));
  }

  async putSilence(silence: Silence): Promise<void> {
    this.#silences.set(silence.silence_id, silence);
  }

  async endedSilences(now: Date): Promise<readonly Silence[]> {
    return [...this.#silences.values()].filter(
      ({ ends_at, silence_id }) => ends_at <= now.toISOString() && this.#ended.get(silence_id) !== ends_at,
    );
  }

  async markEnded({ silence_id, ends_at }: Silence): Promise<void> {
    this.#ended.set(silence_id, ends_at);
  }

  /** True while the group is as it was read. */
  isStill(before: Group | undefined, key: string): boolean {
    return this.#groups.get(key)?.told_at === before?.told_at;
  }

  setGroup(group: Group): void {
    this.#groups.set(group.key, group);
  }

  setParent(incident_id: string, subject: Subject | null): void {
    if (subject === null) this.#parents.delete(incident_id);
    else this.#parents.set(incident_id, { incident_id, subject });
  }

  setHeld(incidentId: string, was: string | undefined, is: string | undefined): void {
    if (was !== undefined) this.#held.get(was)?.delete(incidentId);
    if (is !== undefined) this.#held.set(is, (this.#held.get(is) ?? new Set()).add(incidentId));
  }
}
