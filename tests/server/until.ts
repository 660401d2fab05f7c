import { EVENT_DEADLINE_MS } from "#tests/support/deadline.ts";
import { sleep } from "#protocol/sleep.ts";

const LOOK_EVERY_MS = 5;

/**
 * Waits for a state that nobody announces, such as a counter of the server.
 *
 * @param holds Whether the state is there.
 * @param what Its name, for the failure's message.
 * @throws {Error} When it does not come in time.
 */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
): Promise<void> {
  const deadline = performance.now() + EVENT_DEADLINE_MS;
  while (!await holds()) {
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${what}`);
    await sleep(LOOK_EVERY_MS);
  }
}
