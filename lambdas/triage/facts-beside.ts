/** Facts about what surrounds a value: history, neighbours, notes, labels, the directory. */
import type { Incident } from '../../contracts/incident.ts';
import type { Note } from '../../contracts/note.ts';
import { type Evidence, NEIGHBOURS } from './evidence.ts';
import type { Fact } from './fact.ts';
import { foreignName, quoted } from './foreign.ts';
import { factOf } from './make-fact.ts';
import { actualOf, entityOf, stateOf, subjectOf } from './phrases.ts';
import { besideOf, earlierOf, entitiesOf, foundOf, isAnnounced, isSuspect, togetherOf } from './signs.ts';
import { beganAt, durationOf } from './times.ts';
import { instant, number, span } from './words.ts';

/** How many of each are told one by one; all of them are counted. */
const TOLD = 3;

/** How the earlier incidents of the same trouble ended, and what the rule's incidents were found to be. */
export function historyFacts(evidence: Evidence): Fact[] {
  const { others, ofRule } = evidence;
  const facts: Fact[] = [];
  const earlier = earlierOf(evidence);
  if (others !== undefined) {
    const found = foundOf(earlier);
    const text =
      earlier.length === 0
        ? 'It is the first time that is known of.'
        : `It happened ${times(earlier.length)} before that are known of; staff found ${foundText(found)}.`;
    facts.push(factOf('history', text));
  }
  facts.push(
    ...earlier.slice(0, TOLD).map((other, place) => factOf(`history.${place + 1}`, earlierText(other))),
  );
  if (ofRule !== undefined) {
    const found = foundOf(ofRule);
    const text =
      found.judged === 0
        ? 'Staff have judged none of the incidents of this rule in the last 30 days.'
        : `Of the incidents of this rule in the last 30 days staff judged ${found.judged}: ${foundText(found)}.`;
    facts.push(factOf('rule.record', text));
  }
  return facts;
}

const times = (count: number): string => (count === 1 ? '1 time' : `${number(count)} times`);

function foundText(found: ReturnType<typeof foundOf>): string {
  return `${found.false_positive} false positive, ${found.expected} expected, ${found.fixed} real and fixed`;
}

function earlierText(other: Incident): string {
  const ends = { cleared: 'it cleared by itself', quiet: 'it went quiet', staff: 'staff ended it' };
  const as = other.resolution === null ? '' : ` as ${other.resolution.replace('_', ' ')}`;
  const end = other.resolved_by === null ? 'it is open' : `${ends[other.resolved_by]}${as}`;
  return (
    `${other.incident_id} at ${instant(beganAt(other))} was ${stateOf(other.worst)} at ${actualOf(other.worst)}, ` +
    `lasted ${durationOf(other)}, and ${end}.`
  );
}

/** What else moved at the same time: of this entity, and of others. */
export function besideFacts(evidence: Evidence): Fact[] {
  const beside = besideOf(evidence);
  const together = togetherOf(evidence);
  const facts: Fact[] = [];
  if (evidence.others !== undefined) {
    const text =
      beside.length === 0
        ? 'Nothing else of it was unusual at the same time.'
        : `Of the same entity ${beside.length === 1 ? '1 other incident' : `${beside.length} other incidents`} began within 15 min.`;
    facts.push(factOf('beside', text));
  }
  facts.push(...beside.slice(0, TOLD).map((other, place) => movedFact(`beside.${place + 1}`, other)));
  if (evidence.neighbours !== undefined) {
    const same = together.filter(({ first }) => first.rule_id === evidence.about.rule_id).length;
    const text =
      together.length === 0
        ? 'No other entity of the source had an incident within 15 min.'
        : `${mostly(evidence)}${entitiesOf(together)} other entities of the source had incidents within 15 min, ${same} of the incidents by the same rule.`;
    facts.push(factOf('neighbours', text));
  }
  facts.push(...together.slice(0, TOLD).map((other, place) => movedFact(`neighbour.${place + 1}`, other)));
  return facts;
}

/** Only so many are read: more may lie behind them. */
const mostly = ({ neighbours = [] }: Evidence): string =>
  neighbours.length >= NEIGHBOURS ? 'At least ' : '';

function movedFact(id: string, { incident_id, first, worst }: Incident): Fact {
  const text = `${incident_id}: ${subjectOf(first)} is ${stateOf(worst)} at ${actualOf(worst)}, by rule ${first.rule_id}.`;
  const names = [first.entity, first.metric, first.rule_id, entityOf(first)];
  return factOf(id, text, { numbers: [worst.value], names, trusted: false });
}

const KINDS = {
  deploy: 'A deploy',
  load_test: 'A load test',
  maintenance: 'Maintenance',
  note: 'A note',
} as const;

/** The id of a note's fact is its place among all notes, so that a verdict can cite it. */
export const noteFactId = (place: number): string => `note.${place + 1}`;

export function noteFacts(evidence: Evidence): Fact[] {
  return (evidence.notes ?? []).map((note, place) => {
    const of = note.entity === undefined ? `the whole source ${note.source}` : foreignName(note.entity);
    const metric = note.metric === undefined ? '' : `, ${foreignName(note.metric)}`;
    const says = `${KINDS[note.kind]} of ${of}${metric}, ${whenText(note, evidence)}: ${quoted(note.text, 300)}`;
    const names = [note.source, note.entity, note.metric].filter((name) => name !== undefined);
    return factOf(noteFactId(place), says, { names, trusted: false });
  });
}

function whenText(note: Note, evidence: Evidence): string {
  const age = span(Date.parse(beganAt(evidence.incident)) - Date.parse(note.from));
  const at =
    note.from === note.until
      ? `at ${instant(note.from)}`
      : `from ${instant(note.from)} to ${instant(note.until)}`;
  if (isSuspect(note, evidence)) return `${at}, ${age} before it began`;
  return isAnnounced(note, evidence) ? `${at}, and it began in that time` : at;
}

export function labelFacts({ about }: Evidence): Fact[] {
  return Object.entries(about.labels).map(([name, value], place) =>
    factOf(`label.${place + 1}`, `Label ${foreignName(name)} is ${foreignName(value)}.`, {
      names: [name, value],
      trusted: false,
    }),
  );
}

/** The owner is a name; what people describe is a text of theirs, and data only. */
export function directoryFacts({ known }: Evidence): Fact[] {
  const { owner, description, runbook_url } = known ?? {};
  return [
    ...(owner === undefined
      ? []
      : [factOf('owner', `Its owner is ${foreignName(owner)}.`, { names: [owner] })]),
    ...(description === undefined
      ? []
      : [factOf('about', `What it is: ${quoted(description, 500)}`, { trusted: false })]),
    ...(runbook_url === undefined ? [] : [factOf('runbook', `Its runbook is at ${runbook_url}`)]),
  ];
}
