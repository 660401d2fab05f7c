import { FrameType } from "#protocol/frame.ts";
import { fromOsError } from "../storage/os_error.ts";
import type { RequestContext } from "./request_context.ts";
import { startTicking } from "./timer.ts";

const PROGRESS_EVERY_MS = 2_000;

/**
 * Waits for the disk, telling the client now and then that it is not forgotten.
 *
 * @param context The request.
 * @param sizeBytes Bytes that are made durable.
 * @param sync Waits for the disk.
 * @param act For messages.
 * @throws {SluiceError} `disk_full` and what else the disk may answer.
 */
export async function withSyncProgress(
  context: RequestContext,
  sizeBytes: number,
  sync: () => Promise<void>,
  act = "publish",
): Promise<void> {
  const { outbox, requestId, tally } = context;
  const startedMs = performance.now();
  const endProgress = startTicking(PROGRESS_EVERY_MS, () => {
    const payload = { phase: "syncing", doneBytes: sizeBytes, totalBytes: sizeBytes };
    void outbox.control(FrameType.PROGRESS, requestId, payload).then(() => outbox.flush());
  });
  try {
    await sync();
  } catch (error) {
    throw fromOsError(error, act);
  } finally {
    endProgress();
    tally.addTime("sync", (performance.now() - startedMs) / 1000);
  }
}
