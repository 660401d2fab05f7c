/** Cells that no timer waits on now. */
const spare: Int32Array[] = [];

/**
 * Calls back after a while. The first `setTimeout` of a thread loads all of Node's timers, 1.9 MB and 5 ms for
 * each worker; this does without, at half the processor time of each wait. It does not keep a thread alive: that of
 * a worker is, by the messages that it waits for. The runtime keeps what was cancelled until its time has come, 0.6 kB
 * each: it is nothing for what is begun and cancelled all the time.
 *
 * @param ms Milliseconds; at least 1.
 * @param onTime Called once, unless it is cancelled.
 * @returns Cancels it; does nothing once its time has come.
 */
export function startTimer(ms: number, onTime: () => void): () => void {
  const cell = spare.pop() ?? new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  let isCancelled = false;
  const wait = Atomics.waitAsync(cell, 0, 0, Math.max(1, ms));
  void Promise.resolve(wait.value).then(() => {
    spare.push(cell);
    if (!isCancelled) onTime();
    isCancelled = true;
  });
  return () => {
    if (isCancelled) return;
    isCancelled = true;
    Atomics.notify(cell, 0);
  };
}

/**
 * Calls back again and again.
 *
 * @param everyMs Milliseconds from one call to the next; at least 1.
 * @param onTime Called each time.
 * @returns Ends it.
 */
export function startTicking(everyMs: number, onTime: () => void): () => void {
  let cancel = startTimer(everyMs, tick);
  function tick(): void {
    cancel = startTimer(everyMs, tick);
    onTime();
  }
  return () => cancel();
}

/**
 * Waits, as `protocol/sleep.ts` does.
 *
 * @param ms Milliseconds; at least 1.
 * @param signal Ends the wait early.
 * @throws The signal's reason when it is or becomes aborted.
 */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const cancel = startTimer(ms, () => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    });
    const onAbort = (): void => {
      cancel();
      reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
