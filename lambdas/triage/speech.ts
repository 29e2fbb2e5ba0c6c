/**
 * May a model say this sentence to staff, true or not? Telemetry may have told it what to say. So its sentences are plain
 * statements in English, without links and markup; they give no orders, do not talk of alerting itself, and repeat no text
 * of others at length. docs/triage.md gives the rules in words.
 */
import type { Grounds } from './grounds.ts';
import { wordsOf } from './grounds.ts';
import { COMMAND_PHRASES, COMMANDS, FUNCTION_WORDS, IMPERATIVES, OBSERVING, stem } from './lexicon.ts';
import type { Mood } from './truth.ts';

/** Why a sentence may not be said. */
export type Offence =
  | 'length'
  | 'markup'
  | 'link'
  | 'script'
  | 'order'
  | 'command'
  | 'repetition'
  | 'language'
  | 'mood';

const LONGEST = 320;
/** So many words in a row of a text of others are a quotation, and quoting is not the model's work. */
const QUOTATION = 8;

const READER = /\b(you|your|yours|yourself|please|kindly|let's|let us|dear|attention|we|our|us|i|me|my)\b/i;
const OBLIGATION =
  /\b(must|ought|shall|need(s|ed)? to|ha(s|ve) to|required? to|recommend\w*|advis(e|es|ed|able)|instruct\w*|urge[sd]?|should(?! (be|lie|stay|have been) ))\b/i;
const LINK =
  /[a-z][a-z0-9+.-]*:\/\/|\bwww\.|\b(javascript|data|mailto|tel|sms):|[\p{L}\p{N}-]+\.[\p{L}]{2,}[/?#]|@[\p{L}\p{N}-]+\./iu;
const MARKUP = /[<>`*|{}\\^~]|!?\[[^\]]*\]\(|&[a-z0-9#]+;|^\s*(#|>|-|\d+\.)\s|__/i;
const NOT_KNOWING =
  /\b(not|no|unknown|unclear|whether|missing|without|cannot|lacks?|lacking|absent|unavailable|nothing|none|why|how|which|what)\b/i;

/** Why the sentence may not be said, or undefined. @param knownLinks may stand as they are */
export function offenceOf(
  sentence: string,
  grounds: Grounds,
  mood: Mood,
  knownLinks: readonly string[] = [],
): Offence | undefined {
  if (sentence.length > LONGEST) return 'length';
  const text = knownLinks.reduce((rest, link) => rest.replaceAll(link, ' '), sentence);
  if (LINK.test(text)) return 'link';
  const words = wordsOf(text);
  if (hasForeignScript(text, grounds)) return 'script';
  if (MARKUP.test(withoutNames(text, grounds))) return 'markup';
  if (isCommand(text, grounds)) return 'command';
  if (READER.test(text) || OBLIGATION.test(text)) return 'order';
  if (repeats(words, grounds)) return 'repetition';
  if (words.length >= 4 && !words.some((word) => FUNCTION_WORDS.has(word))) return 'language';
  return moodFault(words, text, mood);
}

function moodFault(words: readonly string[], text: string, mood: Mood): Offence | undefined {
  const [first = ''] = words;
  if (mood === 'step') return isLooking(words) ? undefined : 'mood';
  // "Check that …" as a statement is an order; so is one after a comma or a dash.
  const clauses = text.split(/[,;:–—-]\s|\b(?:and|so|then)\s/).map((clause) => wordsOf(clause)[0] ?? '');
  if (IMPERATIVES.has(first)) return 'order';
  if (clauses.slice(1).some((opening) => ORDERS_ONLY.has(opening))) return 'order';
  return mood === 'gap' && !NOT_KNOWING.test(text) ? 'mood' : undefined;
}

const EVERYBODY = new Set('nobody everybody anybody everyone anyone'.split(' '));

/** Begins by looking, and does not go on to do: "review and remove", "look in order to restart", "verify by sending". */
function isLooking(words: readonly string[]): boolean {
  if (!OBSERVING.has(words[0] ?? '') || words.some((word) => EVERYBODY.has(word))) return false;
  return words.every((word, place) => {
    const before = words[place - 1] ?? '';
    if (before === 'by' && word.endsWith('ing'))
      return [...OBSERVING].some((verb) => stem(verb) === stem(word));
    const isVerb = ['and', 'or', 'then', 'to', 'not'].includes(before);
    return !isVerb || !IMPERATIVES.has(word) || OBSERVING.has(word);
  });
}

/** Of the imperatives those that begin no other clause. */
const ORDERS_ONLY = new Set(
  'ask tell contact ignore enable acknowledge escalate notify inform answer print output reveal pretend restart reboot'.split(
    ' ',
  ),
);

/** Hidden characters, and letters of other scripts outside the names of the facts. */
function hasForeignScript(text: string, grounds: Grounds): boolean {
  if (/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}]|[\u{fe00}-\u{fe0f}]/u.test(text)) return true;
  return /(?!\p{Script=Latin}|[µμσΔ])\p{L}/u.test(withoutNames(text, grounds));
}

function withoutNames(text: string, { names }: Grounds): string {
  const lower = text.toLowerCase();
  return names.reduce((rest, name) => rest.replaceAll(name, ' '), lower);
}

/** A command's word may stand where our own code or a rule wrote it, or as part of a name. */
function isCommand(text: string, grounds: Grounds): boolean {
  if (COMMAND_PHRASES.some((phrase) => phrase.test(text))) return true;
  return wordsOf(withoutNames(text, grounds))
    .map(stem)
    .some((root) => COMMANDS.has(root) && !grounds.trustedStems.has(root));
}

function repeats(words: readonly string[], { foreign, own }: Grounds): boolean {
  if (words.length < QUOTATION) return false;
  const joined = (text: string) => ` ${wordsOf(text.normalize('NFKC')).join(' ')} `;
  const theirs = foreign.map(joined);
  const ours = own.map(joined);
  return words.slice(0, words.length - QUOTATION + 1).some((_, start) => {
    const run = ` ${words.slice(start, start + QUOTATION).join(' ')} `;
    return theirs.some((text) => text.includes(run)) && !ours.some((text) => text.includes(run));
  });
}
