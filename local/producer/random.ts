/** Random numbers that a seed repeats. */

export type Random = () => number;

/** Uniform numbers in [0, 1): a multiplicative congruential generator, plenty for test traffic. */
export function seededRandom(seed: number): Random {
  const modulus = 2_147_483_647;
  let state = (Math.abs(Math.trunc(seed)) % (modulus - 1)) + 1;
  const next = () => {
    state = (state * 48_271) % modulus;
    return (state - 1) / (modulus - 1);
  };
  // The first numbers of a small seed are small, too.
  for (let count = 0; count < 8; count++) next();
  return next;
}

/** One of the list. */
export function pick<T>(random: Random, list: readonly [T, ...T[]]): T {
  return list[Math.floor(random() * list.length)] ?? list[0];
}
