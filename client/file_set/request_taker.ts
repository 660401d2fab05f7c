import type { FrameType } from "#protocol/frame.ts";
import type { SluiceError } from "#protocol/sluice_error.ts";
import type { DataBatch, ExchangeListener, Reply, ReplyTaker } from "../exchange.ts";

/** What is done with the replies to one of many requests, as they are read. */
export interface RequestReactions {
  readonly onReady?: (payload: Uint8Array) => void;
  /** The batch is given back when it returns. */
  readonly onData?: (batch: DataBatch) => void;
  readonly onResult: (payload: Uint8Array) => void;
  /** The server refused it. */
  readonly onRefused: (error: SluiceError) => void;
  /** The connection ended before. */
  readonly onLost: (error: SluiceError) => void;
}

/** Takes the replies to one of many small requests without any promise of its own. */
export class RequestTaker implements ReplyTaker {
  readonly requestType: FrameType;
  readonly listener: ExchangeListener = {};
  isQueued = false;
  readonly #reactions: RequestReactions;

  /**
   * @param requestType Type of the frame that begins it.
   * @param reactions What to do.
   */
  constructor(requestType: FrameType, reactions: RequestReactions) {
    this.requestType = requestType;
    this.#reactions = reactions;
  }

  deliver(reply: Reply): void {
    this.isQueued = false;
    if (reply.kind === "ready") return this.#reactions.onReady?.(reply.payload);
    if (reply.kind === "result") return this.#reactions.onResult(reply.payload);
    try {
      this.#reactions.onData?.(reply.batch);
    } finally {
      reply.batch.release();
    }
  }

  acknowledge(): void {
    // What counts is the end: a small file is sent whole before any ACK could matter.
  }

  refuse(error: SluiceError): void {
    this.#reactions.onRefused(error);
  }

  fail(error: SluiceError): void {
    this.#reactions.onLost(error);
  }
}
