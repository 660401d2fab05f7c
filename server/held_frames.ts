import { FrameType, readHeader } from "#protocol/frame.ts";
import { HEADER_BYTES } from "#protocol/limits.ts";
import type { Operation } from "./operation.ts";
import { BEGINNINGS } from "./request_types.ts";

/** Whole frames that fill a buffer from `start` to `end`. */
export interface FrameRange {
  readonly buffer: ArrayBuffer;
  readonly start: number;
  readonly end: number;
}

/** A request that waits. */
export interface HeldRequest {
  readonly requestId: number;
  readonly operation: Operation;
  /** What it says, as long as nobody else has the frames. */
  readonly payload: Uint8Array;
}

interface Waiting extends HeldRequest {
  /** Its frame's header. */
  readonly header: Uint8Array;
  isCancelled: boolean;
}

/** Frames of a connection that waits for a worker, in the order of their arrival. */
export class HeldFrames {
  readonly #ranges: FrameRange[] = [];
  readonly #requests: Waiting[] = [];

  /** Id of the request that is served first; `undefined` when none waits. */
  get firstRequestId(): number | undefined {
    return this.#requests[0]?.requestId;
  }

  /**
   * Adds frames. A CANCEL among them takes hold of the request that it names.
   *
   * @param range Frames behind all others.
   * @returns Requests that are to be answered with `cancelled` now: they will not be served,
   * and no request before them waits for its answer.
   */
  add(range: FrameRange): HeldRequest[] {
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
      const operation = BEGINNINGS.get(type);
      if (operation !== undefined) {
        const header = bytes.subarray(at, at + HEADER_BYTES);
        const payload = bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + payloadBytes);
        this.#requests.push({ requestId, operation, payload, header, isCancelled: false });
      } else if (type === FrameType.CANCEL) {
        const named = this.#requests.find((request) => request.requestId === requestId);
        if (named !== undefined) named.isCancelled = true;
      }
      at += HEADER_BYTES + payloadBytes;
    }
  }

  #dropCancelled(): HeldRequest[] {
    const dropped: HeldRequest[] = [];
    while (this.#requests[0]?.isCancelled) {
      const request = this.#requests[0];
      // A worker drops DATA that belongs to no upload, as all that is left of a failed one.
      request.header[4] = FrameType.DATA;
      dropped.push(request);
      this.#requests.shift();
    }
    return dropped;
  }
}
