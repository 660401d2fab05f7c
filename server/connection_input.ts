import { type FrameBatch, FrameReader } from "#protocol/frame_reader.ts";
import type { BufferPool } from "./buffer_pool.ts";
import { readPreface, sourceBehind } from "./connection_hello.ts";
import { DueTime } from "./due_time.ts";
import type { FlowCounter } from "./flow_counter.ts";
import { endedInsideFrame } from "./socket_error.ts";

/** Input buffers that may be with the worker or wait for it; then the socket is not read. */
const MAX_BUFFERS = 4;
/** A slow line gets a second more for each so many bytes of a frame. */
const SLOW_LINE_BYTES = 4096;

/** What arrives on one connection: frames in batches, read only while there is room for them. */
export class ConnectionInput {
  readonly #conn: Deno.TcpConn | Deno.TlsConn;
  readonly #buffers: BufferPool;
  readonly #flow: FlowCounter;
  #reader: FrameReader | undefined;
  #isReading = false;
  #isStopped = false;
  /** Buffers that are with the worker. */
  #lent = 0;
  #freed: PromiseWithResolvers<void> | undefined;
  /** When the frame that is under way began to arrive, as far as that can be known. */
  #frameSinceMs = 0;
  /** Runs while no buffer is with the worker. */
  readonly #starved = new DueTime();
  /** For the worker, since they were last asked for. */
  #sentBytes = 0;

  /**
   * @param conn The socket; somebody else closes it.
   * @param buffers Where batches lie.
   * @param flow Counts what arrives.
   */
  constructor(conn: Deno.TcpConn | Deno.TlsConn, buffers: BufferPool, flow: FlowCounter) {
    this.#conn = conn;
    this.#buffers = buffers;
    this.#flow = flow;
    this.#starved.begin();
  }

  /** Whether the socket is being read. */
  get isReading(): boolean {
    return this.#isReading;
  }

  /**
   * Waits for the preface.
   *
   * @returns Whether one came; else the peer left without a word.
   * @throws {RefusedPreface} When it was something else.
   */
  async open(): Promise<boolean> {
    const rest = await readPreface((into) => this.#conn.read(into));
    if (rest === null) return false;
    const source = sourceBehind(rest, (into) => this.#read(into));
    this.#flow.addUp(rest.byteLength);
    this.#reader = new FrameReader(source, this.#buffers, "client");
    return true;
  }

  /** Waits until there is room for a batch, or none is wanted any more. */
  async untilRoom(): Promise<void> {
    while (this.#lent >= MAX_BUFFERS && !this.#isStopped) {
      this.#freed = Promise.withResolvers();
      await this.#freed.promise;
    }
  }

  /**
   * Reads the next frames.
   *
   * @returns Whole frames in a buffer that has to be given back; `null` behind the last one.
   * @throws {SluiceError} `protocol_error` for bytes that are no frames.
   */
  async next(): Promise<FrameBatch | null> {
    this.#isReading = true;
    try {
      // The beginning of a frame may have come with the batch before.
      this.#frameSinceMs = performance.now();
      return await this.#reader?.next() ?? null;
    } finally {
      this.#isReading = false;
    }
  }

  /** Gives how long the worker had nothing of this client, and how many bytes came for it, since the last call. */
  takeProgress(): { readonly toSendMs: number; readonly sentBytes: number } {
    const progress = { toSendMs: this.#starved.take(), sentBytes: this.#sentBytes };
    this.#sentBytes = 0;
    return progress;
  }

  /** Notes that a batch's buffer goes to the worker. */
  lend(): void {
    this.#lent++;
    this.#starved.end();
  }

  /** Puts a batch away that is not for the worker. */
  drop({ bytes, end }: FrameBatch): void {
    this.#sentBytes -= end;
    this.#buffers.give(bytes.buffer);
  }

  /** Takes a buffer back from the worker. */
  takeBack(buffer: ArrayBuffer): void {
    this.#buffers.give(buffer);
    this.#lent--;
    if (this.#lent === 0) this.#starved.begin();
    this.#freed?.resolve();
  }

  /** Nothing more is wanted: nobody waits for room. */
  stop(): void {
    this.#isStopped = true;
    this.#freed?.resolve();
  }

  /** Whether the frame that is on its way should have arrived whole by now; `undefined` when none is. */
  isOverdue(nowMs: number, frameMs: number): boolean | undefined {
    const reader = this.#reader;
    if (!this.#isReading || !reader?.isMidFrame) return undefined;
    const allowedMs = frameMs + (reader.pendingFrameBytes / SLOW_LINE_BYTES) * 1000;
    return nowMs - this.#frameSinceMs > allowedMs;
  }

  async #read(into: Uint8Array): Promise<number | null> {
    const isNewFrame = !this.#reader?.isMidFrame;
    const count = await this.#conn.read(into);
    if (isNewFrame) this.#frameSinceMs = performance.now();
    if (count !== null) {
      this.#flow.addUp(count);
      this.#sentBytes += count;
    }
    // A line that broke, not a client that breaks the protocol: told so, it would not come back.
    if (count === null && this.#reader?.isMidFrame) throw endedInsideFrame();
    return count;
  }
}
