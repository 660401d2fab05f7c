/**
 * Works through cases, some at a time.
 *
 * @param cases What to work through.
 * @param work What to do with each.
 * @param lanes How many at a time. @default 2, as many as the smallest machine has cores
 */
export async function inLanes<T>(
  cases: readonly T[],
  work: (one: T) => Promise<void>,
  lanes = 2,
): Promise<void> {
  const waiting = [...cases].reverse();
  const lane = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await work(next);
  };
  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}
