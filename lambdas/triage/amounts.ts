/** Amounts that a text claims without a numeral: `doubled`, `fiftyfold`, `a quarter`, `hundreds of`, `an hour`. */
import { ORDINALS, secondsOf, wordsValue } from './number-words.ts';
import type { NumberClaim } from './numbers.ts';

/** Stands where a numeral stood: `5 a second` is a rate, and claims no second. */
export const HOLE = ' \u0000 ';

/** No fact holds it: how many `hundreds` are, nobody knows. */
const ROUGH = Number.NaN;

const MULTIPLES: Readonly<Record<string, number>> = {
  twice: 2,
  double: 2,
  doubled: 2,
  doubles: 2,
  doubling: 2,
  couple: 2,
  thrice: 3,
  triple: 3,
  tripled: 3,
  triples: 3,
  tripling: 3,
  treble: 3,
  trebled: 3,
  quadruple: 4,
  quadrupled: 4,
  quintuple: 5,
  quintupled: 5,
  half: 0.5,
  halved: 0.5,
  halving: 0.5,
  dozen: 12,
  dozens: ROUGH,
  tens: ROUGH,
  hundreds: ROUGH,
  thousands: ROUGH,
  millions: ROUGH,
  billions: ROUGH,
  trillions: ROUGH,
  handful: ROUGH,
  handfuls: ROUGH,
};
/** Words that end in `fold` and are no amount. */
const NO_FOLDS = new Set(['mani', 'scaf', 'blind', 'bill', 'gate']);

const UNIT = '(millisecond|second|minute|hour|day|week|fortnight|month|year|decade|century)';
const PART_OF_ONE = new RegExp(String.raw`\b(half|quarter)\s(?:of\s)?an?\s${UNIT}\b`, 'giu');
const ONE_UNIT = new RegExp(
  String.raw`(?<!\0\s*|\bper\s)\b(?:(one)|an?)[\s-](?:(?:single|whole|full|entire)\s)?${UNIT}\b(?=\s*(\p{L}*))`,
  'giu',
);
/** `for hours`, `the past few days`: how many, nobody knows. */
const SPAN = new RegExp(
  String.raw`\b(?:for|over|within|past|last|previous|recent|several|many|some|few)\s${UNIT}s\b`,
  'giu',
);
/** `hours ago`; `two hours ago` is a number. */
const SPAN_AGO = new RegExp(
  String.raw`(?:\b(\p{L}+)[\s-])?\b${UNIT}s\s(?:ago|earlier|later|on\send)\b`,
  'giu',
);
const LONG_UNIT = /\b(fortnight|decade|century)\b/giu;
/** What follows `a second` where it is a time: before other words it is the one after the first. */
const AFTER_SECOND = /^(?:|ago|later|earlier|before|after|and|at|of|in|on|or|until)$/i;
/** `a score of incidents`; `a score of 6` and `the score of the reading` are a detector's. */
const SCORE =
  /\b(?:a\sscore|scores)\sof\s(?!(?:the|its|about|around|nearly|almost|roughly|over|under|more|less|at)\b)\p{L}/giu;
const FOLD = /\b(\p{L}{3,})fold\b/giu;
const PARTS = ORDINALS.slice(1).join('|');
const MANY_PARTS = new RegExp(String.raw`\b(?:(\p{L}+)[\s-])?(quarter|halve|${PARTS})s\b`, 'giu');
const QUARTER = /\bquarter\b/giu;
/** `a third of them`, `a third above`; `a third incident` is one after two. */
const ONE_PART = new RegExp(
  String.raw`\b(?:a|one)[\s-](${PARTS})(?=\s(?:of|more|less|above|below|over|under|higher|lower|larger|smaller|greater|bigger|faster|slower|up|down)\b|\s*[^\p{L}\s]|\s*$)`,
  'giu',
);

/** All such amounts, and the text without those that are no single words. */
export function amountsIn(text: string): { readonly claims: readonly NumberClaim[]; readonly rest: string } {
  const claims: NumberClaim[] = [];
  let rest = text;
  /** Undefined: it is no amount, and stays. */
  const take = (pattern: RegExp, amountOf: (...words: string[]) => number | undefined, isTime = false) => {
    rest = rest.replace(pattern, (...found: string[]) => {
      const value = amountOf(...found.map((word) => String(word ?? '').toLowerCase()));
      if (value === undefined) return String(found[0]);
      claims.push({ kind: isTime ? 'seconds' : 'number', value, isSigned: false });
      return ' ';
    });
  };
  const unit = (word = '') => secondsOf(word) ?? ROUGH;
  take(PART_OF_ONE, (_, part, of) => unit(of) * (part === 'half' ? 0.5 : 0.25), true);
  take(
    ONE_UNIT,
    (_, one, of, next = '') =>
      of === 'second' && one === '' && !AFTER_SECOND.test(next) ? undefined : unit(of),
    true,
  );
  take(SPAN, () => ROUGH, true);
  take(SPAN_AGO, (_, before = '') => (wordsValue(before) > 0 ? undefined : ROUGH), true);
  take(LONG_UNIT, (_, of) => unit(of), true);
  take(SCORE, () => ROUGH);
  take(FOLD, (_, many = '') => (NO_FOLDS.has(many) ? undefined : wordsValue(many) || ROUGH));
  take(MANY_PARTS, (_, many = '', part = '') => (wordsValue(many) || 1) / partsOf(part));
  take(QUARTER, () => 0.25);
  take(ONE_PART, (_, part = '') => 1 / partsOf(part));
  for (const word of rest.toLowerCase().match(/\p{L}+/gu) ?? []) {
    const value = MULTIPLES[word];
    if (value !== undefined) claims.push({ kind: 'number', value, isSigned: false });
  }
  return { claims, rest };
}

/** How many of it make one. */
function partsOf(part: string): number {
  if (part === 'quarter') return 4;
  return part === 'halve' ? 2 : ORDINALS.indexOf(part) + 2;
}
