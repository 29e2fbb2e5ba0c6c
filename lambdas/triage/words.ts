/** Numbers, times and spans as people read them. */

const plain = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 6 });

/** Six significant digits and thousands separators; very large and very small numbers in powers of ten. */
export function number(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e15 || size < 1e-6)) return value.toExponential(5).replace(/\.?0+e/, 'e');
  return plain.format(value);
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

/** The two largest units: `2 d 3 h`, `4 min 5 s`, `12 s`; below a second `less than 1 s`. */
export function span(ms: number): string {
  let rest = Math.max(0, ms);
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

const BARS = '▁▂▃▄▅▆▇█';

/** One bar a value, lowest to highest: block characters have one width in proportional fonts, too. */
export function sparkline(values: readonly number[]): string {
  const low = Math.min(...values);
  const high = Math.max(...values);
  return values
    .map((value) => {
      const share = high === low ? 0 : (value - low) / (high - low);
      return BARS[Math.round(share * (BARS.length - 1))];
    })
    .join('');
}

/** Printable ASCII: accents are dropped, what has no counterpart becomes `?`. */
export function ascii(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]/gu, '?');
}

/** Cuts the middle of a text that is longer than `length` characters: both ends tell more. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const kept = Math.max(0, length - 2);
  return `${text.slice(0, Math.ceil(kept / 2))}..${text.slice(text.length - Math.floor(kept / 2))}`;
}
