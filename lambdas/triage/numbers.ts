/** Numbers, durations and times that a text claims, and when a known one supports a claim. */
import { COUNTED, stem } from './lexicon.ts';

/** A number as a text shows it. */
export interface NumberClaim {
  readonly kind: 'number' | 'percent' | 'seconds';
  readonly value: number;
  /** The text shows a sign. */
  readonly isSigned: boolean;
  /** Stem of what it counts, as in `eleven times` or `3 other incidents`. */
  readonly of?: string;
}

const SMALL =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = ['', '', ...'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')];
const SCALES: Readonly<Record<string, number>> = {
  hundred: 1e2,
  thousand: 1e3,
  million: 1e6,
  billion: 1e9,
  trillion: 1e12,
  k: 1e3,
  K: 1e3,
  M: 1e6,
  bn: 1e9,
  B: 1e9,
};
const SECONDS: Readonly<Record<string, number>> = {
  millisecond: 0.001,
  msec: 0.001,
  ms: 0.001,
  second: 1,
  sec: 1,
  s: 1,
  minute: 60,
  min: 60,
  hour: 3_600,
  hr: 3_600,
  h: 3_600,
  day: 86_400,
  d: 86_400,
  week: 604_800,
  month: 2_629_800,
  year: 31_557_600,
};
const ORDINALS = 'second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth'.split(' ');
const MULTIPLES: Readonly<Record<string, number>> = {
  twice: 2,
  double: 2,
  doubled: 2,
  twofold: 2,
  thrice: 3,
  triple: 3,
  tripled: 3,
  threefold: 3,
  quadruple: 4,
  quadrupled: 4,
  fourfold: 4,
  tenfold: 10,
  half: 0.5,
  halved: 0.5,
  dozen: 12,
  dozens: 12,
};

/** `1,234.5`, `1.2e3`, `.5`, `1 234`, `1_000`; and no digits that belong to a name, as in `pump-7`. */
const FIGURE = String.raw`(?<![\p{L}\p{N}_]|[\p{L}_][-.:/#@])(?<sign>[-+−])?(?<figure>(?:\d{1,3}(?:[,_ ]\d{3})+|\d+)(?:\.\d+)?|\.\d+)(?:[eE](?<exponent>[-+]?\d+)|\s?[x×*]\s?10\^?(?<power>[-+]?\d+))?`;
const SCALE = String.raw`(?:\s?(?<scale>hundred|thousand|million|billion|trillion|bn)\b|(?<letter>[kKMB])(?![\p{L}\p{N}]))?`;
const UNIT = String.raw`(?:\s?(?<percent>%|percent\b|per cent\b)|[\s-]?(?<time>(?:millisecond|second|minute|hour|day|week|month|year|msec|sec|min|hr)s?|ms|s|h|d)(?![\p{L}\p{N}_]))?`;
/** What follows a number ends it: `7b-unit` is a name. */
const END = String.raw`(?:st|nd|rd|th|x)?(?![\p{L}\p{N}_])`;
const NUMBER = new RegExp(FIGURE + SCALE + UNIT + END, 'gu');
const WORDY = new RegExp(
  String.raw`\b(?:(?:${[...SMALL, ...TENS.slice(2), 'hundred', 'thousand', 'million', 'billion'].join('|')})(?:[\s-](?:and\s)?|\b))+`,
  'giu',
);

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
    return ' ';
  });
  claims.push(...spans.map(({ claim }) => claim));
  const rest = figures.replace(WORDY, (...found) => {
    const words: string = found[0];
    const at: number = found.at(-2);
    const value = wordsValue(words.trim().toLowerCase());
    // "one" alone is a pronoun more often than a number.
    if (value !== 1) {
      claims.push({ kind: 'number', value, isSigned: false, ...counted(at + words.length, figures) });
    }
    return ' ';
  });
  for (const word of rest.toLowerCase().match(/\p{L}+/gu) ?? []) {
    const multiple = MULTIPLES[word];
    if (multiple !== undefined) claims.push({ kind: 'number', value: multiple, isSigned: false });
  }
  for (const [, word = ''] of rest.matchAll(/\b(?:the|a|its|this)\s(\p{L}+)\s\p{L}/giu)) {
    const place = ORDINALS.indexOf(word.toLowerCase());
    if (place >= 0) claims.push({ kind: 'number', value: place + 2, isSigned: false });
  }
  return { claims, rest };
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

const secondsOf = (unit: string): number | undefined => SECONDS[unit] ?? SECONDS[unit.replace(/s$/, '')];

/** `two hundred and five` is 205. */
function wordsValue(words: string): number {
  let [total, part] = [0, 0];
  for (const word of words.split(/[\s-]+/)) {
    const scale = SCALES[word];
    if (scale === 100) part = Math.max(1, part) * scale;
    else if (scale !== undefined) [total, part] = [total + Math.max(1, part) * scale, 0];
    else part += Math.max(0, SMALL.indexOf(word), TENS.indexOf(word) * 10);
  }
  return total + part;
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
