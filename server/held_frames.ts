import { FrameType, readHeader } from "#protocol/frame.ts";
import { HEADER_BYTES } from "#protocol/limits.ts";
import { BEGINNINGS } from "./request_types.ts";

/** Whole frames that fill a buffer from `start` to `end`. */
export interface FrameRange {
  readonly buffer: ArrayBuffer;
  readonly start: number;
  readonly end: number;
}

interface HeldRequest {
  readonly requestId: number;
  /** Its frame's header. */
  readonly header: Uint8Array;
  isCancelled: boolean;
}

/** Frames of a connection that waits for a worker, in the order of their arrival. */
export class HeldFrames {
  readonly #ranges: FrameRange[] = [];
  readonly #requests: HeldRequest[] = [];

  /** Id of the request that is served first; `undefined` when none waits. */
  get firstRequestId(): number | undefined {
    return this.#requests[0]?.requestId;
  }

  /**
   * Adds frames. A CANCEL among them takes hold of the request that it names.
   *
   * @param range Frames behind all others.
   * @returns Ids of requests that are to be answered with `cancelled` now: they will not be served,
   * and no request before them waits for its answer.
   */
  add(range: FrameRange): number[] {
    this.#ranges.push(range);
    this.#note(range);
    return this.#dropCancelled();
  }

  /** Gives all frames and forgets them. */
  take(): FrameRange[] {
    this.#requests.length = 0;
    return this.#ranges.splice(0);
  }

  #note({ buffer, start, end }: FrameRange): void {
    const bytes = new Uint8Array(buffer);
    for (let at = start; at < end;) {
      const { type, requestId, payloadBytes } = readHeader(bytes, at, "client");
      if (BEGINNINGS.has(type)) {
        const header = bytes.subarray(at, at + HEADER_BYTES);
        this.#requests.push({ requestId, header, isCancelled: false });
      } else if (type === FrameType.CANCEL) {
        const named = this.#requests.find((request) => request.requestId === requestId);
        if (named !== undefined) named.isCancelled = true;
      }
      at += HEADER_BYTES + payloadBytes;
    }
  }

  #dropCancelled(): number[] {
    const dropped: number[] = [];
    while (this.#requests[0]?.isCancelled) {
      const { header, requestId } = this.#requests[0];
      // A worker drops DATA that belongs to no upload, as all that is left of a failed one.
      header[4] = FrameType.DATA;
      dropped.push(requestId);
      this.#requests.shift();
    }
    return dropped;
  }
}
