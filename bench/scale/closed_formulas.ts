/**
 * Mean time in an M/M/1 queue, and in a shared processor (M/G/1-PS), whatever the spread of the work.
 *
 * @param perSecond Arrivals per second.
 * @param workS Mean seconds of work of each.
 * @returns Seconds from arrival to end; infinite when there is more work than time.
 */
export function singleServerS(perSecond: number, workS: number): number {
  const use = perSecond * workS;
  return use < 1 ? workS / (1 - use) : Number.POSITIVE_INFINITY;
}

/**
 * Mean wait in an M/M/c queue (Erlang C).
 *
 * @param perSecond Arrivals per second.
 * @param workS Mean seconds of work of each.
 * @param servers How many serve at the same time.
 * @returns Seconds from arrival to the begin of the work; infinite when there is more work than time.
 */
export function manyServersWaitS(perSecond: number, workS: number, servers: number): number {
  const offered = perSecond * workS;
  if (offered >= servers) return Number.POSITIVE_INFINITY;
  // Erlang B by its recursion, which does not overflow; C follows from it.
  let blocked = 1;
  for (let count = 1; count <= servers; count++) {
    blocked = (offered * blocked) / (count + offered * blocked);
  }
  const waits = blocked / (1 - (offered / servers) * (1 - blocked));
  return (waits * workS) / (servers - offered);
}
