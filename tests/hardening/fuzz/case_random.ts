import { SeededRandom } from "#tests/support/seeded_random.ts";

/**
 * Random numbers of one case: the same for the same seed and number, whatever ran before it.
 *
 * @param seed Seed of the whole run.
 * @param number Number of the case.
 */
export function caseRandom(seed: number, number: number): SeededRandom {
  return new SeededRandom(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
}

/** One of several. */
export function pick<T>(random: SeededRandom, from: readonly T[]): T {
  return from[random.between(0, from.length)] as T;
}

/** True once in so many times. */
export function oneIn(random: SeededRandom, times: number): boolean {
  return random.between(0, times) === 0;
}
