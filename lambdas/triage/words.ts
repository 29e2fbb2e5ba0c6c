/** Numbers, times, spans and foreign text as people read them. */

const grouped = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat('en-US', options);
const whole = grouped({ maximumFractionDigits: 0 });
const large = grouped({ maximumFractionDigits: 2 });
const small = grouped({ maximumSignificantDigits: 4 });
const exact = grouped({ maximumSignificantDigits: 17 });

/** Thousands separators; whole numbers in full, others to four digits or two decimals; the very large and very small in powers of ten. */
export function number(value: number): string {
  if (!isPlain(value)) return value.toExponential(3).replace(/\.?0+e/, 'e');
  if (Number.isInteger(value)) return whole.format(value);
  return Math.abs(value) >= 1_000 ? large.format(value) : small.format(value);
}

/** Can be read without a power of ten. */
function isPlain(value: number): boolean {
  const size = Math.abs(value);
  return size === 0 || (size >= 1e-6 && size < 1e15);
}

/** The value beside others: with all its digits where fewer would make it look like one that it is not. */
export function numberBeside(value: number, others: readonly number[]): string {
  const text = number(value);
  const isAmbiguous = others.some((other) => other !== value && number(other) === text);
  if (!isAmbiguous) return text;
  return isPlain(value) ? exact.format(value) : String(value);
}

/** `2026-01-31 04:05:06 UTC` */
export function instant(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

const UNITS = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1_000 },
] as const;

/** The two largest units: `2 d 3 h`, `4 min 5 s`, `12 s`; below half a second `less than 1 s`. */
export function span(ms: number): string {
  let rest = Math.max(0, Math.round(ms / 1_000) * 1_000);
  const parts: string[] = [];
  for (const unit of UNITS) {
    const count = Math.floor(rest / unit.ms);
    rest -= count * unit.ms;
    if (count > 0) parts.push(`${count} ${unit.name}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? 'less than 1 s' : parts.join(' ');
}

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth'];

/** `third`, `12th`. @param place from 1 */
export function ordinal(place: number): string {
  const suffix = { one: 'st', two: 'nd', few: 'rd', other: 'th', many: 'th', zero: 'th' };
  const rule = new Intl.PluralRules('en-US', { type: 'ordinal' }).select(place);
  return ORDINALS[place - 1] ?? `${place}${suffix[rule]}`;
}

const BARS = '▁▂▃▄▅▆▇█';

/** One bar a value, lowest to highest: block characters have one width in proportional fonts, too. */
export function sparkline(values: readonly number[]): string {
  const low = Math.min(...values);
  // Halves: the difference of two doubles may be larger than the largest double.
  const range = Math.max(...values) / 2 - low / 2;
  return values
    .map((value) => {
      const share = range === 0 ? 0 : (value / 2 - low / 2) / range;
      return BARS[Math.round(share * (BARS.length - 1))];
    })
    .join('');
}

/** Letters that no accent's removal makes ASCII. */
const SPELT: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  Æ: 'AE',
  ø: 'o',
  Ø: 'O',
  œ: 'oe',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  µ: 'u',
  '–': '-',
  '—': '-',
  '’': "'",
};

/** Printable ASCII: accents are dropped, what has no counterpart is written as its code point, `\u65e5`. */
export function ascii(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]/gu, (character) => SPELT[character] ?? escaped(character));
}

/** Text of others on one line, at most `length` characters: nothing in it can look like a line of ours. */
export function oneLine(text: string, length = 200): string {
  const line = text
    .replace(/\s+/g, ' ')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escaped)
    .trim();
  return shorten(line, length);
}

/** A character as its code point: `\\u202e`. */
export function escaped(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}

/** Cuts the middle of a text that is longer than `length` characters: both ends tell more. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const kept = Math.max(0, length - 2);
  return `${text.slice(0, Math.ceil(kept / 2))}..${text.slice(text.length - Math.floor(kept / 2))}`;
}
