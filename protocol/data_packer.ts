import { crc32 } from "node:zlib";
import { CompressionChoice } from "./compression_choice.ts";
import type { CompressionMode } from "./compression_mode.ts";
import { FrameType, writeHeader } from "./frame.ts";
import { HEADER_BYTES } from "./limits.ts";
import { packInPlace } from "./packed_data.ts";

/** Most bytes of a file in one frame: compressing them takes about 2 ms, during which nothing else is seen. */
const MOST_PIECE_BYTES = 512 * 1024;
/** Pieces that are to be compressed may be this much larger than a slow line wants its frames. */
const PIECES_IN_ONE = 8;

/** What a packer works with. */
export interface DataPackerOptions {
  /** `off` needs no packer. */
  readonly mode: Exclude<CompressionMode, "off">;
  /** Bytes per second that may be sent, as far as known beforehand; 0 for no limit. May change at any time. */
  readonly rate: () => number;
  /**
   * Bytes per second that the line is said to allow when it begins.
   * @default 0, nothing is known
   */
  readonly likelyRate?: number | undefined;
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
  readonly #likelyRate: number;
  readonly #choice: CompressionChoice;
  #wireBytes = 0;
  #blockedMs = 0;
  /** The frame that is on its way; its lap ends with the next one. */
  #last: { plainBytes: number; wireBytes: number; packMs: number; startedMs: number } | undefined;

  /** @param options How. */
  constructor(options: DataPackerOptions) {
    this.#mode = options.mode;
    this.#rate = options.rate;
    this.#likelyRate = options.likelyRate ?? 0;
    this.#choice = new CompressionChoice(this.#likelyRate);
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
    const isLikely = this.#mode === "on" || this.#choice.isPacking ||
      (this.#last === undefined && (this.#likelyRate > 0 || this.#rate() > 0));
    return isLikely ? mostPieceBytes(flowing) : flowing;
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
