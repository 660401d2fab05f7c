import { decodeControl } from "#protocol/control_payload.ts";
import { type ThrottleChange, type ThrottleResult, ThrottleSchema } from "#protocol/throttle.ts";
import { encodeControl, encodeFrame, FrameType } from "#protocol/frame.ts";
import type { FrameBatch, FrameView } from "#protocol/frame_reader.ts";
import { MAX_PING_BYTES } from "#protocol/limits.ts";
import type { StatusResult } from "#protocol/replies.ts";
import { WatchSchema } from "#protocol/requests.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { ConnectionLog } from "./connection_log.ts";
import { refuseRequest } from "./refuse_request.ts";
import type { SendQueue } from "./send_queue.ts";
import { WatchFeed } from "./watch_feed.ts";

/** What the main thread knows by itself. */
export interface DirectSources {
  readonly status: () => StatusResult;
  /** Payload of a snapshot. */
  readonly snapshot: () => Uint8Array;
  /** Shows the limits on flow, or changes them for everybody. */
  readonly throttle: (change: ThrottleChange) => ThrottleResult;
  /** Hears of requests that are refused. */
  readonly log: ConnectionLog;
}

/** Answers the requests of one connection that need no file, so no worker: STATUS, PING and WATCH. */
export class DirectAnswers {
  readonly #queue: SendQueue;
  readonly #sources: DirectSources;
  readonly #feed: WatchFeed;

  /**
   * @param queue Where answers go, between the frames of other requests.
   * @param sources What they are made of.
   */
  constructor(queue: SendQueue, sources: DirectSources) {
    this.#queue = queue;
    this.#sources = sources;
    this.#feed = new WatchFeed(queue, sources.snapshot);
  }

  /** Whether a WATCH is under way. */
  get isWatching(): boolean {
    return this.#feed.isOpen;
  }

  /**
   * Answers a frame, if it is one of these.
   *
   * @param batch What the frame came in.
   * @param frame The frame.
   * @returns Whether it is done with.
   * @throws {SluiceError} `protocol_error` when it breaks a rule of the protocol.
   */
  answer(batch: FrameBatch, frame: FrameView): boolean {
    const { type, requestId } = frame;
    if (requestId === 0) {
      throw new SluiceError("protocol_error", "Cannot serve request: its id is 0");
    }
    switch (type) {
      case FrameType.STATUS:
        this.#queue.push(encodeControl(FrameType.RESULT, requestId, this.#sources.status()));
        return true;
      case FrameType.PING:
        this.#pong(requestId, payloadOf(batch, frame));
        return true;
      case FrameType.WATCH:
        this.#orRefuse({ requestId }, () => {
          this.#feed.open(
            requestId,
            decodeControl(WatchSchema, payloadOf(batch, frame)).intervalMs,
          );
        });
        return true;
      case FrameType.THROTTLE:
        this.#orRefuse(
          { requestId, operation: "throttle" },
          () => this.#throttle(requestId, payloadOf(batch, frame)),
        );
        return true;
      case FrameType.CANCEL:
        return this.#feed.cancel(requestId);
      default:
        return false;
    }
  }

  /** Ends what goes on by itself. Idempotent. */
  close(): void {
    this.#feed.close();
  }

  #pong(requestId: number, payload: Uint8Array): void {
    if (payload.byteLength > MAX_PING_BYTES) {
      throw new SluiceError("protocol_error", `Cannot ping: over ${MAX_PING_BYTES} bytes`);
    }
    this.#queue.push(encodeFrame(FrameType.PONG, requestId, payload));
  }

  #throttle(requestId: number, payload: Uint8Array): void {
    const now = this.#sources.throttle(decodeControl(ThrottleSchema, payload));
    this.#queue.push(encodeControl(FrameType.RESULT, requestId, now));
  }

  #orRefuse(request: Parameters<typeof refuseRequest>[0], serve: () => void): void {
    try {
      serve();
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
      refuseRequest(request, error, { queue: this.#queue, log: this.#sources.log });
    }
  }
}

function payloadOf(batch: FrameBatch, frame: FrameView): Uint8Array {
  return batch.bytes.subarray(frame.payloadAt, frame.payloadAt + frame.payloadBytes);
}
