/** What the text may say: facts gathered by code, before any word is written. */
import type { AlertRequest } from '../../contracts/alert.ts';
import type { Incident } from '../../contracts/incident.ts';
import type { Rule } from '../../contracts/rule.ts';
import type { IncidentStore } from '../ports/incident-store/port.ts';

export interface Evidence {
  readonly request: AlertRequest;
  readonly incident: Incident;
  /** The rule as it is published now; absent when it was removed since. */
  readonly rule?: Rule;
  /** The entity's other incidents, newest first. */
  readonly before: readonly Incident[];
  readonly stage: string;
  readonly now: Date;
}

/** How many of the entity's incidents are looked at. */
const HISTORY = 20;

/**
 * Gathers the evidence; undefined when the incident is not in the store (it was kept for its time and is gone).
 * A history or rule that cannot be read is left out: an e-mail without them beats none.
 */
export async function gather(
  request: AlertRequest,
  sources: {
    readonly store: IncidentStore;
    readonly rules: () => Promise<readonly Rule[]>;
    readonly onMissing: (what: string, error: unknown) => void;
  },
  stage: string,
  now: Date,
): Promise<Evidence | undefined> {
  const incident = await sources.store.get(request.incident_id);
  if (incident === undefined) return undefined;
  const { source, entity, rule_id } = incident.first;
  const orNone = <T>(what: string, read: Promise<readonly T[]>): Promise<readonly T[]> =>
    read.catch((error: unknown) => {
      sources.onMissing(what, error);
      return [];
    });
  const [history, rules] = await Promise.all([
    orNone('history', sources.store.historyOf(source, entity, HISTORY)),
    orNone('rules', sources.rules()),
  ]);
  const before = history.filter((other) => other.incident_id !== incident.incident_id);
  const rule = rules.find((each) => each.id === rule_id);
  return rule === undefined
    ? { request, incident, before, stage, now }
    : { request, incident, rule, before, stage, now };
}
