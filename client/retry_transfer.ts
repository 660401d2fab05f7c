import { sleep } from "#protocol/sleep.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { TransferContext } from "./transfer_context.ts";

/** What decides whether and when a transfer is tried again. */
export interface RetryPlan {
  readonly context: TransferContext;
  readonly signal: AbortSignal | undefined;
  /** Bytes that are across so far; a try that adds some makes the earlier ones forgotten. */
  readonly doneBytes: () => number;
  /** Told before each wait. */
  readonly onWait: (waitMs: number, reason: SluiceError) => void;
}

/**
 * Runs a transfer until it succeeds, fails for good, or has failed too often in a row without any
 * progress. The waits double from try to try, with a jitter that keeps many clients apart.
 *
 * A server that was never reached is not waited for, unless the client was told to.
 *
 * @param plan How patient to be.
 * @param run One try.
 * @returns What the try that succeeded gave.
 * @throws The error of the last try, or the signal's reason.
 */
export async function retryTransfer<T>(plan: RetryPlan, run: () => Promise<T>): Promise<T> {
  const { pool, retry } = plan.context;
  let failures = 0;
  for (;;) {
    const doneBefore = plan.doneBytes();
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof SluiceError) || !error.isRetryable || plan.signal?.aborted) {
        throw error;
      }
      const isReached = pool.hasConnected || retry.waitsForServer;
      if (error.code === "unreachable" && !isReached) throw error;
      failures = plan.doneBytes() > doneBefore ? 1 : failures + 1;
      if (failures >= retry.attempts) throw error;
      const waitMs = waitBefore(failures, retry);
      plan.onWait(waitMs, error);
      await sleep(waitMs, plan.signal);
    }
  }
}

function waitBefore(
  retryNumber: number,
  retry: { readonly firstWaitMs: number; readonly mostWaitMs: number },
): number {
  const fullMs = Math.min(retry.mostWaitMs, retry.firstWaitMs * 2 ** (retryNumber - 1));
  return fullMs * (0.75 + Math.random() / 4);
}
