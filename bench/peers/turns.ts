/**
 * The order of turns in a round, from a Williams design: over `count` rounds each racer stands at each
 * place once, and behind each of the others about equally often. So what a program leaves to the next
 * one, memory above all, meets all of them.
 *
 * @param round From 0.
 * @param count Racers.
 * @returns Indices of the racers, in the order of their turns.
 */
export function turnsOf(round: number, count: number): number[] {
  // 0, 1, n-1, 2, n-2, …: each step has a length of its own, so that shifting it never repeats a neighbour.
  const zigzag = Array.from(
    { length: count },
    (_, place) => place % 2 === 1 ? (place + 1) / 2 : (count - place / 2) % count,
  );
  const shifted = zigzag.map((index) => (index + round) % count);
  // With an odd number of racers half of the neighbours appear only the other way round.
  return count % 2 === 1 && Math.floor(round / count) % 2 === 1 ? shifted.reverse() : shifted;
}
