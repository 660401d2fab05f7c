import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { FrameType } from "#protocol/frame.ts";
import { concatBytes } from "./random_bytes.ts";
import type { RawPeer, ReceivedFrame } from "./raw_peer.ts";

const PIECE_BYTES = 64 * 1024;

/** The digest of bytes as COMMIT carries it. */
export function sha256Of(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/**
 * Begins an upload with raw frames.
 *
 * @param peer Who uploads.
 * @param request PUT's payload; the algorithm is `sha256`.
 * @returns READY, or RESULT or ERROR when the upload does not begin.
 */
export async function beginUpload(
  peer: RawPeer,
  request: Readonly<Record<string, unknown>>,
): Promise<ReceivedFrame> {
  const requestId = await peer.begin(FrameType.PUT, { algorithm: "sha256", ...request });
  for (;;) {
    const frame = await peer.nextFrame();
    if (frame.requestId === 0 || frame.requestId === requestId) {
      if (frame.type !== FrameType.QUEUED && frame.type !== FrameType.PROGRESS) return frame;
    }
  }
}

/**
 * Uploads bytes with raw frames.
 *
 * @param peer Who uploads.
 * @param path Where to.
 * @param bytes What; at most what fits the window.
 * @param more More of PUT's payload.
 * @returns RESULT or ERROR.
 */
export async function uploadRaw(
  peer: RawPeer,
  path: string,
  bytes: Uint8Array,
  more: Readonly<Record<string, unknown>> = {},
): Promise<ReceivedFrame> {
  const ready = await beginUpload(peer, { path, sizeBytes: bytes.byteLength, ...more });
  if (ready.type !== FrameType.READY) return ready;
  const { requestId } = ready;
  for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) {
    await peer.sendData(requestId, bytes.subarray(at, at + PIECE_BYTES));
  }
  await peer.sendFrame(FrameType.COMMIT, requestId, { digest: sha256Of(bytes) });
  return await peer.lastFrame(requestId);
}

/**
 * Downloads a file with raw frames, checking each CRC-32.
 *
 * @param peer Who downloads.
 * @param path Which file.
 * @returns Its bytes, or the ERROR.
 */
export async function downloadRaw(
  peer: RawPeer,
  path: string,
): Promise<Uint8Array<ArrayBuffer> | ReceivedFrame> {
  const requestId = await peer.begin(FrameType.GET, { path, digest: "sha256" });
  const pieces: Uint8Array[] = [];
  for (;;) {
    const frame = await peer.nextFrame();
    if (frame.type === FrameType.ERROR) return frame;
    assert.equal(frame.requestId, requestId);
    if (frame.type === FrameType.DATA) {
      assert.equal(frame.crc, crc32(frame.payload));
      pieces.push(frame.payload);
    }
    if (frame.type !== FrameType.RESULT) continue;
    const bytes = concatBytes(pieces);
    assert.equal(frame.json?.digest, sha256Of(bytes));
    return bytes;
  }
}
