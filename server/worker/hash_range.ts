import type { Digester } from "#protocol/digest.ts";
import { FrameType } from "#protocol/frame.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { nextTurn } from "../next_turn.ts";
import { readFully } from "../storage/read_fully.ts";
import type { RequestContext } from "./request_context.ts";

const SLICE_BYTES = 1024 * 1024;
/** Slices between two looks at messages: some milliseconds of work. */
const SLICES_PER_TURN = 8;
const PROGRESS_EVERY_MS = 1_000;

let scratch: Uint8Array | undefined;

/**
 * Adds bytes of a file to a digester, telling the client now and then that it is not forgotten.
 *
 * @param context The request.
 * @param file Open file, positioned at the first byte to hash.
 * @param bytes How many.
 * @param digester Takes them.
 * @param act For messages.
 * @throws {SluiceError} `file_changed` when the file ends early.
 */
export async function hashRange(
  context: RequestContext,
  file: Deno.FsFile,
  bytes: number,
  digester: Digester,
  act: string,
): Promise<void> {
  scratch ??= new Uint8Array(SLICE_BYTES);
  let reportedMs = performance.now();
  let done = 0;
  for (let slice = 1; done < bytes; slice++) {
    const part = scratch.subarray(0, Math.min(SLICE_BYTES, bytes - done));
    if (readFully(file, part) < part.byteLength) {
      throw new SluiceError("file_changed", `Cannot ${act}: the file became shorter`);
    }
    digester.update(part);
    done += part.byteLength;
    if (slice % SLICES_PER_TURN !== 0) continue;
    context.history.showProgress(done, bytes);
    await nextTurn();
    context.signal.throwIfAborted();
    if (performance.now() - reportedMs < PROGRESS_EVERY_MS) continue;
    reportedMs = performance.now();
    const progress = { phase: "hashing", doneBytes: done, totalBytes: bytes };
    await context.outbox.control(FrameType.PROGRESS, context.requestId, progress);
    context.outbox.flush();
  }
}
