import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { FrameType } from "#protocol/frame.ts";
import { concatBytes } from "#tests/support/random_bytes.ts";
import type { RawPeer, ReceivedFrame } from "#tests/support/raw_peer.ts";

/** What came of a GET. */
export interface ReadDownload {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** RESULT or ERROR. */
  readonly last: ReceivedFrame;
}

/**
 * Reads the frames of a GET to their end, checking each CRC-32.
 *
 * @param peer Who asked.
 * @param requestId The GET.
 * @returns The bytes and the last frame.
 */
export async function readDownload(peer: RawPeer, requestId: number): Promise<ReadDownload> {
  const pieces: Uint8Array[] = [];
  for (;;) {
    const frame = await peer.nextFrame();
    if (frame.type === FrameType.QUEUED) continue;
    assert.equal(frame.requestId, requestId);
    if (frame.type === FrameType.DATA) {
      assert.equal(frame.crc, crc32(frame.payload));
      pieces.push(frame.payload);
    } else if (frame.type === FrameType.RESULT || frame.type === FrameType.ERROR) {
      return { bytes: concatBytes(pieces), last: frame };
    }
  }
}
