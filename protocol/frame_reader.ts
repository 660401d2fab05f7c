import { readHeader } from "./frame.ts";
import type { FrameHeader } from "./frame.ts";
import { HEADER_BYTES } from "./limits.ts";
import { SluiceError } from "./sluice_error.ts";

/** Bytes asked of the source while no large frame is under way; bounds what is ever copied. */
const SHORT_READ_BYTES = 64 * 1024;

/** Where bytes come from: a socket, or a test's array. */
export interface ByteSource {
  /** Reads at least one byte into `into`; `null` at the end. */
  read(into: Uint8Array): Promise<number | null>;
}

/** Where buffers come from. The reader never gives one back: whoever takes a batch does. */
export interface BufferSource {
  /** A buffer of some kB for a connection that may stay silent for long. */
  takeSmall(): Uint8Array<ArrayBuffer>;
  /** A buffer that holds at least the largest frame; may wait until one is free. */
  takeLarge(): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>;
}

/** A frame inside a batch. */
export interface FrameView extends FrameHeader {
  /** Offset of the payload in the batch's bytes. */
  readonly payloadAt: number;
}

/** One or more whole frames that lie one behind the other in one buffer. */
export interface FrameBatch {
  /** The whole buffer; the frames fill `start` to `end`. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly start: number;
  readonly end: number;
  readonly frames: readonly FrameView[];
}

/**
 * Cuts a byte stream into frames (docs/protocol.md §3) without copying payloads.
 *
 * Once the header of a large frame is known, exactly the rest of that frame and the next header are
 * asked for, so a stream of DATA frames lands in buffers one frame each and only 16 bytes are carried
 * over. Small frames are read many at a time.
 */
export class FrameReader {
  readonly #source: ByteSource;
  readonly #buffers: BufferSource;
  readonly #from: "client" | "server";
  /** The current buffer; `undefined` right after a batch was handed out. */
  #bytes: Uint8Array<ArrayBuffer> | undefined;
  #filled = 0;
  /** Bytes that arrived behind the last batch; they open the next buffer. */
  #carry = new Uint8Array(0);
  /** Whether the last read filled all that was asked for, so that more is likely waiting. */
  #isFlowing = false;

  /**
   * @param source Where bytes come from.
   * @param buffers Where buffers come from.
   * @param from The side that sends on this stream; it decides the limits that hold.
   */
  constructor(source: ByteSource, buffers: BufferSource, from: "client" | "server") {
    this.#source = source;
    this.#buffers = buffers;
    this.#from = from;
  }

  /** Whether a frame has begun to arrive and is not whole yet. */
  get isMidFrame(): boolean {
    return this.#filled > 0 || this.#carry.byteLength > 0;
  }

  /** Payload bytes of the frame that is under way, as far as its header has arrived; else 0. */
  get pendingFrameBytes(): number {
    const bytes = this.#bytes ?? this.#carry;
    const filled = this.#bytes === undefined ? this.#carry.byteLength : this.#filled;
    if (filled < HEADER_BYTES) return 0;
    // A getter does not throw: a bad header is for `next()` to refuse.
    return tryReadHeader(bytes, 0, this.#from)?.payloadBytes ?? 0;
  }

  /**
   * Waits for the next whole frames.
   *
   * @returns At least one frame, or `null` when the stream ended between frames.
   * @throws {SluiceError} `protocol_error` for a bad header or a stream that ends inside a frame.
   */
  async next(): Promise<FrameBatch | null> {
    for (;;) {
      const frames = this.#scan();
      if (frames.length > 0) return this.#handOut(frames);
      const room = await this.#makeRoom();
      const read = await this.#source.read(room);
      if (read === null) {
        if (!this.isMidFrame) return null;
        throw new SluiceError("protocol_error", "Cannot read frame: the stream ended inside it");
      }
      this.#filled += read;
      this.#isFlowing = read === room.byteLength;
    }
  }

  #scan(): FrameView[] {
    const frames: FrameView[] = [];
    const bytes = this.#bytes;
    if (bytes === undefined) return frames;
    let at = 0;
    while (at + HEADER_BYTES <= this.#filled) {
      // A bad header behind good frames waits for the next call, so that what was asked before it is
      // served whether or not both came in one read.
      const header = frames.length === 0
        ? readHeader(bytes, at, this.#from)
        : tryReadHeader(bytes, at, this.#from);
      if (header === undefined) break;
      const payloadAt = at + HEADER_BYTES;
      if (payloadAt + header.payloadBytes > this.#filled) break;
      frames.push({ ...header, payloadAt });
      at = payloadAt + header.payloadBytes;
    }
    return frames;
  }

  #handOut(frames: FrameView[]): FrameBatch {
    const bytes = this.#bytes;
    const last = frames.at(-1);
    if (bytes === undefined || last === undefined) throw new Error("no frame to hand out");
    const end = last.payloadAt + last.payloadBytes;
    this.#carry = bytes.slice(end, this.#filled);
    this.#bytes = undefined;
    this.#filled = 0;
    return { bytes, start: 0, end, frames };
  }

  /** Gives the part of the current buffer that the next read may fill. */
  async #makeRoom(): Promise<Uint8Array> {
    const wanted = this.#wantedBytes();
    if (this.#bytes === undefined || this.#bytes.byteLength < wanted) {
      const isSmall = wanted <= HEADER_BYTES && !this.#isFlowing;
      const fresh = isSmall ? this.#buffers.takeSmall() : await this.#buffers.takeLarge();
      if (this.#bytes === undefined) {
        fresh.set(this.#carry);
        this.#filled = this.#carry.byteLength;
        this.#carry = new Uint8Array(0);
      } else {
        fresh.set(this.#bytes.subarray(0, this.#filled));
      }
      this.#bytes = fresh;
      return this.#makeRoom();
    }
    const limit = wanted > SHORT_READ_BYTES
      ? wanted + HEADER_BYTES
      : Math.max(wanted, this.#filled + SHORT_READ_BYTES);
    return this.#bytes.subarray(this.#filled, Math.min(limit, this.#bytes.byteLength));
  }

  /** Bytes that the buffer must hold before the first frame in it can be whole. */
  #wantedBytes(): number {
    const bytes = this.#bytes ?? this.#carry;
    const filled = this.#bytes === undefined ? this.#carry.byteLength : this.#filled;
    if (filled < HEADER_BYTES) return HEADER_BYTES;
    return HEADER_BYTES + readHeader(bytes, 0, this.#from).payloadBytes;
  }
}

function tryReadHeader(
  bytes: Uint8Array,
  at: number,
  from: "client" | "server",
): FrameHeader | undefined {
  try {
    return readHeader(bytes, at, from);
  } catch {
    // Thrown again when this header is the first one left.
    return undefined;
  }
}
