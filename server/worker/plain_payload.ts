import { crc32 } from "#protocol/crc32.ts";
import { FrameType } from "#protocol/frame.ts";
import { plainBytesOf, unpack } from "#protocol/packed_data.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { InboxFrame } from "./inbox.ts";

/** The upload that a frame belongs to. */
export interface PieceOfUpload {
  /** What is being done, for messages. */
  readonly act: string;
  /** Whether its PUT announced PACKED frames. */
  readonly mayCompress: boolean;
  /** Bytes of the file that may still come. */
  readonly restBytes: number;
}

/**
 * Gives the checked bytes of a DATA or PACKED frame.
 *
 * @param frame A frame of an upload.
 * @param upload What is known of the upload.
 * @returns Bytes of the file; those of a DATA frame lie in the frame.
 * @throws {SluiceError} `checksum_mismatch` when they are not what was sent; `invalid_request` when they
 * are too many; `protocol_error` for a PACKED frame that was not agreed on, or states an impossible length.
 */
export function plainPayload(frame: InboxFrame, upload: PieceOfUpload): Uint8Array {
  const { type, payload, crc } = frame;
  const { act, mayCompress, restBytes } = upload;
  const isPacked = type === FrameType.PACKED;
  if (isPacked && !mayCompress) {
    throw new SluiceError("protocol_error", `Cannot ${act}: compressed bytes were not agreed on`);
  }
  // Known before the first byte is decompressed.
  if ((isPacked ? plainBytesOf(payload) : payload.byteLength) > restBytes) {
    throw new SluiceError("invalid_request", `Cannot ${act}: more bytes came than were announced`);
  }
  const plain = isPacked ? unpack(payload, crc) : payload;
  if (plain === undefined || (!isPacked && crc32(plain) !== crc)) {
    throw new SluiceError("checksum_mismatch", `Cannot ${act}: a chunk arrived damaged`);
  }
  return plain;
}
