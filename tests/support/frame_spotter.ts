import { type FrameType, readHeader } from "#protocol/frame.ts";
import { HEADER_BYTES, PREFACE_BYTES } from "#protocol/limits.ts";

/** Finds the frames in a stream that begins with a preface. */
export class FrameSpotter {
  readonly #header = new Uint8Array(HEADER_BYTES);
  #headerBytes = 0;
  #type: FrameType | undefined;
  /** Bytes that belong to the preface or the payload of the frame that has begun. */
  #skip = PREFACE_BYTES;

  /** Gives the types of the frames that end in these bytes. */
  feed(bytes: Uint8Array): FrameType[] {
    const ended: FrameType[] = [];
    for (let at = 0; at < bytes.byteLength;) {
      const skipped = Math.min(this.#skip, bytes.byteLength - at);
      this.#skip -= skipped;
      at += skipped;
      if (this.#skip > 0) break;
      this.#note(ended);
      const taken = bytes.subarray(at, at + HEADER_BYTES - this.#headerBytes);
      this.#header.set(taken, this.#headerBytes);
      this.#headerBytes += taken.byteLength;
      at += taken.byteLength;
      if (this.#headerBytes === HEADER_BYTES) this.#begin();
    }
    if (this.#skip === 0) this.#note(ended);
    return ended;
  }

  #begin(): void {
    const { type, payloadBytes } = readHeader(this.#header, 0, "server");
    this.#headerBytes = 0;
    this.#type = type;
    this.#skip = payloadBytes;
  }

  #note(ended: FrameType[]): void {
    if (this.#type !== undefined) ended.push(this.#type);
    this.#type = undefined;
  }
}
