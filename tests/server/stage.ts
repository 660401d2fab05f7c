import { crc32 } from "node:zlib";
import { encodeControl, encodeFrame, FrameType } from "#protocol/frame.ts";
import { concatBytes } from "#tests/support/random_bytes.ts";
import type { RawPeer } from "#tests/support/raw_peer.ts";
import { sha256Of } from "#tests/support/raw_transfer.ts";

/** A small file to stage. */
export interface SmallFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** More of PUT's payload. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** The frames of one staged upload, as one array, so that nothing need be waited for. */
export function stageFrames(requestId: number, { path, bytes, more }: SmallFile): Uint8Array {
  const put = { path, sizeBytes: bytes.byteLength, stage: true, algorithm: "sha256", ...more };
  return concatBytes([
    encodeControl(FrameType.PUT, requestId, put),
    ...(bytes.byteLength === 0
      ? []
      : [encodeFrame(FrameType.DATA, requestId, bytes, crc32(bytes))]),
    encodeControl(FrameType.COMMIT, requestId, { digest: sha256Of(bytes) }),
  ]);
}

/** Stages files and waits for their replies; ids from 1000 on. */
export async function stage(peer: RawPeer, files: readonly SmallFile[]): Promise<unknown[]> {
  await peer.send(concatBytes(files.map((file, index) => stageFrames(1000 + index, file))));
  const replies: unknown[] = [];
  for (let index = 0; index < files.length; index++) {
    const { json } = await peer.lastFrame(1000 + index);
    replies.push(json?.outcome ?? json?.name);
  }
  return replies;
}
