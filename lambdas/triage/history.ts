/** What else happened to this entity, in two or three sentences. */
import { type Incident, isUnresolved } from '../../contracts/incident.ts';
import { type Evidence, HISTORY } from './evidence.ts';
import { actualOf, stateOf, subjectOf } from './phrases.ts';
import { beganAt, durationOf, staffEnd } from './times.ts';
import { instant, oneLine, ordinal } from './words.ts';

const DAYS = 7;

/** Counts the week before the incident, and names what is open beside it or else what came last. */
export function historyOf({ incident, others }: Evidence): string {
  if (others === undefined) return 'It could not be read for this e-mail.';
  const begin = Date.parse(incident.opened_at);
  const before = others.filter((other) => {
    const age = begin - Date.parse(other.opened_at);
    return age >= 0 && age < DAYS * 86_400_000;
  });
  const beside = others.filter((other) => isUnresolved(other));
  const [last] = others;
  const named =
    beside.length > 0 ? beside.slice(0, 3).map(openOne) : last === undefined ? [] : [lastOne(last)];
  return [countLine(incident, before), ...named].join('\n');
}

function countLine(incident: Incident, before: readonly Incident[]): string {
  const entity = oneLine(incident.first.entity);
  if (before.length === 0) return `The first incident of ${entity} in ${DAYS} days.`;
  const same = before.filter((other) => other.fingerprint === incident.fingerprint).length;
  const byRule = same === 0 ? 'the first by this rule' : `the ${ordinal(same + 1)} by this rule`;
  // Only so many are read: more may lie behind them.
  if (before.length >= HISTORY - 1) return `More than ${HISTORY - 2} incidents of ${entity} in ${DAYS} days.`;
  return `The ${ordinal(before.length + 1)} incident of ${entity} in ${DAYS} days, ${byRule}.`;
}

function openOne(other: Incident): string {
  return `Open beside it: ${other.incident_id}, ${stateLine(other)}, since ${instant(beganAt(other))}.`;
}

function lastOne(other: Incident): string {
  const ends = { quiet: 'and went quiet', cleared: 'and cleared', staff: `and was ${staffEnd(other)}` };
  const end = ends[other.resolved_by ?? 'cleared'];
  return `The last one: ${other.incident_id}, ${stateLine(other)}, ${instant(beganAt(other))}, lasted ${durationOf(other)} ${end}.`;
}

function stateLine({ worst }: Incident): string {
  return `${subjectOf(worst)} ${stateOf(worst)} at ${actualOf(worst)}`;
}
