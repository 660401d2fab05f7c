import { FrameType } from "#protocol/frame.ts";
import type { FrameView } from "#protocol/frame_reader.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { Operation } from "./operation.ts";

/** Frames that begin a request which a worker serves, and what it then does. */
export const BEGINNINGS: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [FrameType.LIST, "list"],
  [FrameType.STAT, "stat"],
  [FrameType.GET, "download"],
  [FrameType.PUT, "upload"],
  [FrameType.RENAME, "rename"],
  [FrameType.DELETE, "delete"],
  [FrameType.MKDIR, "mkdir"],
  [FrameType.FIND, "search"],
  [FrameType.CHECKSUM, "checksum"],
  [FrameType.HISTORY, "history"],
  [FrameType.TRASH, "trash"],
  [FrameType.RESTORE, "restore"],
  [FrameType.EMPTY_TRASH, "empty trash"],
  [FrameType.ARCHIVE, "archive"],
  [FrameType.PUBLISH, "publish"],
]);

/** All frames that go to a worker: those that begin a request, go on with one, or end it. */
const WORKER_FRAMES: ReadonlySet<number> = new Set([
  ...BEGINNINGS.keys(),
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
