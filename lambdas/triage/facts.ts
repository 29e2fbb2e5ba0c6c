/** The facts of a message, each with its id: all that a verdict or a model may rest on. Pure. */
import type { Evidence } from './evidence.ts';
import type { Fact } from './fact.ts';
import { besideFacts, directoryFacts, historyFacts, labelFacts, noteFacts } from './facts-beside.ts';
import { learningLines } from './learning.ts';
import { factOf } from './make-fact.ts';
import { isNovelty, whyOf } from './novelty.ts';
import { actualOf, expectedOf, howOf, isGap, stateOf, subjectOf } from './phrases.ts';
import {
  backAfter,
  holdsFor,
  latenessOf,
  reachOf,
  stillnessOf,
  trendOf,
  unitMistakeOf,
  usualOf,
} from './signs.ts';
import { beganAt } from './times.ts';
import { instant, number, oneLine, span } from './words.ts';

/**
 * All facts, the nearest to the value first. Ids are unique. Facts marked `trusted` hold no word from records, labels
 * or notes: entity and metric are named in `subject` alone, and elsewhere called "it". Instants stand in a text as
 * wholes, and their digits are not among the numbers.
 */
export function factsOf(evidence: Evidence): readonly Fact[] {
  return [
    ...valueFacts(evidence),
    ...timeFacts(evidence),
    ...ruleFacts(evidence),
    ...historyFacts(evidence),
    ...besideFacts(evidence),
    ...noteFacts(evidence),
    ...labelFacts(evidence),
    ...directoryFacts(evidence),
    ...gapFacts(evidence),
  ];
}

function valueFacts(evidence: Evidence): Fact[] {
  const { about } = evidence;
  const { source, entity, metric, expected_low, expected_high, score, recent_values } = about;
  const ends = [expected_low, expected_high].filter((end) => end !== null);
  const facts = [
    factOf('subject', `It is about ${subjectOf(about)}, source ${source}.`, {
      names: [source, entity, metric],
      trusted: false,
    }),
    factOf('value', `Judged was ${actualOf(about)}: ${stateOf(about)}.`, { numbers: [about.value] }),
    factOf('expected', `Expected was ${expectedOf(about)}.`, { numbers: ends }),
  ];
  if (score !== null) {
    const unit = isNovelty(about) ? 'The novelty score is' : 'Its distance, in standard deviations, is';
    facts.push(factOf('distance', `${unit} ${number(score)}.`, { numbers: [score, Math.abs(score)] }));
  }
  const why = whyOf(about);
  if (why !== '') {
    const numbers = Object.values(about.contributions);
    facts.push(factOf('contributions', `Parts of the score: ${oneLine(why, 500)}.`, { numbers }));
  }
  if (recent_values.length > 1) {
    const what = isGap(about) ? 'gaps in seconds' : 'values';
    const text = `The last ${recent_values.length} ${what}, oldest first: ${recent_values.map(number).join('; ')}.`;
    facts.push(factOf('recent', text, { numbers: recent_values }));
  }
  return [...facts, ...shapeFacts(evidence)];
}

/** What the values look like beside each other. */
function shapeFacts(evidence: Evidence): Fact[] {
  const facts: Fact[] = [];
  const { about } = evidence;
  const usual = usualOf(evidence);
  if (usual !== undefined && !isGap(about)) {
    const { low, high, median, count, straying } = usual;
    const text = `The ${count} values before lay between ${number(low)} and ${number(high)}, their median is ${number(median)}.`;
    facts.push(factOf('usual', text, { numbers: [low, high, median] }));
    if (straying > 1) facts.push(factOf('straying', `The last ${straying} values in a row stray.`));
  }
  const reach = reachOf(evidence);
  if (reach !== undefined && !isGap(about)) {
    const text = `It lies ${number(reach)} times as far from the usual as the limit that it crossed.`;
    facts.push(factOf('reach', text, { numbers: [reach] }));
  }
  const trend = trendOf(evidence);
  if (trend !== undefined && Math.abs(trend) >= 0.5 && !isGap(about)) {
    facts.push(factOf('trend', `The values ${trend > 0 ? 'rise' : 'fall'} steadily over the chart.`));
  }
  if (about.detector === 'flat') {
    const { run, before } = stillnessOf(evidence);
    const share = before === null ? '' : `; before, ${number(100 * before)} % of neighbours were equal`;
    facts.push(factOf('stillness', `The last ${run} values are equal${share}.`));
  }
  const mistake = unitMistakeOf(evidence);
  if (mistake !== undefined) facts.push(factOf('unit', `The value is ${mistake}.`));
  facts.push(...learningLines(evidence).map((line) => factOf('learning', `${line}.`)));
  return facts;
}

function timeFacts(evidence: Evidence): Fact[] {
  const { incident, about, now } = evidence;
  const began = beganAt(incident);
  const age = span(now.getTime() - Date.parse(began));
  const facts = [factOf('since', `It began at ${instant(began)}, ${age} before this was written.`)];
  if (about.window_start !== null && about.window_end !== null) {
    const text = `Judged was the window from ${instant(about.window_start)} to ${instant(about.window_end)}.`;
    facts.push(factOf('window', text));
  }
  const held = holdsFor(evidence);
  if (held >= 60_000) facts.push(factOf('holds', `It has held for ${span(held)} so far.`));
  const back = backAfter(evidence);
  if (back !== undefined) {
    const { value } = incident.latest;
    const text = `It came back in bounds after ${span(back)}, at ${number(value)}.`;
    facts.push(factOf('back', text, { numbers: [value] }));
  }
  const late = latenessOf(evidence);
  if (about.late) {
    const text = `The record came ${span(late)} after its own time, so it was judged alone and is in no average.`;
    facts.push(factOf('late', text));
  }
  return facts;
}

function ruleFacts({ about, rule }: Evidence): Fact[] {
  const { rule_id, severity, route } = about;
  const facts = [
    factOf('rule', `Rule ${rule_id} judged: ${howOf(about, rule)}.`, { names: [rule_id] }),
    factOf('severity', `The severity is ${severity}, the route ${route}.`),
  ];
  if (rule?.description !== undefined) {
    facts.push(factOf('rule.says', `The rule says: ${oneLine(rule.description, 500)}`));
  }
  return facts;
}

const READABLE = [
  { key: 'rule', id: 'gap.rule', text: 'The rule could not be read, or was removed since.' },
  { key: 'others', id: 'gap.history', text: 'What happened to it before could not be read.' },
  { key: 'neighbours', id: 'gap.neighbours', text: 'What others did at the same time could not be read.' },
  { key: 'notes', id: 'gap.notes', text: 'Deploys and notes could not be read.' },
  { key: 'ofRule', id: 'gap.rule_record', text: "What the rule's other incidents were could not be read." },
] as const;

/** What is not known, named so that nobody takes its absence for good news. */
function gapFacts(evidence: Evidence): Fact[] {
  return READABLE.filter(({ key }) => evidence[key] === undefined).map(({ id, text }) => factOf(id, text));
}
