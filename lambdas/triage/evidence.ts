/** What the text may say: facts gathered by code, before any word is written. */
import type { AlertRequest } from '../../contracts/alert.ts';
import type { Anomaly } from '../../contracts/anomaly.ts';
import { type DirectoryEntry, type EntityDirectory, entryOf } from '../../contracts/directory.ts';
import type { Incident } from '../../contracts/incident.ts';
import type { Note } from '../../contracts/note.ts';
import type { Rule } from '../../contracts/rule.ts';
import { TocsinError } from '../errors.ts';
import { inParallel } from '../in-parallel.ts';
import type { IncidentStore, RuleIncident } from '../ports/incident-store/port.ts';
import type { Outbox } from '../ports/outbox/port.ts';

export interface Evidence {
  readonly request: AlertRequest;
  readonly incident: Incident;
  /** The anomaly that the message tells of. The incident may have moved on since. */
  readonly about: Anomaly;
  /** The rule as it is published now; absent when it was removed since. */
  readonly rule?: Rule;
  /** What the directory says of the entity; absent when it says nothing, or could not be read. */
  readonly known?: DirectoryEntry;
  /** The entity's other incidents, newest first, at most {@link HISTORY}; absent when they could not be read. */
  readonly others?: readonly Incident[];
  /** Other incidents of the source around the time when this one began; absent when they could not be read. */
  readonly neighbours?: readonly Incident[];
  /** Notes of the source whose time reaches into this incident or ended shortly before; absent when they could not be read. */
  readonly notes?: readonly Note[];
  /** What the rule's other incidents of the last weeks were found to be; absent when they could not be read. */
  readonly ofRule?: readonly RuleIncident[];
  /** Of a digest: its other incidents, the worst first, at most {@link COVERED}; and how many there are. */
  readonly covered?: { readonly incidents: readonly Incident[]; readonly count: number };
  readonly stage: string;
  readonly now: Date;
}

export interface EvidenceSources {
  readonly store: Pick<IncidentStore, 'get' | 'historyOf'>;
  readonly outbox: Pick<Outbox, 'find'>;
  readonly rules: () => Promise<readonly Rule[]>;
  readonly directory: () => Promise<EntityDirectory>;
  /** Hears of evidence that could not be read and is left out. */
  readonly onMissing: (what: string, error: unknown) => void;
}

/** How many of a digest's incidents are looked at. */
const COVERED = 50;
const SIDE_BY_SIDE = 10;

/** How many of the entity's incidents are looked at. */
export const HISTORY = 20;

/** The incident of a message is not in the store; it may be a moment behind, and after its time it is gone. */
export class IncidentMissing extends TocsinError {
  override readonly name = 'IncidentMissing';
  readonly retryable = true;
}

/**
 * Gathers the evidence. A history or rule that cannot be read is left out: an e-mail without them beats none.
 * @throws IncidentMissing, or what the store throws
 */
export async function gather(
  request: AlertRequest,
  sources: EvidenceSources,
  stage: string,
  now: Date,
): Promise<Evidence> {
  const { incident_id, alert_id } = request;
  const [incident, line] = await Promise.all([sources.store.get(incident_id), sources.outbox.find(alert_id)]);
  if (incident === undefined) throw new IncidentMissing(`${incident_id} of ${alert_id} is not in the store`);
  const { source, entity, rule_id } = incident.first;
  const orNothing = <T>(what: string, read: Promise<T>): Promise<T | undefined> =>
    read.catch((error: unknown) => {
      sources.onMissing(what, error);
      return undefined;
    });
  const [history, rules, directory] = await Promise.all([
    orNothing('history', sources.store.historyOf(source, entity, HISTORY)),
    orNothing('rules', sources.rules()),
    orNothing('the directory', sources.directory()),
  ]);
  const others = history?.filter((other) => other.incident_id !== incident_id);
  const rule = rules?.find((each) => each.id === rule_id);
  const known = directory && entryOf(directory, { source, entity });
  const covers = line?.covers ?? [];
  const found = await inParallel(covers.slice(0, COVERED), SIDE_BY_SIDE, (id) => sources.store.get(id));
  const covered = { incidents: found.filter((each) => each !== undefined), count: covers.length };
  return {
    request,
    incident,
    about: line?.about ?? incident.latest,
    stage,
    now,
    ...(rule && { rule }),
    ...(known && { known }),
    ...(others && { others }),
    ...(covers.length > 0 && { covered }),
  };
}
