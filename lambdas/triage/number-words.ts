/** Numbers and units of time as words. */

export const SMALL =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
export const TENS = ['', '', ...'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')];
export const SCALES: Readonly<Record<string, number>> = {
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
  fortnight: 1_209_600,
  month: 2_629_800,
  year: 31_557_600,
  decade: 315_576_000,
  century: 3_155_760_000,
};
/** From 2 on: `second` is the first. */
export const ORDINALS = 'second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth'.split(
  ' ',
);

/** `hour` and `hours` are 3,600. */
export const secondsOf = (unit: string): number | undefined =>
  SECONDS[unit] ?? SECONDS[unit.replace(/s$/, '')];

/** `two hundred and five` is 205; what is no number is 0. */
export function wordsValue(words: string): number {
  let [total, part] = [0, 0];
  for (const word of words.split(/[\s-]+/)) {
    const scale = SCALES[word];
    if (scale === 100) part = Math.max(1, part) * scale;
    else if (scale !== undefined) [total, part] = [total + Math.max(1, part) * scale, 0];
    else part += Math.max(0, SMALL.indexOf(word), TENS.indexOf(word) * 10);
  }
  return total + part;
}
