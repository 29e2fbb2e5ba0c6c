/**
 * Does the evidence hold what a sentence says? Pure, and without a model: numbers, names, times, cited ids, and the words
 * for things and events. docs/triage.md gives the rules in words; what it cannot judge is whether a cause is the cause.
 */
import { type Grounds, holdsNumber, withoutTimes, wordsOf } from './grounds.ts';
import { FUNCTION_WORDS, IMPERATIVES, OBSERVING, PLAIN, stem, THINGS } from './lexicon.ts';
import { numbersIn } from './numbers.ts';

/** Why a sentence is left out. */
export type Untruth = 'number' | 'time' | 'name' | 'citation' | 'thing' | 'unknown-words';

/** How a sentence is meant. A statement claims; a step looks at things; a gap says what is not known. */
export type Mood = 'statement' | 'step' | 'gap';

/** One word in so many may be neither plain nor the evidence's. */
const UNKNOWN_SHARE = 5;
/** Names that anybody may use. */
const COMMON = new Set(['utc', 'ok', 'confirmed', 'likely', 'inconclusive', 'false', 'positive']);

/** Sentences of a text, without the space around them. A point within a number or a name ends none. */
export function sentencesOf(text: string): string[] {
  return text
    .replace(/\s+/g, ' ')
    .split(/(?<=[.!?]["'”’)\]]*)\s+(?=["'“‘([]*[\p{Lu}\p{N}])/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}

/** What the evidence does not hold of a sentence, or undefined. */
export function untruthOf(sentence: string, grounds: Grounds, mood: Mood = 'statement'): Untruth | undefined {
  const cited = withoutCitations(sentence, grounds);
  if (!cited.areHeld) return 'citation';
  // Digits of other scripts would pass for letters.
  if (/(?![0-9])\p{Nd}|\p{No}|\p{Nl}/u.test(cited.rest)) return 'number';
  const named = withoutNames(cited.rest, grounds);
  const timed = withoutTimes(named, grounds);
  if (!timed.areHeld) return 'time';
  const { claims, rest } = numbersIn(timed.rest);
  if (claims.some((claim) => !holdsNumber(grounds, claim))) return 'number';
  if (namesIn(rest).some((name) => !isHeld(name, grounds))) return 'name';
  return wordsFault(rest, grounds, mood);
}

/** `[value]` and `(value, history.2)` cite facts; other brackets are part of the sentence. */
function withoutCitations(
  sentence: string,
  { ids }: Grounds,
): { readonly rest: string; readonly areHeld: boolean } {
  let areHeld = true;
  const rest = sentence.replace(/[[(]([^[\]()]{1,200})[\])]/g, (whole, inside: string) => {
    const parts = inside.split(/[,;\s]+/).filter((part) => part !== '');
    const known = parts.filter((part) => ids.has(part)).length;
    if (known === parts.length) return ' ';
    const looksCited =
      whole.startsWith('[') || known > 0 || parts.every((part) => /^[a-z]+\.\d+$/.test(part));
    if (looksCited) areHeld = false;
    return whole;
  });
  return { rest, areHeld };
}

/** Names of the facts become nothing, the longest first, so that a digit in a name is no number. */
function withoutNames(sentence: string, { names }: Grounds): string {
  let rest = sentence;
  for (const name of names) {
    const pattern = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    rest = rest.replace(
      new RegExp(`(?<![\\p{L}\\p{N}_-])${pattern}(?![\\p{L}\\p{N}_]|-[\\p{L}\\p{N}])`, 'giu'),
      ' ',
    );
  }
  return rest;
}

/** Words that look like a name: marks or digits inside, capitals inside or alone, a capital that no sentence begins with. */
function namesIn(text: string): string[] {
  const tokens = [...text.matchAll(/[\p{L}\p{N}_](?:[\p{L}\p{N}_.:/@#'’-]*[\p{L}\p{N}_])?/gu)];
  return tokens.flatMap(([raw], index) => {
    const token = raw.replace(/['’]s?$/, '');
    const isFirst = index === 0;
    const isMarked = /[_.:/@#]|-\p{N}|\p{L}\p{N}|\p{N}\p{L}|\p{Ll}\p{Lu}/u.test(token);
    const isCapital =
      /^\p{Lu}\p{Lu}+$/u.test(token) || (/^\p{Lu}/u.test(token) && token.length > 1 && !isFirst);
    // A first word is a name unless it is a word.
    const isStrange = isFirst && /^\p{Lu}/u.test(token) && !wordsOf(token).every(isWord);
    const isJoined = token.includes('-') && !token.split('-').every((part) => part === '' || isWord(part));
    return isMarked || isCapital || isStrange || isJoined ? [token] : [];
  });
}

const isWord = (word: string): boolean =>
  word.length <= 2 ||
  PLAIN.has(stem(word)) ||
  THINGS.has(stem(word)) ||
  IMPERATIVES.has(word) ||
  OBSERVING.has(word);

/** A part of a known name will do where it is letters only: `CPU` of `cpu_percent`, and not `pump-8` of `pump-7`. */
function isHeld(name: string, { stems }: Grounds): boolean {
  const lower = name.toLowerCase();
  if (COMMON.has(lower)) return true;
  return (
    /^[\p{L}'’-]+$/u.test(name) && wordsOf(name).every((word) => word.length === 1 || stems.has(stem(word)))
  );
}

/** A gap or a step names things without claiming them. */
function wordsFault(text: string, { stems }: Grounds, mood: Mood): Untruth | undefined {
  const isFree = (word: string) =>
    word.length <= 2 ||
    word.endsWith('ly') ||
    FUNCTION_WORDS.has(word) ||
    (mood === 'step' && OBSERVING.has(word));
  const words = wordsOf(text).filter((word) => !isFree(word));
  const strange = words.map(stem).filter((root) => !PLAIN.has(root) && !stems.has(root));
  const things = strange.filter((root) => THINGS.has(root));
  if (mood === 'statement' && things.length > 0) return 'thing';
  const unknown = strange.length - things.length;
  const most = mood === 'statement' ? words.length / UNKNOWN_SHARE : words.length / 2;
  return unknown > most ? 'unknown-words' : undefined;
}
