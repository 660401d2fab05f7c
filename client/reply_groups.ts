import { FrameType } from "#protocol/frame.ts";
import type { FrameView } from "#protocol/frame_reader.ts";

/** Frames of one batch that follow one another, are of one type and belong to one request. */
export interface FrameGroup {
  readonly type: FrameType;
  readonly requestId: number;
  readonly frames: FrameView[];
}

/**
 * Finds the frames whose payloads stay in the receive buffer until somebody has used them: DATA,
 * PACKED and ENTRIES. All others are small and copied out.
 *
 * @param frames The frames of one batch, in their order.
 * @returns Their groups, in the order of their first frames.
 */
export function groupBulkFrames(frames: readonly FrameView[]): FrameGroup[] {
  const groups: FrameGroup[] = [];
  let open: FrameGroup | undefined;
  for (const frame of frames) {
    if (!isBulk(frame.type)) {
      open = undefined;
    } else if (open?.requestId === frame.requestId && open.type === frame.type) {
      open.frames.push(frame);
    } else {
      open = { type: frame.type, requestId: frame.requestId, frames: [frame] };
      groups.push(open);
    }
  }
  return groups;
}

/** Whether a request of one type may be answered with bulk frames of another. */
export function mayBring(requestType: FrameType | undefined, type: FrameType): boolean {
  if (type === FrameType.ENTRIES) return requestType === FrameType.FIND;
  return requestType === FrameType.GET || requestType === FrameType.ARCHIVE;
}

/** Whether a frame's payload stays in the receive buffer. */
export function isBulk(type: FrameType): boolean {
  return type === FrameType.DATA || type === FrameType.PACKED || type === FrameType.ENTRIES;
}
