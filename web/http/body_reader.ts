import { SluiceError } from "#protocol/sluice_error.ts";
import { IdleWatch } from "./idle_watch.ts";

/**
 * Reads the body of a request, which must not be silent for too long.
 *
 * @param body The body; `null` for none.
 * @param idleMs Longest silence.
 * @returns Its chunks.
 * @throws {SluiceError} `timeout` for silence, `cancelled` when the sender went away.
 */
export async function* readBody(
  body: ReadableStream<Uint8Array> | null,
  idleMs: number,
): AsyncGenerator<Uint8Array, void, void> {
  if (body === null) return;
  const reader = body.getReader();
  // The read that is waiting ends then, and its reader learns why below.
  using watch = new IdleWatch(idleMs, () => void reader.cancel().catch(() => {}));
  try {
    for (;;) {
      watch.waits();
      const { done, value } = await reader.read();
      watch.heard();
      if (watch.error !== undefined) throw watch.error;
      if (done) return;
      yield value;
    }
  } catch (error) {
    if (error instanceof SluiceError) throw error;
    throw watch.error ?? cutOff(error);
  } finally {
    // What is left when the sender went away, or nobody wants the rest.
    await reader.cancel().catch(() => {});
    reader.releaseLock();
  }
}

/** The error of a request whose sender went away. */
export function cutOff(cause: unknown): SluiceError {
  const message = "Cannot read the body: the request was cut off";
  return new SluiceError("cancelled", message, { cause });
}
