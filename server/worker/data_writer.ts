import { crc32 } from "#protocol/crc32.ts";
import type { DataPacker } from "#protocol/data_packer.ts";
import { FrameType, writeHeader } from "#protocol/frame.ts";
import { HEADER_BYTES } from "#protocol/limits.ts";
import type { RequestContext } from "./request_context.ts";

/** Turns pieces of any size into DATA frames of one size, throttled, and compressed where that is worth it. */
export class DataWriter {
  readonly #context: RequestContext;
  readonly #packer: DataPacker | undefined;
  #chunkBytes: number;
  #frame: Uint8Array | undefined;
  #filled = 0;

  /**
   * @param context The request.
   * @param packer Compresses; `undefined` for no compression.
   */
  constructor(context: RequestContext, packer: DataPacker | undefined) {
    this.#context = context;
    this.#packer = packer;
    this.#chunkBytes = this.#nextChunkBytes();
  }

  /** Adds bytes; waits while the client is slow. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.byteLength;) {
      this.#frame ??= await this.#reserve();
      const piece = bytes.subarray(at, at + this.#chunkBytes - this.#filled);
      this.#frame.set(piece, HEADER_BYTES + this.#filled);
      this.#filled += piece.byteLength;
      at += piece.byteLength;
      if (this.#filled === this.#chunkBytes) await this.end();
    }
  }

  /** Sends what was gathered. */
  async end(): Promise<void> {
    const { outbox, throttle, requestId, signal, history } = this.#context;
    const frame = this.#frame;
    const payloadBytes = this.#filled;
    if (frame === undefined || payloadBytes === 0) return;
    this.#frame = undefined;
    this.#filled = 0;
    signal.throwIfAborted();
    const wireBytes = this.#finish(frame.subarray(0, HEADER_BYTES + payloadBytes), requestId);
    if (throttle.isOn) {
      const flowing = throttle.wait(wireBytes, signal);
      await (this.#packer?.waiting(flowing) ?? flowing);
    }
    outbox.commit(HEADER_BYTES + wireBytes);
    outbox.flush();
    history.bytes += payloadBytes;
    if (throttle.isOn) await throttle.pause(wireBytes, signal);
  }

  /** Puts the header in front; gives the bytes that travel behind it. */
  #finish(frame: Uint8Array, requestId: number): number {
    if (this.#packer !== undefined) {
      return this.#packer.finish(frame, requestId).byteLength - HEADER_BYTES;
    }
    const payload = frame.subarray(HEADER_BYTES);
    const payloadBytes = payload.byteLength;
    writeHeader(frame, 0, { type: FrameType.DATA, requestId, payloadBytes, crc: crc32(payload) });
    return payloadBytes;
  }

  /** Asks for the size each time: the limits may change on the way. */
  async #reserve(): Promise<Uint8Array> {
    this.#chunkBytes = this.#nextChunkBytes();
    const room = this.#context.outbox.reserve(HEADER_BYTES + this.#chunkBytes);
    return await (this.#packer?.waiting(room) ?? room);
  }

  #nextChunkBytes(): number {
    const { chunkBytes } = this.#context.throttle;
    return this.#packer?.pieceBytes(chunkBytes) ?? chunkBytes;
  }
}
