/** What can be worked out from the evidence: the figures that facts tell and the verdict weighs. Pure. */
import type { Incident } from '../../contracts/incident.ts';
import type { Note } from '../../contracts/note.ts';
import type { Evidence } from './evidence.ts';
import { beganAt } from './times.ts';

/** Incidents that begin within so long of each other moved at the same time. */
export const TOGETHER_MS = 15 * 60_000;
/** A deploy is suspected for so long. */
const DEPLOY_MS = 60 * 60_000;
/** What was noted may take so long to calm down. */
const GRACE_MS = 10 * 60_000;
/** Values before the judged one that a median needs to mean something. */
const FEWEST = 4;

const begin = (incident: Incident): number => Date.parse(beganAt(incident));

/** The values before those that stray, as far as the anomaly carries them. */
export interface Usual {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** How many there are. */
  readonly count: number;
  /** How many values at the end stray, the judged one with them. */
  readonly straying: number;
}

/** @returns undefined where too few values are known, or where being usual is what is wrong (flat) */
export function usualOf({ about }: Evidence): Usual | undefined {
  const { recent_values, expected_low, expected_high, detector } = about;
  if (detector === 'flat') return undefined;
  const isOut = (value: number) =>
    (expected_low !== null && value < expected_low) || (expected_high !== null && value > expected_high);
  let straying = 0;
  for (const value of recent_values.toReversed()) {
    if (straying > 0 && !isOut(value)) break;
    straying += 1;
  }
  const before = recent_values.slice(0, recent_values.length - straying).sort((a, b) => a - b);
  const [low, high] = [before[0], before.at(-1)];
  if (before.length < FEWEST || low === undefined || high === undefined) return undefined;
  return { median: medianOf(before), low, high, count: before.length, straying };
}

/** @param sorted at least one value, in order */
function medianOf(sorted: readonly number[]): number {
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (sorted[middle - 1] ?? upper) / 2 + upper / 2;
}

/** Detectors whose limit and value are of one kind; a drift adds up, a gap has no usual place. */
const AGAINST_A_LIMIT: ReadonlySet<string> = new Set(['limits', 'deviation', 'seasonal', 'window', 'rate']);

/** How many times as far from the usual as the limit that was crossed; 1 is just at the limit. */
export function reachOf(evidence: Evidence): number | undefined {
  const { value, expected_low: low, expected_high: high, alarm_type, detector } = evidence.about;
  if (!AGAINST_A_LIMIT.has(detector)) return undefined;
  const usual = usualOf(evidence)?.median;
  const centre = low !== null && high !== null ? low / 2 + high / 2 : usual;
  const limit = alarm_type.startsWith('Low') ? low : high;
  if (centre === undefined || limit === null || limit === centre) return undefined;
  const reach = (value - centre) / (limit - centre);
  return Number.isFinite(reach) && reach > 0 ? reach : undefined;
}

/** From -1 (each value below the one before) to 1, by all pairs (Kendall); undefined for few values. */
export function trendOf({ about: { recent_values: values } }: Evidence): number | undefined {
  if (values.length < 6) return undefined;
  let sum = 0;
  for (const [place, later] of values.entries()) {
    for (const earlier of values.slice(0, place)) sum += Math.sign(later - earlier);
  }
  return sum / ((values.length * (values.length - 1)) / 2);
}

/** Of a stuck value: how many equal values end the chart, and how often neighbours were equal before. */
export function stillnessOf({ about: { recent_values: values } }: Evidence): {
  readonly run: number;
  /** 0 to 1; null where nothing came before. */
  readonly before: number | null;
} {
  const last = values.at(-1);
  const moved = values.findLastIndex((value) => value !== last);
  const pairs = values.slice(1, moved + 1).map((value, place) => value === values[place]);
  const before = pairs.length === 0 ? null : pairs.filter(Boolean).length / pairs.length;
  return { run: values.length - moved - 1, before };
}

/** Factors and scales by which senders mistake units. */
const UNITS = [
  { factor: 100, offset: 0, name: 'a hundred times the usual value, as cents are of a whole' },
  { factor: 0.01, offset: 0, name: 'a hundredth of the usual value, as a whole is of cents' },
  { factor: 1_000, offset: 0, name: 'a thousand times the usual value, as thousandths are of a whole' },
  { factor: 0.001, offset: 0, name: 'a thousandth of the usual value, as a whole is of thousandths' },
  { factor: 60, offset: 0, name: 'sixty times the usual value, as seconds are of minutes' },
  { factor: 1.8, offset: 32, name: 'the usual value in degrees Fahrenheit instead of Celsius' },
] as const;
/** Wider spread and any value would be some unit's. */
const STEADY = 0.1;

/** The mistake of units that makes the judged value a usual one. */
export function unitMistakeOf(evidence: Evidence): string | undefined {
  const usual = usualOf(evidence);
  if (usual === undefined || usual.median === 0 || usual.straying > 3) return undefined;
  const { median, low, high } = usual;
  if ((high - low) / Math.abs(median) > STEADY) return undefined;
  const { value } = evidence.about;
  return UNITS.find(({ factor, offset }) => {
    const back = (value - offset) / factor;
    return back >= low && back <= high;
  })?.name;
}

/** Incidents of this entity that began at the same time: another metric, or another reading of this one. */
export function besideOf({ incident, about, others = [] }: Evidence): readonly Incident[] {
  const isSameReading = ({ first }: Incident) =>
    first.metric === about.metric && first.aggregate === about.aggregate && first.value === about.value;
  return others.filter(
    (other) =>
      Math.abs(begin(other) - begin(incident)) <= TOGETHER_MS &&
      other.fingerprint !== incident.fingerprint &&
      !isSameReading(other),
  );
}

/** Incidents of other entities that began at the same time. */
export function togetherOf({ incident, neighbours = [] }: Evidence): readonly Incident[] {
  return neighbours.filter((other) => Math.abs(begin(other) - begin(incident)) <= TOGETHER_MS);
}

/** Different entities among incidents. */
export const entitiesOf = (incidents: readonly Incident[]): number =>
  new Set(incidents.map(({ first }) => first.entity)).size;

/** Earlier incidents of the same trouble, newest first. */
export function earlierOf({ incident, others = [] }: Evidence): readonly Incident[] {
  return others.filter(
    (other) => other.fingerprint === incident.fingerprint && begin(other) < begin(incident),
  );
}

/** What was told beforehand for this time: load tests, maintenance and plain notes, never deploys. */
export function isAnnounced(note: Note, { incident, about }: Evidence): boolean {
  const at = begin(incident);
  return (
    note.kind !== 'deploy' &&
    isOf(note, about) &&
    Date.parse(note.from) <= at &&
    at <= Date.parse(note.until) + GRACE_MS
  );
}

/** A deploy shortly before, of this entity or of the whole source. */
export function isSuspect(note: Note, { incident, about }: Evidence): boolean {
  const age = begin(incident) - Date.parse(note.from);
  return note.kind === 'deploy' && isOf(note, about) && age >= 0 && age <= DEPLOY_MS;
}

/** A note of the entity and metric, or of all of them. */
export function isOf(
  note: Note,
  { entity, metric }: { readonly entity: string; readonly metric: string },
): boolean {
  const isMine = (named: string | undefined, mine: string) => named === undefined || named === mine;
  return isMine(note.entity, entity) && isMine(note.metric, metric);
}

/** When the newest reading was in bounds again. @returns ms from the beginning, or undefined */
export function backAfter({ incident }: Evidence): number | undefined {
  const { latest } = incident;
  return latest.kind === 'cleared' ? Date.parse(latest.arrival_time) - begin(incident) : undefined;
}

/** For how long it holds, by the newest anomaly that says so, in ms. */
export function holdsFor({ incident, about }: Evidence): number {
  if (incident.latest.kind === 'cleared') return 0;
  const newest = Math.max(Date.parse(incident.latest.arrival_time), Date.parse(about.arrival_time));
  return Math.max(0, newest - begin(incident));
}

/** How late the record came, in ms; 0 when it was on time. */
export function latenessOf({ about: { late, arrival_time, event_time } }: Evidence): number {
  return late ? Math.max(0, Date.parse(arrival_time) - Date.parse(event_time)) : 0;
}

/** How many of incidents ended as what, by staff. */
export function foundOf(incidents: readonly { readonly resolution: Incident['resolution'] }[]) {
  const count = (resolution: Incident['resolution']) =>
    incidents.filter((each) => each.resolution === resolution).length;
  const found = {
    fixed: count('fixed'),
    false_positive: count('false_positive'),
    expected: count('expected'),
  };
  const judged = found.fixed + found.false_positive + found.expected;
  return { ...found, judged, harmless: found.false_positive + found.expected };
}
