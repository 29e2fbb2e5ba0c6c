/** A decision as what is stored: the incident with its timeline's entry and what it means for others. */
import type { Anomaly } from '../../contracts/anomaly.ts';
import { type Incident, isUnresolved, type TimelineEntry } from '../../contracts/incident.ts';
import type { Change } from '../ports/incident-store/port.ts';
import { type Circumstances, isParent } from './hold.ts';
import type { Changed } from './incidents.ts';
import { subjectOf } from './matcher.ts';

/** @param anomaly what caused it; absent when time or people did */
export function changeOf(
  decision: Changed,
  { settings }: Pick<Circumstances, 'settings'>,
  now: Date,
  anomaly?: Anomaly,
): Change {
  const { incident, before, say, group, covers } = decision;
  const parent = parentOf(incident, before, settings);
  return {
    incident,
    now,
    ...(before !== undefined && { before }),
    ...(anomaly !== undefined && { anomaly }),
    ...(say !== undefined && { say }),
    ...(covers !== undefined && { covers }),
    ...(group !== undefined && { group }),
    ...(parent !== undefined && { parent }),
    ...(isNews(decision) && { entry: entryOf(decision, now, anomaly) }),
  };
}

/** That it goes on, and that it still waits, is no entry: an open state is renewed every five minutes. */
function isNews({ action, incident, before, say }: Changed): boolean {
  if (say !== undefined || before === undefined) return true;
  if (action !== 'update' && action !== 'look') return true;
  const isHeldAnew =
    incident.hold?.reason !== before.hold?.reason || incident.hold?.kind !== before.hold?.kind;
  return isHeldAnew || incident.status !== before.status || incident.severity !== before.severity;
}

function entryOf(decision: Changed, now: Date, anomaly: Anomaly | undefined): TimelineEntry {
  const { incident, action, reason, who, note, say } = decision;
  const { incident_id, version, status, hold } = incident;
  return {
    incident_id,
    version,
    at: now.toISOString(),
    who,
    action,
    reason,
    note: note ?? null,
    status,
    said: say ?? null,
    hold,
    anomaly_id: anomaly?.anomaly_id ?? null,
  };
}

/** What it keeps silent from now on (null: nothing any more), where that changes. */
function parentOf(incident: Incident, before: Incident | undefined, settings: Circumstances['settings']) {
  const of = (each: Incident | undefined) => {
    const subject = each !== undefined && isUnresolved(each) ? subjectOf(each) : undefined;
    return subject !== undefined && isParent(subject, settings) ? subject : undefined;
  };
  const [was, is] = [of(before), of(incident)];
  if (is === undefined) return was === undefined ? undefined : null;
  return JSON.stringify(is) === JSON.stringify(was) ? undefined : is;
}
