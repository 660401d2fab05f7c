import type { ByteSink } from "./byte_sink.ts";
import { DueTime } from "./due_time.ts";
import type { FlowCounter } from "./flow_counter.ts";

interface Item {
  readonly bytes: Uint8Array;
  readonly onSent: (() => void) | undefined;
  readonly isRelayed: boolean;
}

/**
 * Writes whole frames to a socket in order. Every item's `onSent` is called exactly once: when its
 * bytes are written, or when the queue is closed and they never will be.
 */
export class SendQueue {
  readonly #sink: ByteSink;
  readonly #flow: FlowCounter;
  readonly #onFailure: (error: unknown) => void;
  readonly #items: Item[] = [];
  #isWriting = false;
  #isClosed = false;
  #queuedBytes = 0;
  #drained: PromiseWithResolvers<void> | undefined;
  readonly #busy = new DueTime();
  #takenBytes = 0;

  /**
   * @param sink The socket.
   * @param flow Counts what the socket takes of the frames that are relayed.
   * @param onFailure Called once when a write fails; the queue is closed by then.
   */
  constructor(sink: ByteSink, flow: FlowCounter, onFailure: (error: unknown) => void) {
    this.#sink = sink;
    this.#flow = flow;
    this.#onFailure = onFailure;
  }

  /** Bytes that wait for the socket. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Gives how long bytes waited for the peer, and how many it took, since the last call. */
  takeProgress(): { readonly toTakeMs: number; readonly takenBytes: number } {
    const progress = { toTakeMs: this.#busy.take(), takenBytes: this.#takenBytes };
    this.#takenBytes = 0;
    return progress;
  }

  /**
   * Adds whole frames of the main thread.
   *
   * @param bytes Frames; not to be touched before `onSent`.
   * @param onSent Called when the bytes are written or given up.
   */
  push(bytes: Uint8Array, onSent?: () => void): void {
    this.#add({ bytes, onSent, isRelayed: false });
  }

  /** Adds whole frames of a worker, as {@linkcode SendQueue.push} does; they are counted. */
  relay(bytes: Uint8Array, onSent: () => void): void {
    this.#add({ bytes, onSent, isRelayed: true });
  }

  /** Resolves when nothing waits any more, or the queue is closed. */
  drained(): Promise<void> {
    if (!this.#isWriting) return Promise.resolve();
    this.#drained ??= Promise.withResolvers();
    return this.#drained.promise;
  }

  /** Gives up all that waits. */
  close(): void {
    this.#isClosed = true;
    for (const item of this.#items.splice(0)) item.onSent?.();
    this.#queuedBytes = 0;
    // The item in the middle of a write is settled by #write, when that write returns or fails.
  }

  #add(item: Item): void {
    if (this.#isClosed) return item.onSent?.();
    this.#items.push(item);
    this.#queuedBytes += item.bytes.byteLength;
    if (!this.#isWriting) void this.#write();
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    this.#busy.begin();
    for (let item = this.#items.shift(); item !== undefined; item = this.#items.shift()) {
      try {
        await this.#writeAll(item);
      } catch (error) {
        const isFirst = !this.#isClosed;
        this.close();
        if (isFirst) this.#onFailure(error);
      }
      item.onSent?.();
    }
    this.#isWriting = false;
    this.#busy.end();
    this.#drained?.resolve();
    this.#drained = undefined;
  }

  async #writeAll({ bytes, isRelayed }: Item): Promise<void> {
    let at = 0;
    while (at < bytes.byteLength && !this.#isClosed) {
      const written = await this.#sink.write(at === 0 ? bytes : bytes.subarray(at));
      at += written;
      if (isRelayed) this.#flow.addDown(written);
      this.#queuedBytes = Math.max(0, this.#queuedBytes - written);
      this.#takenBytes += written;
    }
  }
}
