/** Numbers, durations and times that a text claims, and when a known one supports a claim. */
import { amountsIn, HOLE } from './amounts.ts';
import { COUNTED, stem } from './lexicon.ts';
import { ORDINALS, SCALES, SMALL, secondsOf, TENS, wordsValue } from './number-words.ts';

/** A number as a text shows it. */
export interface NumberClaim {
  readonly kind: 'number' | 'percent' | 'seconds';
  /** NaN where no fact can hold it: see ./amounts.ts. */
  readonly value: number;
  /** The text shows a sign. */
  readonly isSigned: boolean;
  /** Stem of what it counts, as in `eleven times` or `3 other incidents`. */
  readonly of?: string;
}

/** `1,234.5`, `1.2e3`, `.5`, `1 234`, `1_000`; and no digits that belong to a name, as in `pump-7`. */
const FIGURE = String.raw`(?<![\p{L}\p{N}_]|[\p{L}_][-.:/#@])(?<sign>[-+−])?(?<figure>(?:\d{1,3}(?:[,_ ]\d{3})+|\d+)(?:\.\d+)?|\.\d+)(?:[eE](?<exponent>[-+]?\d+)|\s?[x×*]\s?10\^?(?<power>[-+]?\d+))?`;
const SCALE = String.raw`(?:\s?(?<scale>hundred|thousand|million|billion|trillion|bn)\b|(?<letter>[kKMB])(?![\p{L}\p{N}]))?`;
const UNIT = String.raw`(?:\s?(?<percent>%|percent\b|per cent\b)|[\s-]?(?<time>(?:millisecond|second|minute|hour|day|week|month|year|msec|sec|min|hr)s?|ms|s|h|d)(?![\p{L}\p{N}_]))?`;
/** What follows a number ends it: `7b-unit` is a name. */
const END = String.raw`(?:st|nd|rd|th|x)?(?![\p{L}\p{N}_])`;
const NUMBER = new RegExp(FIGURE + SCALE + UNIT + END, 'gu');
const WORDY = new RegExp(
  String.raw`\b(?:(?:${[...SMALL, ...TENS.slice(2), 'hundred', 'thousand', 'million', 'billion', 'trillion'].join('|')})(?:[\s-](?:and\s)?|\b))+`,
  'giu',
);

/** What follows a number in words: it is a percentage or a duration, as one in figures is. */
const WORDY_UNIT =
  /^[\s-]*(?:(percent|per cent)|(millisecond|second|minute|hour|day|week|fortnight|month|year|decade)s?)\b/iu;
const NEXT_WORD = /^[\s-]*(?:(?:other|more|such|further|earlier|previous|different|similar)\s)*(\p{L}+)/u;

/** All numbers that the text claims, and the text without them. */
export function numbersIn(text: string): { readonly claims: readonly NumberClaim[]; readonly rest: string } {
  const claims: NumberClaim[] = [];
  const spans: { end: number; claim: NumberClaim }[] = [];
  const counted = (from: number, within: string) => {
    const noun = stem(NEXT_WORD.exec(within.slice(from))?.[1] ?? '');
    return COUNTED.has(noun) ? { of: noun } : {};
  };
  const figures = text.replace(NUMBER, (...found) => {
    const groups: Record<string, string | undefined> = found.at(-1);
    const at: number = found.at(-3);
    const claim = { ...claimOf(groups), ...counted(at + String(found[0]).length, text) };
    const before = spans.at(-1);
    // `4 min 5 s` is one duration.
    if (
      before &&
      claim.kind === 'seconds' &&
      before.claim.kind === 'seconds' &&
      /^[\s,]*(and\s)?$/.test(text.slice(before.end, at))
    ) {
      before.claim = { ...before.claim, value: before.claim.value + claim.value };
      before.end = at + String(found[0]).length;
    } else spans.push({ end: at + String(found[0]).length, claim });
    return HOLE;
  });
  claims.push(...spans.map(({ claim }) => claim));
  const amounts = amountsIn(figures);
  claims.push(...amounts.claims);
  const rest = amounts.rest.replace(WORDY, (...found) => {
    const words: string = found[0];
    const at: number = found.at(-2);
    const value = wordsValue(words.trim().toLowerCase());
    const after = at + words.length;
    // "one" alone is a pronoun more often than a number.
    if (value !== 1)
      claims.push({ ...inUnit(value, amounts.rest.slice(after)), ...counted(after, amounts.rest) });
    return ' ';
  });
  for (const [, word = ''] of rest.matchAll(/\b(?:the|a|its|this)\s(\p{L}+)\s\p{L}/giu)) {
    const place = ORDINALS.indexOf(word.toLowerCase());
    if (place >= 0) claims.push({ kind: 'number', value: place + 2, isSigned: false });
  }
  return { claims, rest: rest.replaceAll(HOLE, ' ') };
}

function claimOf(groups: Record<string, string | undefined>): NumberClaim {
  const { sign, figure = '', exponent, power, scale, letter, percent, time } = groups;
  const digits = Number(figure.replace(/[,_ ]/g, ''));
  const size =
    digits * 10 ** Number(exponent ?? power ?? 0) * (SCALES[scale?.toLowerCase() ?? letter ?? ''] ?? 1);
  const isSigned = sign !== undefined;
  const value = sign === '-' || sign === '−' ? -size : size;
  if (percent !== undefined) return { kind: 'percent', value, isSigned };
  const seconds = time === undefined ? undefined : secondsOf(time);
  return seconds === undefined
    ? { kind: 'number', value, isSigned }
    : { kind: 'seconds', value: value * seconds, isSigned };
}

function inUnit(value: number, after: string): NumberClaim {
  const [, percent, unit = ''] = WORDY_UNIT.exec(after) ?? [];
  if (percent !== undefined) return { kind: 'percent', value, isSigned: false };
  const seconds = secondsOf(unit.toLowerCase());
  return seconds === undefined
    ? { kind: 'number', value, isSigned: false }
    : { kind: 'seconds', value: value * seconds, isSigned: false };
}

/** Fewest digits that a rounded number must share with the known one. */
const FEWEST_DIGITS = 2;

/** Whether `said` is the known number, or that number rounded to two digits or more; without a sign, either sign will do. */
export function isNumber(said: number, known: number, isSigned: boolean): boolean {
  const [a, b] = isSigned ? [said, known] : [Math.abs(said), Math.abs(known)];
  if (a === b) return true;
  if (a === 0 || b === 0 || !Number.isFinite(a) || !Number.isFinite(b)) return false;
  const isSame = (one: number, other: number) => Math.abs(one - other) <= 1e-9 * Math.abs(other);
  if (isSame(a, b)) return true;
  for (let digits = FEWEST_DIGITS; digits <= 15; digits++) {
    if (isSame(a, Number(b.toPrecision(digits)))) return true;
  }
  return false;
}
