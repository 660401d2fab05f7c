import { encodeFrame, FrameType } from "#protocol/frame.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { encodeError } from "./error_reply.ts";
import type { SendQueue } from "./send_queue.ts";

/** The WATCH of one connection (docs/protocol.md §6.14): one at a time, no worker. */
export class WatchFeed {
  readonly #queue: SendQueue;
  readonly #snapshot: () => Uint8Array;
  #requestId: number | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** The last snapshot, while it waits for the socket: the next one would pile up behind it. */
  #unsent: Uint8Array | undefined;
  #lastPayload: Uint8Array | undefined;

  /**
   * @param queue Where snapshots go, between the frames of other requests.
   * @param snapshot Gives the payload of the newest one.
   */
  constructor(queue: SendQueue, snapshot: () => Uint8Array) {
    this.#queue = queue;
    this.#snapshot = snapshot;
  }

  /** Whether a WATCH is under way. */
  get isOpen(): boolean {
    return this.#requestId !== undefined;
  }

  /**
   * Begins: the first snapshot leaves at once.
   *
   * @param requestId The WATCH.
   * @param intervalMs Time between two snapshots.
   * @throws {SluiceError} `invalid_request` when another one is under way.
   */
  open(requestId: number, intervalMs: number): void {
    if (this.isOpen) {
      throw new SluiceError("invalid_request", "Cannot watch: this connection watches already");
    }
    this.#requestId = requestId;
    this.#timer = setInterval(() => this.#send(requestId), intervalMs);
    this.#send(requestId);
  }

  /**
   * Ends the WATCH with `cancelled` when it is the one that a CANCEL names.
   *
   * @param requestId What the CANCEL names.
   * @returns Whether it was.
   */
  cancel(requestId: number): boolean {
    if (this.#requestId !== requestId) return false;
    this.close();
    const error = new SluiceError("cancelled", "Cannot go on: the client cancelled it");
    this.#queue.push(encodeError(requestId, error));
    return true;
  }

  /** Ends without a word. Idempotent. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#requestId = undefined;
    this.#lastPayload = undefined;
    this.#unsent = undefined;
  }

  #send(requestId: number): void {
    if (this.#unsent !== undefined) return;
    const payload = this.#snapshot();
    // Timers that were held up fire together; the same picture twice tells nothing.
    if (payload === this.#lastPayload) return;
    this.#lastPayload = payload;
    const frame = encodeFrame(FrameType.SNAPSHOT, requestId, payload);
    this.#unsent = frame;
    this.#queue.push(frame, () => {
      // One that was cancelled meanwhile holds up none of the next WATCH.
      if (this.#unsent === frame) this.#unsent = undefined;
    });
  }
}
