import { FrameType } from "#protocol/frame.ts";
import type { FrameView } from "#protocol/frame_reader.ts";
import { SluiceError } from "#protocol/sluice_error.ts";

/** Frames that begin a request which a worker serves. */
export const BEGINNINGS: ReadonlySet<number> = new Set([
  FrameType.LIST,
  FrameType.STAT,
  FrameType.GET,
  FrameType.PUT,
  FrameType.RENAME,
  FrameType.DELETE,
  FrameType.MKDIR,
  FrameType.FIND,
  FrameType.CHECKSUM,
  FrameType.HISTORY,
  FrameType.TRASH,
  FrameType.RESTORE,
  FrameType.EMPTY_TRASH,
  FrameType.ARCHIVE,
  FrameType.PUBLISH,
]);

/** All frames that go to a worker: those that begin a request, go on with one, or end it. */
const WORKER_FRAMES: ReadonlySet<number> = new Set([
  ...BEGINNINGS,
  FrameType.COMMIT,
  FrameType.ABORT,
  FrameType.CANCEL,
  FrameType.DATA,
  FrameType.PACKED,
]);

/**
 * Refuses a frame that no worker serves.
 *
 * @param frame A frame of the client.
 * @throws {SluiceError} `protocol_error` when a client may not send this type.
 */
export function requireWorkerFrame(frame: FrameView): void {
  if (WORKER_FRAMES.has(frame.type)) return;
  const type = frame.type.toString(16).padStart(2, "0");
  throw new SluiceError("protocol_error", `Cannot serve frame: type 0x${type} is not a request`);
}
