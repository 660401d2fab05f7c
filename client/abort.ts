import { SluiceError } from "#protocol/sluice_error.ts";

/**
 * Calls a function when a signal aborts, at once when it has aborted already.
 *
 * @param signal Signal to watch, if any.
 * @param react Called at most once.
 * @returns Stops watching when disposed.
 */
export function onAbort(signal: AbortSignal | undefined, react: () => void): Disposable {
  if (signal?.aborted) react();
  else signal?.addEventListener("abort", react, { once: true });
  return { [Symbol.dispose]: (): void => signal?.removeEventListener("abort", react) };
}

/**
 * Makes the error of a call that its caller ended.
 *
 * @param act What was under way, e.g. `upload "a.txt"`.
 * @param signal The signal that aborted; its reason becomes the cause.
 * @returns An error with code `cancelled`.
 */
export function cancelledError(act: string, signal?: AbortSignal): SluiceError {
  return new SluiceError("cancelled", `Cannot ${act}: it was cancelled`, {
    cause: signal?.reason,
  });
}

/**
 * Throws when a signal has aborted.
 *
 * @param signal Signal to look at, if any.
 * @param act What is under way, e.g. `upload "a.txt"`.
 * @throws {SluiceError} `cancelled`.
 */
export function throwIfAborted(signal: AbortSignal | undefined, act: string): void {
  if (signal?.aborted) throw cancelledError(act, signal);
}
