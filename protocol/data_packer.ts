import { crc32 } from "./crc32.ts";
import { CompressionChoice } from "./compression_choice.ts";
import type { CompressionMode } from "./compression_mode.ts";
import { FrameType, writeHeader } from "./frame.ts";
import { HEADER_BYTES } from "./limits.ts";
import { packInPlace } from "./packed_data.ts";

/** Most bytes of a file in one frame: compressing them takes about 2 ms, during which nothing else is seen. */
const MOST_PIECE_BYTES = 512 * 1024;
/** Pieces that are to be compressed may be this much larger than a slow line wants its frames. */
const PIECES_IN_ONE = 8;
/** Under a rate they stand for no more than flows uncompressed in a fourth of a second: what does not shrink comes late. */
const LEAST_PIECES_PER_SECOND = 4;

/** What a packer works with. */
export interface DataPackerOptions {
  /** `off` needs no packer. */
  readonly mode: Exclude<CompressionMode, "off">;
  /**
   * Gives the bytes per second that may be sent at the most, as far as that is known; 0 for no limit. Asked
   * for each frame, as it may change at any time.
   */
  readonly rate: () => number;
  /**
   * Milliseconds of a clock that only goes forward.
   * @default performance.now
   */
  readonly now?: () => number;
}

/** Finishes the DATA frames of one transfer in their buffers, compressed where that is worth it. */
export class DataPacker {
  readonly #mode: Exclude<CompressionMode, "off">;
  readonly #rate: () => number;
  readonly #now: () => number;
  readonly #choice = new CompressionChoice();
  #wireBytes = 0;
  #blockedMs = 0;
  /** The frame that is on its way; its lap ends with the next one. */
  #last: { plainBytes: number; wireBytes: number; packMs: number; startedMs: number } | undefined;

  /** @param options How. */
  constructor(options: DataPackerOptions) {
    this.#mode = options.mode;
    this.#rate = options.rate;
    this.#now = options.now ?? ((): number => performance.now());
  }

  /** Payload bytes of all frames so far, as they were sent. */
  get wireBytes(): number {
    return this.#wireBytes;
  }

  /**
   * Says how many bytes of the file the next frame should hold.
   *
   * @param flowing Bytes that suit the line when they are sent as they are.
   * @returns At least `flowing`; more when they are likely to be compressed.
   */
  pieceBytes(flowing: number): number {
    const rate = this.#rate();
    const isLikely = this.#mode === "on" || this.#choice.isPacking ||
      (this.#last === undefined && rate > 0);
    if (!isLikely) return flowing;
    const most = mostPieceBytes(flowing);
    return rate > 0
      ? Math.max(flowing, Math.min(most, Math.floor(rate / LEAST_PIECES_PER_SECOND)))
      : most;
  }

  /** Waits for the line: time that compressing could save. */
  async waiting<T>(line: Promise<T>): Promise<T> {
    const sinceMs = this.#now();
    try {
      return await line;
    } finally {
      this.#blockedMs += this.#now() - sinceMs;
    }
  }

  /**
   * Finishes a frame whose plain bytes lie behind the room for its header.
   *
   * @param frame Header and plain bytes; overwritten.
   * @param requestId Request that it belongs to.
   * @returns The frame as it is to be sent: DATA or PACKED, from the beginning of `frame`.
   */
  finish(frame: Uint8Array, requestId: number): Uint8Array {
    const startedMs = this.#now();
    this.#endLap(startedMs);
    const plain = frame.subarray(HEADER_BYTES);
    const plainBytes = plain.byteLength;
    const crc = crc32(plain);
    const isTried = this.#mode === "on" || this.#choice.isToPack(startedMs, this.#rate());
    const packedBytes = isTried ? packInPlace(plain) : undefined;
    const type = packedBytes === undefined ? FrameType.DATA : FrameType.PACKED;
    const wireBytes = packedBytes ?? plainBytes;
    writeHeader(frame, 0, { type, requestId, payloadBytes: wireBytes, crc });
    this.#wireBytes += wireBytes;
    const packMs = isTried ? this.#now() - startedMs : 0;
    this.#last = { plainBytes, wireBytes, packMs, startedMs };
    return frame.subarray(0, HEADER_BYTES + wireBytes);
  }

  #endLap(nowMs: number): void {
    const last = this.#last;
    if (last !== undefined && this.#mode === "auto") {
      const totalMs = nowMs - last.startedMs;
      this.#choice.note({ ...last, totalMs, blockedMs: this.#blockedMs }, nowMs);
    }
    this.#blockedMs = 0;
  }
}

/**
 * Says how many bytes of a file `pieceBytes` may ask for.
 *
 * @param flowing As there.
 */
export function mostPieceBytes(flowing: number): number {
  return Math.max(flowing, Math.min(MOST_PIECE_BYTES, PIECES_IN_ONE * flowing));
}
