/** What surrounds an incident: silences, parents, its group. Groups and parents are written with the incident (see incident-store). */
import type { Incident } from '../../../contracts/incident.ts';
import type { Silence } from '../../../contracts/silence.ts';
import type { Circumstances } from '../../incidents/hold.ts';

export interface CircumstancesStore {
  /** All that a decision about this incident depends on; silences that have ended are left out. */
  around(incident: Pick<Incident, 'latest'>, now: Date): Promise<Circumstances>;
  /** Ids of the incidents whose message waits for the group. */
  heldIn(groupKey: string): Promise<readonly string[]>;
  /** All silences that are kept, the one that ends last first. */
  silences(): Promise<readonly Silence[]>;
  putSilence(silence: Silence): Promise<void>;
  /** Silences that ended at the instant or before, and whose end nobody has looked after yet. */
  endedSilences(now: Date): Promise<readonly Silence[]>;
  /** The end of this silence has been looked after. */
  markEnded(silence: Silence): Promise<void>;
}
