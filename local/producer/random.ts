/** Random numbers that a seed repeats. */

export type Random = () => number;

/** Uniform numbers in [0, 1): a multiplicative congruential generator, plenty for test traffic. */
export function seededRandom(seed: number): Random {
  const modulus = 2_147_483_647;
  let state = (Math.abs(Math.trunc(seed)) % (modulus - 1)) + 1;
  return () => {
    state = (state * 48_271) % modulus;
    return (state - 1) / (modulus - 1);
  };
}

/** One of the list. */
export function pick<T>(random: Random, list: readonly [T, ...T[]]): T {
  return list[Math.floor(random() * list.length)] ?? list[0];
}

/** A number of the normal distribution with mean 0 and σ 1. */
export function gaussian(random: Random): number {
  // 1 − u, because the logarithm of 0 is not finite.
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A number of [least, most), spread evenly. */
export function between(random: Random, least: number, most: number): number {
  return least + random() * (most - least);
}

/** The list in another order. */
export function shuffled<T>(random: Random, list: readonly T[]): T[] {
  return list
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
