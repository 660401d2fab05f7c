import { encodeControl, type FrameType } from "#protocol/frame.ts";
import { HEADER_BYTES } from "#protocol/limits.ts";

/** Payload bytes of one chunk when no throttle is on. */
export const FULL_CHUNK_BYTES = 512 * 1024;
/** Room for control frames in front of a chunk. */
const CONTROL_BYTES = 4 * 1024;
/** Buffers that go round between this worker and the socket: one is filled while others are sent. */
const MAX_BUFFERS = 4;

/** Hands whole frames to the main thread; the buffer is transferred and comes back later. */
export type Send = (buffer: ArrayBuffer, end: number) => void;

/**
 * A worker's output: frames are gathered in one of a few buffers that go round between the worker and
 * the socket. When all of them wait for a slow reader, `reserve` waits too, and with it the disk.
 */
export class Outbox {
  readonly #send: Send;
  readonly #bufferBytes: number;
  readonly #free: ArrayBuffer[] = [];
  #made = 0;
  #current: Uint8Array<ArrayBuffer> | undefined;
  #filled = 0;
  #returned: PromiseWithResolvers<void> | undefined;

  /**
   * @param send Takes filled buffers.
   * @param chunkBytes Payload bytes of the largest frame.
   */
  constructor(send: Send, chunkBytes: number = FULL_CHUNK_BYTES) {
    this.#send = send;
    this.#bufferBytes = HEADER_BYTES + chunkBytes + CONTROL_BYTES;
  }

  /**
   * Gives room for frames, waiting for a buffer if need be. Only what {@linkcode Outbox.commit}
   * counts is sent; the next call may give the same room again.
   *
   * @param bytes At most a full chunk and its header.
   * @returns Exactly that many bytes.
   */
  async reserve(bytes: number): Promise<Uint8Array> {
    if (this.#current !== undefined && this.#filled + bytes > this.#current.byteLength) {
      this.flush();
    }
    this.#current ??= await this.#takeBuffer();
    return this.#current.subarray(this.#filled, this.#filled + bytes);
  }

  /** Counts reserved bytes as written. */
  commit(bytes: number): void {
    this.#filled += bytes;
  }

  /** Adds a frame with a JSON payload. */
  async control(type: FrameType, requestId: number, payload: unknown): Promise<void> {
    await this.frame(encodeControl(type, requestId, payload));
  }

  /** Adds a whole small frame. */
  async frame(bytes: Uint8Array): Promise<void> {
    const room = await this.reserve(bytes.byteLength);
    room.set(bytes);
    this.commit(bytes.byteLength);
  }

  /** Sends what was gathered. */
  flush(): void {
    if (this.#current === undefined || this.#filled === 0) return;
    this.#send(this.#current.buffer, this.#filled);
    this.#current = undefined;
    this.#filled = 0;
  }

  /** Takes back buffers that were sent. */
  giveBack(buffers: readonly ArrayBuffer[]): void {
    this.#free.push(...buffers);
    this.#returned?.resolve();
    this.#returned = undefined;
  }

  /** Forgets what was gathered but not sent: the lease is over. */
  reset(): void {
    this.#filled = 0;
  }

  async #takeBuffer(): Promise<Uint8Array<ArrayBuffer>> {
    for (;;) {
      const free = this.#free.pop();
      if (free !== undefined) return new Uint8Array(free);
      if (this.#made < MAX_BUFFERS) {
        this.#made++;
        return new Uint8Array(this.#bufferBytes);
      }
      this.#returned ??= Promise.withResolvers();
      await this.#returned.promise;
    }
  }
}
