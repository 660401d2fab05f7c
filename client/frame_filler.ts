import { crc32 } from "node:zlib";
import { FrameType, writeHeader } from "#protocol/frame.ts";
import { HEADER_BYTES } from "#protocol/limits.ts";

/** One being filled, two being sent. */
const BUFFERS = 3;

/** Sends one whole frame; the bytes may be used again once it settles. */
export type SendFrame = (frame: Uint8Array, payload: Uint8Array) => Promise<void>;

/**
 * Gathers bytes of any size into DATA frames, in buffers that are used over and over. Who adds bytes waits
 * while all buffers are on their way.
 */
export class FrameFiller {
  readonly #requestId: number;
  readonly #send: SendFrame;
  readonly #frameBytes: number;
  readonly #buffers: { bytes: Uint8Array<ArrayBuffer> | undefined; sending: Promise<void> }[];
  #current = 0;
  #filledBytes = 0;

  /**
   * @param requestId Carried by each frame.
   * @param frameBytes Bytes of a full frame's payload.
   * @param send Sends a frame; called for one after the other.
   */
  constructor(requestId: number, frameBytes: number, send: SendFrame) {
    this.#requestId = requestId;
    this.#frameBytes = frameBytes;
    this.#send = send;
    this.#buffers = Array.from(
      { length: BUFFERS },
      () => ({ bytes: undefined, sending: Promise.resolve() }),
    );
  }

  /** Bytes that wait for their frame to be full. */
  get waitingBytes(): number {
    return this.#filledBytes;
  }

  /** Adds bytes, which are copied, and sends what is full. */
  async add(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.byteLength;) {
      const into = await this.#buffer();
      const room = Math.min(this.#frameBytes - this.#filledBytes, bytes.byteLength - at);
      into.set(bytes.subarray(at, at + room), HEADER_BYTES + this.#filledBytes);
      this.#filledBytes += room;
      at += room;
      if (this.#filledBytes === this.#frameBytes) await this.sendRest();
    }
  }

  /** Sends what has been added so far. Whether it arrives shows at the next wait. */
  async sendRest(): Promise<void> {
    if (this.#filledBytes === 0) return;
    const frame = (await this.#buffer()).subarray(0, HEADER_BYTES + this.#filledBytes);
    const payload = frame.subarray(HEADER_BYTES);
    writeHeader(frame, 0, {
      type: FrameType.DATA,
      requestId: this.#requestId,
      payloadBytes: payload.byteLength,
      crc: crc32(payload),
    });
    this.#filledBytes = 0;
    const before = this.#buffers[(this.#current + BUFFERS - 1) % BUFFERS]?.sending;
    const sending = Promise.resolve(before).then(() => this.#send(frame, payload));
    sending.catch(() => {}); // Whoever waits for it gets the error.
    this.#buffers[this.#current] = { bytes: this.#buffers[this.#current]?.bytes, sending };
    this.#current = (this.#current + 1) % BUFFERS;
  }

  /** Waits until all frames are sent. */
  async settle(): Promise<void> {
    await Promise.all(this.#buffers.map(({ sending }) => sending));
  }

  /** The buffer to fill, once its last frame has gone. */
  async #buffer(): Promise<Uint8Array<ArrayBuffer>> {
    const slot = this.#buffers[this.#current];
    if (slot === undefined) throw new RangeError("there is no such buffer");
    await slot.sending;
    slot.bytes ??= new Uint8Array(HEADER_BYTES + this.#frameBytes);
    return slot.bytes;
  }
}
