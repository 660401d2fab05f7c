import type { SluiceError } from "#protocol/sluice_error.ts";
import type { TransferProgress, TransferState } from "./types.ts";

/** Shortest time between two reports of the same state. */
const REPORT_EVERY_MS = 50;

/** What only some states know. */
export interface StateDetails {
  readonly queuePosition?: number;
  readonly retryInMs?: number;
  readonly reason?: SluiceError;
}

/** Tells a listener where a transfer stands: at each change of state, else at most every 50 ms. */
export class ProgressReporter {
  /** The upload session on the server, while there is one. */
  session: string | undefined;
  readonly #listener: ((progress: TransferProgress) => void) | undefined;
  #state: TransferState = "waiting";
  #details: StateDetails = {};
  #doneBytes = 0;
  #totalBytes = 0;
  #resumedFromBytes = 0;
  #reportedAtMs = Number.NEGATIVE_INFINITY;

  /** @param listener The caller's function, if there is one. */
  constructor(listener: ((progress: TransferProgress) => void) | undefined) {
    this.#listener = listener;
  }

  /** Bytes that are safe on the receiving side. */
  get doneBytes(): number {
    return this.#doneBytes;
  }

  /** Bytes that an earlier transfer had left. */
  get resumedFromBytes(): number {
    return this.#resumedFromBytes;
  }

  /** Sets the size of the file, once it is known. */
  set totalBytes(bytes: number) {
    this.#totalBytes = bytes;
  }

  /**
   * Enters a state, or stays in it with other details.
   *
   * @param state What the transfer does now.
   * @param details What belongs to the state.
   */
  enter(state: TransferState, details: StateDetails = {}): void {
    const isSame = state === this.#state && details.queuePosition === this.#details.queuePosition &&
      this.#reportedAtMs !== Number.NEGATIVE_INFINITY;
    this.#state = state;
    this.#details = details;
    if (!isSame || details.reason !== undefined) this.#report();
  }

  /**
   * Notes where bytes begin to move.
   *
   * @param offsetBytes Bytes that are there already.
   * @param isFirst Whether they come from an earlier transfer, not from this one.
   */
  begin(offsetBytes: number, isFirst: boolean): void {
    this.#doneBytes = offsetBytes;
    if (isFirst || offsetBytes < this.#resumedFromBytes) this.#resumedFromBytes = offsetBytes;
    this.enter("moving");
  }

  /** Notes progress. */
  move(doneBytes: number): void {
    this.#doneBytes = doneBytes;
    if (performance.now() - this.#reportedAtMs >= REPORT_EVERY_MS) this.#report();
  }

  /**
   * Notes that the transfer ended early. What was reported may count bytes that came without the rest of
   * their frame, and are gone.
   *
   * @param keptBytes Bytes that the next transfer can go on with.
   */
  settle(keptBytes: number): void {
    if (keptBytes >= this.#doneBytes) return;
    this.#doneBytes = keptBytes;
    this.#report();
  }

  #report(): void {
    if (this.#listener === undefined) return;
    this.#reportedAtMs = performance.now();
    this.#listener({
      state: this.#state,
      doneBytes: this.#doneBytes,
      totalBytes: this.#totalBytes,
      resumedFromBytes: this.#resumedFromBytes,
      ...(this.session === undefined ? {} : { session: this.session }),
      ...this.#details,
    });
  }
}
