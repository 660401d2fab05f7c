import type { FrameType } from "#protocol/frame.ts";
import type { BufferSource, ByteSource, FrameReader } from "#protocol/frame_reader.ts";
import { HEADER_BYTES, MAX_DATA_BYTES } from "#protocol/limits.ts";

/** Bytes of a large buffer: the largest frame and the next header. */
export const LARGE_BYTES = MAX_DATA_BYTES + 2 * HEADER_BYTES;
const SMALL_BYTES = 4096;

/** What a test compares of a frame. */
export interface SeenFrame {
  readonly type: FrameType;
  readonly requestId: number;
  readonly payload: Uint8Array;
}

/** A stream that gives its bytes in reads of the given sizes, over and over. */
export class SplitSource implements ByteSource {
  /** Called before each read, with nothing; for a look at the reader's state. */
  beforeRead: () => void = () => {};
  /** Bytes given so far. */
  givenBytes = 0;
  readonly #bytes: Uint8Array;
  readonly #sizes: readonly number[];
  #reads = 0;

  constructor(bytes: Uint8Array, sizes: readonly number[]) {
    this.#bytes = bytes;
    this.#sizes = sizes;
  }

  read(into: Uint8Array): Promise<number | null> {
    if (this.givenBytes === this.#bytes.byteLength) return Promise.resolve(null);
    if (into.byteLength === 0) throw new Error("a read into an empty buffer never ends");
    this.beforeRead();
    const size = this.#sizes[this.#reads % this.#sizes.length] ?? 1;
    this.#reads++;
    const part = this.#bytes.subarray(this.givenBytes, this.givenBytes + size)
      .subarray(0, into.byteLength);
    into.set(part);
    this.givenBytes += part.byteLength;
    return Promise.resolve(part.byteLength);
  }
}

/** Fresh buffers, counted by kind and filled with what a recycled buffer may hold. */
export class CountingBuffers implements BufferSource {
  smallTaken = 0;
  largeTaken = 0;
  lastTaken: "none" | "small" | "large" = "none";

  takeSmall(): Uint8Array<ArrayBuffer> {
    this.smallTaken++;
    this.lastTaken = "small";
    return new Uint8Array(SMALL_BYTES).fill(0xa5);
  }

  takeLarge(): Uint8Array<ArrayBuffer> {
    this.largeTaken++;
    this.lastTaken = "large";
    return new Uint8Array(LARGE_BYTES).fill(0xa5);
  }
}

/** All that a reader gave before its stream ended. */
export interface ReadOutcome {
  readonly frames: readonly SeenFrame[];
  /** What `next()` threw; `undefined` after a clean end. */
  readonly end: unknown;
  /** Most bytes that had arrived behind a batch when it was handed out: those that get copied. */
  readonly mostCarriedBytes: number;
}

/** Reads until the stream ends or is broken. */
export async function readAllFrames(
  reader: FrameReader,
  source: SplitSource,
): Promise<ReadOutcome> {
  const frames: SeenFrame[] = [];
  let handedOutBytes = 0;
  let mostCarriedBytes = 0;
  try {
    for (;;) {
      const batch = await reader.next();
      if (batch === null) return { frames, end: undefined, mostCarriedBytes };
      handedOutBytes += batch.end - batch.start;
      mostCarriedBytes = Math.max(mostCarriedBytes, source.givenBytes - handedOutBytes);
      for (const { type, requestId, payloadAt, payloadBytes } of batch.frames) {
        const payload = batch.bytes.slice(payloadAt, payloadAt + payloadBytes);
        frames.push({ type, requestId, payload });
      }
    }
  } catch (end) {
    return { frames, end, mostCarriedBytes };
  }
}
