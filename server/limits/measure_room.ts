import type { RoomCells } from "./room_cells.ts";

/** Counts bytes; calls `onTurn` now and then, as a sign of life. */
export type ByteCounter = (onTurn: () => void) => Promise<number>;

/**
 * Counts what is used, and notes it. Nothing happens while another worker is at it.
 *
 * @param count Counts it.
 * @param room Where the result goes.
 */
export async function measureRoom(count: ByteCounter, room: RoomCells): Promise<void> {
  if (!room.beginMeasuring()) return;
  const startedMs = performance.now();
  const addedBefore = room.addedBytes;
  try {
    const found = await count(() => room.keepMeasuring());
    // What was written meanwhile may have been seen or not: too much is counted rather than too little.
    const usedBytes = found + room.addedBytes - addedBefore;
    room.endMeasuring({ usedBytes, tookMs: performance.now() - startedMs });
  } catch (error) {
    room.endMeasuring();
    throw error;
  }
}
