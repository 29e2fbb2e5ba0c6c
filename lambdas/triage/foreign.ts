/**
 * Words of others in an e-mail: names of entities, metrics and labels come from records, descriptions and notes from
 * people. They are shown as data: on one line, never as a link, and between quotation marks unless they are a plain name.
 */
import { escaped, oneLine, shorten } from './words.ts';

/** A name without spaces that nobody takes for a sentence. */
const PLAIN = /^[\p{L}\p{N}_][\p{L}\p{N}\p{M}_.:@/#+%$&=,*()-]*$/u;
const LONGEST_PLAIN = 200;
const MOST_PARTS = 6;
const LONGEST_QUOTED = 80;
/** A label may be as long as a record; nobody reads so far. */
const LONGEST_LOOKED_AT = 1_000;

/** An identifier as it is; anything that could be read as more, cut and in quotation marks. */
export function foreignName(text: string): string {
  if (text.length > LONGEST_LOOKED_AT) return foreignName(shorten(text, LONGEST_LOOKED_AT));
  const line = unlinked(oneLine(withoutMixedScripts(text), LONGEST_PLAIN));
  const parts = line.match(/\p{L}+/gu)?.length ?? 0;
  if (line === unlinked(text) && PLAIN.test(line) && parts <= MOST_PARTS) return line;
  return quoted(line, LONGEST_QUOTED);
}

/** A text of others, always in quotation marks; it cannot end them. */
export function quoted(text: string, length: number): string {
  const line = unlinked(oneLine(withoutMixedScripts(text), length));
  return `"${shorten(line, length).replace(/["“”„‟″＂]/gu, "'")}"`;
}

/** Nothing that an e-mail program makes a link of: `http://a.example/b` is `http[:]//a[.]example/b`. */
export function unlinked(text: string): string {
  return text
    .replace(/:\/\//g, '[:]//')
    .replace(/\b(www|javascript|data|mailto|tel|ftp|file|sms)([.:])/gi, '$1[$2]')
    .replace(/\.(?=[\p{L}\p{N}-]{2,}(?::\d+)?[/?#])/gu, '[.]')
    .replace(/@(?=[\p{L}\p{N}-]+\.)/gu, '[@]');
}

/** Letters of another script within a Latin word are there to deceive: they are written as their code points. */
function withoutMixedScripts(text: string): string {
  return text.replace(/[\p{L}\p{M}\p{N}]+/gu, (word) =>
    /\p{Script=Latin}/u.test(word)
      ? word.replace(/(?!\p{Script=Latin}|\p{Script=Common}|\p{Script=Inherited}|[µμ])\p{L}/gu, escaped)
      : word,
  );
}
