/** What sentences may stand on: the numbers, names, times and words of an incident's facts. */
import type { Fact } from './fact.ts';
import { stem } from './lexicon.ts';
import { isNumber, type NumberClaim, numbersIn } from './numbers.ts';

/** One fact's numbers, and what kind its text makes them. */
interface Figures {
  readonly numbers: readonly number[];
  readonly isPercent: boolean;
  /** Units of time stand in the text: the numbers may be seconds, minutes … of it. */
  readonly isTime: boolean;
  /** Stems of the text's words: a count must count one of them. */
  readonly stems: ReadonlySet<string>;
}

export interface Grounds {
  readonly ids: ReadonlySet<string>;
  readonly figures: readonly Figures[];
  /** In seconds, as the texts write them. */
  readonly durations: readonly number[];
  /** `2026-03-01`. */
  readonly dates: ReadonlySet<string>;
  /** `02:58:01`. */
  readonly clocks: readonly string[];
  /** Whole names, lower case, the longest first. */
  readonly names: readonly string[];
  /** Stems of all words of texts and names. */
  readonly stems: ReadonlySet<string>;
  /** Stems of the words that our own code or a rule wrote. */
  readonly trustedStems: ReadonlySet<string>;
  /** The words of others, a text each. */
  readonly foreign: readonly string[];
  readonly own: readonly string[];
}

/** A longer name is prose, and prose is nobody's name. */
const LONGEST_NAME = 80;
const MOST_WORDS = 4;

const DATE = /\b\d{4}-\d\d-\d\d\b/g;
const CLOCK = /(?<![\d:])\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?/g;
export const MONTHS =
  'january february march april may june july august september october november december'.split(' ');
const DAYS = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ');

export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/\p{L}+/gu) ?? [];
}

/** All that the facts hold. */
export function groundsOf(facts: readonly Fact[]): Grounds {
  const texts = facts.map(({ text }) => text);
  const all = texts.join('\n');
  const dates = new Set(all.match(DATE) ?? []);
  const names = facts
    .flatMap((fact) => fact.names)
    .filter(
      (name) => name.length > 1 && name.length <= LONGEST_NAME && name.split(/\s+/).length <= MOST_WORDS,
    )
    .map((name) => name.toLowerCase())
    .sort((one, other) => other.length - one.length);
  const stemsOf = (of: readonly string[]) => new Set(of.flatMap(wordsOf).map(stem));
  const trusted = facts.filter((fact) => fact.trusted).map(({ text }) => text);
  return {
    ids: new Set(facts.map(({ id }) => id)),
    figures: facts.map(({ numbers, text }) => ({
      numbers,
      isPercent: /%|percent/i.test(text),
      isTime: numbersIn(text).claims.some(({ kind }) => kind === 'seconds'),
      stems: stemsOf([text]),
    })),
    durations: texts.flatMap((text) =>
      numbersIn(text)
        .claims.filter(({ kind }) => kind === 'seconds')
        .map(({ value }) => value),
    ),
    dates,
    clocks: (
      all
        .replace(DATE, (date) => `${date} `)
        .replace(/(\d)T(\d\d:)/g, '$1 $2')
        .match(CLOCK) ?? []
    ).map((clock) => clock.padStart(5, '0')),
    names: [...new Set(names)],
    stems: stemsOf([...texts, ...names, ...[...dates].flatMap(dayNames)]),
    trustedStems: stemsOf(trusted),
    foreign: facts.filter((fact) => !fact.trusted).map(({ text }) => text),
    own: trusted,
  };
}

/** A date's month and day of the week in words. */
function dayNames(date: string): string[] {
  const day = new Date(`${date}T00:00:00Z`);
  return [MONTHS[day.getUTCMonth()] ?? '', DAYS[(day.getUTCDay() + 6) % 7] ?? ''];
}

const UNIT_SECONDS = [0.001, 1, 60, 3_600, 86_400];

/**
 * Whether a fact holds the number. A percentage may be a share of 1 and the other way round where the fact speaks of
 * percent. A duration may be written in another unit than the fact's.
 */
export function holdsNumber(
  { figures: all, durations }: Grounds,
  { kind, value, isSigned, of }: NumberClaim,
): boolean {
  // Eleven readings are not eleven incidents.
  const figures = of === undefined ? all : all.filter(({ stems }) => stems.has(of));
  const isAny = (known: readonly number[], said: number) =>
    known.some((each) => isNumber(said, each, isSigned));
  if (kind === 'seconds') {
    if (isAny(durations, value)) return true;
    return figures.some(
      ({ numbers, isTime }) =>
        isTime && numbers.some((each) => UNIT_SECONDS.some((unit) => isNumber(value, each * unit, isSigned))),
    );
  }
  if (kind === 'percent')
    return figures.some(({ numbers }) => isAny(numbers, value) || isAny(numbers, value / 100));
  return figures.some(
    ({ numbers, isPercent }) => isAny(numbers, value) || (isPercent && isAny(numbers, value * 100)),
  );
}

/**
 * Takes dates, times of day and days of a month out of a sentence.
 * @returns the sentence without them, and whether the facts hold them all
 */
export function withoutTimes(
  sentence: string,
  { dates, clocks }: Grounds,
): { readonly rest: string; readonly areHeld: boolean } {
  let areHeld = true;
  const hold = (isHeld: boolean) => {
    areHeld = areHeld && isHeld;
    return ' ';
  };
  const month = MONTHS.map((name) => `${name}|${name.slice(0, 3)}`).join('|');
  const monthOf = (name: string) =>
    MONTHS.findIndex((each) => each.startsWith(name.toLowerCase().slice(0, 3))) + 1;
  const isDay = (name: string, day: string) =>
    [...dates].some(
      (date) => Number(date.slice(5, 7)) === monthOf(name) && Number(date.slice(8)) === Number(day),
    );
  const rest = sentence
    .replace(/(\d)T(\d\d:)/g, '$1 $2')
    .replace(DATE, (date) => hold(dates.has(date)))
    .replace(new RegExp(`\\b(${month})\\.?\\s(\\d{1,2})(st|nd|rd|th)?\\b(?!:)`, 'gi'), (_, name, day) =>
      hold(isDay(name, day)),
    )
    .replace(
      new RegExp(`\\b(\\d{1,2})(st|nd|rd|th)?\\s(of\\s)?(${month})\\b`, 'gi'),
      (_, day, __, ___, name) => hold(isDay(name, day)),
    )
    .replace(/(?<![\d:])(\d{1,2}:\d\d(?::\d\d)?)(?:\.\d+)?\s?Z?(?![\d:])/g, (_, clock: string) =>
      hold(
        clocks.some((known) =>
          known.startsWith(clock.padStart(5, '0').length === clock.length ? clock : `0${clock}`),
        ),
      ),
    );
  return { rest, areHeld };
}
