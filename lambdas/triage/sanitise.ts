/**
 * What a model is shown of the words of others. It cannot be made harmless by cleaning alone: the cleaning takes away what
 * ends a line, a quotation or a role, and what people cannot see; the rest is for ./vet.ts, which judges what comes back.
 */
import type { Fact } from './fact.ts';
import { oneLine, shorten } from './words.ts';

/** Characters of one fact that others wrote, and of one of ours. */
const LONGEST_FOREIGN = 300;
const LONGEST_OWN = 800;
/** A text that is longer is cut before it is cleaned. */
const LONGEST_LOOKED_AT = 4_000;
/** More facts are no incident that one looks at. */
const MOST_FACTS = 120;

/** The facts as a model gets them: cleaned, cut, and those that name something in prose among the untrusted. */
export function sanitise(facts: readonly Fact[]): readonly Fact[] {
  return facts.slice(0, MOST_FACTS).map((fact) => {
    const trusted = fact.trusted && fact.names.every((name) => !/\s/.test(name) && name.length <= 80);
    return { ...fact, trusted, text: cleaned(fact.text, trusted ? LONGEST_OWN : LONGEST_FOREIGN) };
  });
}

/** Text without what a model could take for the end of the data. */
export function cleaned(text: string, length: number): string {
  const seen = shorten(text, LONGEST_LOOKED_AT)
    // Full-width and other look-alikes of brackets, quotes and letters become the plain ones.
    .normalize('NFKC')
    .replace(/[\p{Zl}\p{Zp}\p{Cc}]/gu, ' ')
    // What cannot be seen: zero-width, bidirectional, tags, private use, variation selectors, heaps of accents.
    .replace(/[\p{Cf}\p{Co}\p{Cn}\p{Cs}]|[\u{fe00}-\u{fe0f}]/gu, '')
    .replace(/\p{M}{2,}/gu, '');
  const plain = seen
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/\S*/gi, '(link)')
    .replace(/\bwww\.\S*/gi, '(link)')
    .replace(/\b(?:javascript|data|mailto|tel|sms):\S*/gi, '(link)')
    .replace(/[A-Za-z0-9+/_-]{40,}={0,2}/g, '(data)')
    .replace(/["“”„«»‹›`´]/g, "'")
    .replace(/[<>{}[\]|\\^~*#⟨⟩〈〉《》「」『』【】]/g, ' ')
    .replace(/([-=_.])\1{2,}/g, '$1')
    .replace(/\b(system|assistant|user|human|developer|tool|instructions?|prompt|facts?|data)\s*:/gi, '$1 ');
  return shorten(oneLine(plain, plain.length + 1), length);
}
