/** What the text may say: facts gathered by code, before any word is written. */
import type { AlertRequest } from '../../contracts/alert.ts';
import type { Anomaly } from '../../contracts/anomaly.ts';
import { type DirectoryEntry, type EntityDirectory, entryOf } from '../../contracts/directory.ts';
import type { Incident } from '../../contracts/incident.ts';
import { MAX_NOTE_MS, type Note } from '../../contracts/note.ts';
import type { Rule } from '../../contracts/rule.ts';
import { TocsinError } from '../errors.ts';
import { inParallel } from '../in-parallel.ts';
import type { IncidentStore, RuleIncident } from '../ports/incident-store/port.ts';
import type { NoteStore } from '../ports/notes/port.ts';
import type { Outbox, OutboxLine } from '../ports/outbox/port.ts';
import { isOf, TOGETHER_MS } from './signs.ts';
import { beganAt } from './times.ts';

export interface Evidence {
  readonly request: AlertRequest;
  readonly incident: Incident;
  /** The anomaly that the message tells of. The incident may have moved on since. */
  readonly about: Anomaly;
  /** The rule as it is published now; absent when it was removed since. */
  readonly rule?: Rule;
  /** All rules as they are published now; absent when they could not be read. */
  readonly rules?: readonly Rule[];
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
  readonly store: Pick<IncidentStore, 'get' | 'historyOf' | 'around' | 'ofRule'>;
  readonly notes: Pick<NoteStore, 'between'>;
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

/** How many incidents of other entities are kept; twice as many are read, for its own are among them. */
export const NEIGHBOURS = 50;
/** How many of the rule's incidents, and how far back. */
const RULED = 300;
const RULED_MS = 30 * 86_400_000;
/** How many notes are looked through, and how many are kept. */
const NOTES = 100;
const NOTES_KEPT = 5;
/** What ended so long before the incident may still explain it. */
const NOTE_AFTER_MS = 60 * 60_000;

/** The incident of a message is not in the store; it may be a moment behind, and after its time it is gone. */
export class IncidentMissing extends TocsinError {
  override readonly name = 'IncidentMissing';
  readonly retryable = true;
}

/**
 * Gathers the evidence. What cannot be read is left out, but for the incident: an e-mail without it beats none.
 * @param line of the request in the outbox; undefined where there is none
 * @throws IncidentMissing, or what the store throws
 */
export async function gather(
  request: AlertRequest,
  line: OutboxLine | undefined,
  sources: Omit<EvidenceSources, 'outbox'>,
  stage: string,
  now: Date,
): Promise<Evidence> {
  const { incident_id, alert_id } = request;
  const incident = await sources.store.get(incident_id);
  if (incident === undefined) throw new IncidentMissing(`${incident_id} of ${alert_id} is not in the store`);
  const covers = line?.covers ?? [];
  const [surroundings, found] = await Promise.all([
    surroundingsOf(incident, sources, now),
    inParallel(covers.slice(0, COVERED), SIDE_BY_SIDE, (id) => sources.store.get(id)),
  ]);
  const covered = { incidents: found.filter((each) => each !== undefined), count: covers.length };
  return {
    request,
    incident,
    about: line?.about ?? incident.latest,
    stage,
    now,
    ...surroundings,
    ...(covers.length > 0 && { covered }),
  };
}

/** All that is read beside the incident itself, each by itself: one that fails takes no other along. */
async function surroundingsOf(incident: Incident, sources: Omit<EvidenceSources, 'outbox'>, now: Date) {
  const { source, entity, rule_id } = incident.first;
  const { store } = sources;
  const began = Date.parse(beganAt(incident));
  const orNothing = <T>(what: string, read: Promise<T>): Promise<T | undefined> =>
    read.catch((error: unknown) => {
      sources.onMissing(what, error);
      return undefined;
    });
  const [history, rules, directory, near, written, ruled] = await Promise.all([
    orNothing('history', store.historyOf(source, entity, HISTORY)),
    orNothing('rules', sources.rules()),
    orNothing('the directory', sources.directory()),
    orNothing('its neighbours', store.around(source, new Date(began - TOGETHER_MS), now, 2 * NEIGHBOURS)),
    orNothing('notes', sources.notes.between(new Date(began - MAX_NOTE_MS), now, NOTES)),
    orNothing("the rule's record", store.ofRule(rule_id, new Date(now.getTime() - RULED_MS), RULED)),
  ]);
  const isOther = (each: { readonly incident_id: string }) => each.incident_id !== incident.incident_id;
  const rule = rules?.find((each) => each.id === rule_id);
  const known = directory && entryOf(directory, { source, entity });
  return {
    ...(rule && { rule }),
    ...(rules && { rules }),
    ...(known && { known }),
    ...(history && { others: history.filter(isOther) }),
    ...(near && { neighbours: near.filter(({ first }) => first.entity !== entity).slice(0, NEIGHBOURS) }),
    ...(written && { notes: notesAbout(incident, written) }),
    ...(ruled && { ofRule: ruled.filter(isOther) }),
  };
}

/** Those about its source and its time; its own before those about others, and of these the last to begin. */
function notesAbout(incident: Incident, notes: readonly Note[]): readonly Note[] {
  const since = Date.parse(beganAt(incident)) - NOTE_AFTER_MS;
  const near = notes.filter(
    ({ source, until }) => source === incident.first.source && Date.parse(until) >= since,
  );
  const isMine = (note: Note) => isOf(note, incident.first);
  return [...near.filter(isMine), ...near.filter((note) => !isMine(note))].slice(0, NOTES_KEPT);
}
