/** The rows of the verdict's table, in their order there: each says when it holds, and what follows. */
import { noteFactId } from './facts-beside.ts';
import type { Answer, Case } from './judge-case.ts';
import {
  backAfter,
  earlierOf,
  holdsFor,
  latenessOf,
  stillnessOf,
  trendOf,
  unitMistakeOf,
  usualOf,
} from './signs.ts';
import { number, span } from './words.ts';

/** Older than this when it came, a record tells of what is over; far older, its sender's clock is wrong. */
const STALE_MS = 60 * 60_000;
const WRONG_CLOCK_MS = 30 * 86_400_000;
/** Out of bounds for less is a glitch. */
const GLITCH_MS = 5 * 60_000;
/** The same glitch so many minutes ago is one too many. */
const AGAIN_MS = 2 * 60 * 60_000;
/** So many other entities make it a matter of the source. */
const WIDE = 4;
/** Values in a row that no chance strings together. */
const LASTING = 3;
const LASTING_MS = 4 * 60_000;
/** Times as far as the limit. Limits are set by people, who leave room; bands are only statistics. */
const CLEAR_OF_LIMIT = 1.5;
const CLEAR_OF_BAND = 2;
/** Beyond that, no rule is too noisy to be heard. */
const EXTREME = 10;
/** Judged incidents that make a rule's record worth something, and the share of harmless ones that makes it noisy. */
const FEWEST_JUDGED = 5;
const NOISY = 0.7;
/** A steady climb or fall, by all pairs. */
const STEADY_TREND = 0.5;
/** A run of equal values that comes more often than that comes by chance. */
const BY_CHANCE = 0.05;
/** Part of the usual value that many may move by when their surroundings change. */
const SLIGHT = 0.1;

/** A record of hours ago tells of what is over, unless it is too far out to be passed over. */
export function stale({ evidence, isFar }: Case): Answer | undefined {
  const late = latenessOf(evidence);
  if (late < STALE_MS || late > WRONG_CLOCK_MS) return undefined;
  const came = `The record came ${span(late)} late`;
  return isFar
    ? ['INCONCLUSIVE', `${came}, but it is too far out to be passed over.`, 'late', 'value']
    : ['FALSE_POSITIVE', `${came}: it tells of what is over.`, 'late'];
}

/** A usual value in another unit. */
export function wrongUnit({ evidence }: Case): Answer | undefined {
  const mistake = unitMistakeOf(evidence);
  if (mistake === undefined) return undefined;
  return ['FALSE_POSITIVE', `It is ${mistake}: the unit is wrong, not the value.`, 'unit', 'usual'];
}

const LEARNS: ReadonlySet<string> = new Set(['deviation', 'seasonal', 'drift', 'novelty', 'missing', 'flat']);

/** Somebody said beforehand that this would come. */
export function announced({ evidence, announced: place, isFar, detector }: Case): Answer | undefined {
  const note = evidence.notes?.[place];
  if (note === undefined) return undefined;
  const what = { load_test: 'A load test', maintenance: 'Maintenance', note: 'A change', deploy: 'A deploy' };
  const told = `${what[note.kind]} was noted for this time`;
  if (isFar) {
    return ['INCONCLUSIVE', `${told}, but it is far beyond a limit: look.`, noteFactId(place), 'value'];
  }
  if (note.kind === 'note' && !LEARNS.has(detector)) {
    return ['INCONCLUSIVE', `${told}, but the limit is a fixed one: look.`, noteFactId(place), 'rule'];
  }
  return ['FALSE_POSITIVE', `${told}, and this is what it brings.`, noteFactId(place)];
}

/** A source that sends nothing at all is always real. */
export function silentSource({ detector, deploy }: Case): Answer | undefined {
  if (detector !== 'silence') return undefined;
  return ['CONFIRMED', 'Nothing at all comes from the source.', 'value', 'expected', ...deployIds(deploy)];
}

const deployIds = (place: number): string[] => (place < 0 ? [] : [noteFactId(place)]);

/** A deploy shortly before is the first suspect. */
export function afterDeploy({ deploy, beside, others, reach, detector, isFar }: Case): Answer | undefined {
  if (deploy < 0) return undefined;
  const id = noteFactId(deploy);
  if (others > 0) {
    const reason = `It began shortly after a deploy, and ${counted(others, 'other entity', 'other entities')} moved with it.`;
    return ['CONFIRMED', reason, id, 'neighbours', ...NAMED];
  }
  if (beside > 0) {
    return ['CONFIRMED', 'It began shortly after a deploy, and not alone.', id, 'beside'];
  }
  if (isFar || isClear(detector, reach)) {
    return ['CONFIRMED', 'It began shortly after a deploy, and is clearly out.', id, 'reach', 'value'];
  }
  return ['LIKELY', 'It began shortly after a deploy.', id];
}

/** Far enough out that neither a limit set a little low nor chance explains it. */
function isClear(detector: string, reach: number | undefined): boolean {
  return reach !== undefined && reach >= (isLimit(detector) ? CLEAR_OF_LIMIT : CLEAR_OF_BAND);
}

const isLimit = (detector: string): boolean => detector === 'limits' || detector === 'window';

const counted = (count: number, one: string, many: string): string =>
  `${number(count)} ${count === 1 ? one : many}`;

/** The neighbours that facts name. */
const NAMED = ['neighbour.1', 'neighbour.2', 'neighbour.3'];

/** Everything moved at once: the trouble, if it is one, is not this entity's. */
export function sourceWide({ evidence, others, detector }: Case): Answer | undefined {
  if (others < WIDE) return undefined;
  const { about } = evidence;
  const together = `${counted(others, 'other entity', 'other entities')} moved with it`;
  if (detector === 'missing' || detector === 'flat') {
    return ['LIKELY', `${together}: look upstream, not at this one.`, 'neighbours', ...NAMED];
  }
  if (backAfter(evidence) !== undefined) {
    return [
      'FALSE_POSITIVE',
      `${together} and it was back at once: a shock to the source.`,
      'neighbours',
      'back',
    ];
  }
  if (about.aggregate === 'count') {
    return ['FALSE_POSITIVE', `${together}: records came more than once.`, 'neighbours', ...NAMED];
  }
  const usual = usualOf(evidence)?.median;
  const isSlight = usual !== undefined && Math.abs(about.value - usual) < SLIGHT * Math.abs(usual);
  if (detector === 'drift' || isSlight) {
    return [
      'FALSE_POSITIVE',
      `${together}, a little each: their surroundings changed.`,
      'neighbours',
      'usual',
    ];
  }
  return ['LIKELY', `${together}: look upstream, not at this one.`, 'neighbours', ...NAMED];
}

/** One reading out and the next one in; but not when it comes and goes. */
export function backAtOnce({ evidence, earlier }: Case): Answer | undefined {
  const back = backAfter(evidence);
  if (back === undefined || back > GLITCH_MS) return undefined;
  const at = Date.parse(evidence.incident.opened_at);
  const isAgain = earlierOf(evidence).some(({ opened_at }) => at - Date.parse(opened_at) <= AGAIN_MS);
  if (isAgain) {
    return ['INCONCLUSIVE', 'It was back at once, but it comes and goes.', 'back', 'history', 'history.1'];
  }
  return earlier.fixed > 0
    ? ['INCONCLUSIVE', 'It was back at once, but was real before.', 'back', 'history']
    : ['FALSE_POSITIVE', `It was back in bounds after ${span(back)}.`, 'back'];
}

/** Two alarms of one entity that do not come from one reading. */
export function corroborated({ beside }: Case): Answer | undefined {
  if (beside === 0) return undefined;
  const reason = `${counted(beside, 'other alarm', 'other alarms')} of the same entity began with it.`;
  return ['CONFIRMED', reason, 'beside', 'beside.1', 'value'];
}

/** What staff found the last times. */
export function knownTrouble({ earlier }: Case): Answer | undefined {
  if (earlier.harmless >= 2 && earlier.fixed === 0) {
    const reason = `Staff called ${counted(earlier.harmless, 'earlier one', 'earlier ones')} harmless, and none real.`;
    return ['FALSE_POSITIVE', reason, 'history', 'history.1'];
  }
  if (earlier.fixed > earlier.harmless) {
    const reason = `It was real and had to be fixed ${counted(earlier.fixed, 'time', 'times')} before.`;
    return ['CONFIRMED', reason, 'history', 'history.1'];
  }
  return undefined;
}

/** A rule that staff nearly always called wrong, unless the value is extreme. */
export function noisyRule({ ruled, reach, isFar }: Case): Answer | undefined {
  if (ruled.judged < FEWEST_JUDGED || ruled.harmless < NOISY * ruled.judged || isFar) return undefined;
  if (reach !== undefined && reach >= EXTREME) return undefined;
  const reason = `Staff called ${number(ruled.harmless)} of this rule's ${number(ruled.judged)} judged incidents harmless.`;
  return ['FALSE_POSITIVE', reason, 'rule.record'];
}

/** A value that often repeats itself is not stuck because it does. */
export function stillByChance({ evidence, detector }: Case): Answer | undefined {
  if (detector !== 'flat') return undefined;
  const { run, before } = stillnessOf(evidence);
  if (before === null || before ** (run - 1) < BY_CHANCE) return undefined;
  return ['INCONCLUSIVE', 'It repeats itself so often that this may be chance.', 'stillness', 'recent'];
}

/** A sender of weak radio. */
export function oftenLate({ detector, earlier }: Case): Answer | undefined {
  if (detector !== 'missing' || earlier.alone < 2 || earlier.fixed > 0) return undefined;
  return ['INCONCLUSIVE', 'It was missing before and came back by itself.', 'history', 'history.1'];
}

/** What stays out is no glitch. */
export function lasting({ evidence, detector }: Case): Answer | undefined {
  if (detector === 'flat' || detector === 'missing' || detector === 'drift') return undefined;
  const held = holdsFor(evidence);
  const straying = usualOf(evidence)?.straying ?? 1;
  if (held >= LASTING_MS) return ['CONFIRMED', `It has held for ${span(held)}.`, 'holds', 'value'];
  if (straying < LASTING) return undefined;
  return ['CONFIRMED', `The last ${number(straying)} values in a row stray.`, 'straying', 'value'];
}

/** A drift goes on, or its mean lies off and stays where it is. */
export function creep({ evidence, detector }: Case): Answer | undefined {
  if (detector !== 'drift') return undefined;
  const trend = trendOf(evidence);
  if (trend === undefined) return ['LIKELY', 'It crept away from its mean.', 'expected', 'distance'];
  if (Math.abs(trend) >= STEADY_TREND) {
    return ['LIKELY', 'It goes on in one direction.', 'trend', 'distance'];
  }
  return ['INCONCLUSIVE', 'It lies off its old mean, but does not go on.', 'expected', 'recent'];
}

/** A little over is no proof, unless it is on its way. */
export function marginal({ evidence, detector, reach, isFar }: Case): Answer | undefined {
  if (detector === 'novelty' && evidence.about.route === 'digest') {
    return [
      'INCONCLUSIVE',
      'It is new, but not so new that its rule would page.',
      'distance',
      'contributions',
    ];
  }
  if (reach === undefined || isFar || isClear(detector, reach)) return undefined;
  const trend = trendOf(evidence) ?? 0;
  const isRising = evidence.about.alarm_type.startsWith('Low') ? trend < 0 : trend > 0;
  if (isRising && Math.abs(trend) >= STEADY_TREND) {
    return ['LIKELY', 'It went steadily towards the limit and over it.', 'trend', 'expected'];
  }
  return ['INCONCLUSIVE', 'It is a little out, and nothing else speaks for or against it.', 'reach', 'usual'];
}

/** Nothing else decides: what is left is clearly out. */
export function standsOut({ detector, isFar }: Case): Answer {
  if (detector === 'missing')
    return ['LIKELY', 'It keeps its rhythm, and now owes a reading.', 'value', 'expected'];
  if (detector === 'flat') return ['LIKELY', 'It moved before, and now does not.', 'stillness', 'recent'];
  const how = isFar ? 'far' : 'clearly';
  return ['LIKELY', `It is ${how} out, but nothing else speaks for it.`, 'value', 'expected', 'reach'];
}
