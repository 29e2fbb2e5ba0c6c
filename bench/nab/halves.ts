/** Seeded halvings of a set of series, each folder split as evenly as it can be. */
import { posix } from 'node:path';

/** One half to calibrate on, the other to judge by. */
export interface Halving {
  readonly training: readonly string[];
  readonly judged: readonly string[];
}

/** `count` random halvings, each used both ways round. */
export function halvings(names: readonly string[], count: number, seed = 1): readonly Halving[] {
  const random = mulberry32(seed);
  const sorted = [...names].sort();
  const folders = [...new Set(sorted.map((name) => posix.dirname(name)))];
  return Array.from({ length: count }, () => {
    const one: string[] = [];
    const other: string[] = [];
    for (const folder of folders) {
      const members = sorted.filter((name) => posix.dirname(name) === folder);
      const extra = members.length % 2 === 1 && random() < 0.5 ? 1 : 0;
      const shuffled = shuffle(members, random);
      one.push(...shuffled.slice(0, Math.floor(members.length / 2) + extra));
      other.push(...shuffled.slice(Math.floor(members.length / 2) + extra));
    }
    return [
      { training: one, judged: other },
      { training: other, judged: one },
    ];
  }).flat();
}

function shuffle(names: readonly string[], random: () => number): readonly string[] {
  const shuffled = [...names];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const chosen = Math.floor(random() * (last + 1));
    const held = shuffled[last] ?? '';
    shuffled[last] = shuffled[chosen] ?? '';
    shuffled[chosen] = held;
  }
  return shuffled;
}

/** A small generator of numbers in [0, 1) that gives the same ones for the same seed. */
export function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
