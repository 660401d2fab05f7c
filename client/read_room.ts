import type { Intake } from "./pacer.ts";

/** Most bytes of an answer that are read before its limit is known; holds most short answers. */
const IDLE_READ_BYTES = 256;

/**
 * Says how much the next read of a connection may take.
 *
 * @param intake How the reading is slowed down, if it is.
 * @param isIdle Whether nothing is asked for: what such a read gets in the end is the beginning of the
 * next answer, whatever its limit, so it must not hold a whole small file.
 * @param mostBytes Upper bound.
 */
export function readRoom(intake: Intake | undefined, isIdle: boolean, mostBytes: number): number {
  if (intake !== undefined) return intake.pacer.pieceBytes(mostBytes);
  return isIdle ? Math.min(IDLE_READ_BYTES, mostBytes) : mostBytes;
}
