/** Longest that a test waits for one event; far above what any takes on a machine that is slow and busy. */
export const EVENT_DEADLINE_MS = 180_000;

/**
 * Waits for an event of another process or of the network, but not for ever.
 *
 * @param event What is waited for.
 * @param what Its name, for the failure's message.
 * @param deadlineMs How long.
 * @returns The event's value.
 * @throws {Error} When it has not come in time.
 */
export async function withDeadline<T>(
  event: Promise<T>,
  what: string,
  deadlineMs: number = EVENT_DEADLINE_MS,
): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new Error(`Waited ${deadlineMs} ms in vain for ${what}`));
  }, deadlineMs);
  try {
    return await Promise.race([event, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
