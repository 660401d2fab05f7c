import { FrameType } from "#protocol/frame.ts";

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
export const WORKER_FRAMES: ReadonlySet<number> = new Set([
  ...BEGINNINGS,
  FrameType.COMMIT,
  FrameType.ABORT,
  FrameType.CANCEL,
  FrameType.DATA,
]);
