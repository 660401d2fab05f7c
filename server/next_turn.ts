/**
 * Lets pending messages and timers have their turn; for what computes for long.
 *
 * Loaded when somebody first needs it: all of Node's layer comes with it, 2 MB and some milliseconds
 * for each worker. It is part of the runtime, so that nothing is read from the disk then.
 */
export async function nextTurn(): Promise<void> {
  const { setImmediate } = await import("node:timers");
  await new Promise<void>((resolve) => void setImmediate(() => resolve()));
}
