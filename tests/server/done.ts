import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import type { RawPeer } from "#tests/support/raw_peer.ts";

/**
 * Sends a request that must succeed.
 *
 * @param peer Who asks.
 * @param type Which request.
 * @param payload Its payload.
 * @returns The result.
 */
export async function done(
  peer: RawPeer,
  type: FrameType,
  payload: unknown = {},
  // deno-lint-ignore no-explicit-any -- a test may look at whatever the server said
): Promise<any> {
  const frame = await peer.request(type, payload);
  assert.equal(frame.type, FrameType.RESULT, JSON.stringify(frame.json));
  return frame.json;
}
