import { FrameType } from "#protocol/frame.ts";
import {
  type ThrottleChange,
  type ThrottleResult,
  ThrottleResultSchema,
} from "#protocol/throttle.ts";
import { callServer } from "./call.ts";
import type { ConnectionPool } from "./connection_pool.ts";

/**
 * Changes the rates of a server, or asks for them.
 *
 * @param pool Where the connection comes from.
 * @param change What is to be another.
 * @param signal Ends the call.
 * @returns What holds from now on.
 * @throws {SluiceError} The server's refusal, or why it could not be asked.
 */
export async function throttleOf(
  pool: ConnectionPool,
  change: ThrottleChange,
  signal?: AbortSignal,
): Promise<ThrottleResult> {
  return await callServer(pool, {
    act: "change the throttle",
    type: FrameType.THROTTLE,
    payload: change,
    schema: ThrottleResultSchema,
    isRepeatable: true,
    signal,
  });
}
