import { crc32 } from "node:zlib";
import { FrameType } from "#protocol/frame.ts";
import type { FrameView } from "#protocol/frame_reader.ts";
import { plainBytesOf, unpack } from "#protocol/packed_data.ts";
import { releaseBytes } from "#protocol/release_bytes.ts";
import { GetResultSchema } from "#protocol/replies.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { cancelledError } from "./abort.ts";
import { decodeReply } from "./decode_reply.ts";
import type { DataBatch, Exchange } from "./exchange.ts";
import type { RunningDigest } from "./running_digest.ts";

/** A GET or ARCHIVE behind its READY, whose DATA become a stream. */
export interface DataStreamJob {
  readonly exchange: Exchange;
  /** Bytes that must come; `undefined` when the server cannot know. */
  readonly lengthBytes: number | undefined;
  /** Has seen nothing; must be the server's digest at the end. `undefined` checks each frame only. */
  readonly digest: RunningDigest | undefined;
  /** Whether compressed bytes were asked for. */
  readonly mayCompress: boolean;
  /** What is being read, for messages. */
  readonly act: string;
  /** Called once, when the stream is over in whatever way. */
  readonly onEnd: () => void;
}

/**
 * Makes a stream of the DATA and PACKED frames of a request. Each frame's CRC-32 is checked before its bytes are handed out,
 * and the last bytes are held back until the whole is verified: a reader that got all of them, and no
 * error, has what the server meant. A reader that does not read stops the reading of the socket.
 *
 * @param job What is read.
 * @returns Chunks that belong to the reader.
 */
export function streamData(job: DataStreamJob): ReadableStream<Uint8Array<ArrayBuffer>> {
  const source = new DataSource(job);
  return new ReadableStream(source, { highWaterMark: 0 });
}

class DataSource implements UnderlyingDefaultSource<Uint8Array<ArrayBuffer>> {
  readonly #job: DataStreamJob;
  #restBytes: number;
  #held: Uint8Array<ArrayBuffer> | undefined;
  /** PACKED frames that came together: a few bytes of them may stand for a thousand times as many. */
  #packed: DataBatch | undefined;
  #unpacked = 0;
  #isOver = false;

  constructor(job: DataStreamJob) {
    this.#job = job;
    this.#restBytes = job.lengthBytes ?? Infinity;
  }

  async pull(
    controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>,
  ): Promise<void> {
    try {
      // One that comes is held back and the one before it handed out.
      for (let isServed = false; !isServed;) {
        const held = this.#held;
        const next = await this.#next();
        if (held !== undefined) controller.enqueue(held);
        this.#held = next;
        isServed = held !== undefined || next === undefined;
        if (next === undefined) controller.close();
      }
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  cancel(): void {
    const { exchange, act } = this.#job;
    exchange.abandon(cancelledError(act));
    this.#end();
  }

  /** Gives the next bytes; `undefined` when all have come and are right. */
  async #next(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (this.#packed !== undefined) return this.#unpackOne(this.#packed);
    const reply = await this.#job.exchange.next();
    if (reply.kind === "data") return this.#take(reply.batch);
    if (reply.kind !== "result") throw this.#broken("READY twice");
    if (this.#restBytes > 0 && this.#job.lengthBytes !== undefined) {
      throw this.#broken("fewer bytes than it announced");
    }
    this.#verify(reply.payload);
    this.#end();
    return undefined;
  }

  #verify(payload: Uint8Array): void {
    const { digest, act } = this.#job;
    const stated = decodeReply(GetResultSchema, payload).digest;
    if (digest === undefined || digest.digest() === stated) return;
    const why = "the whole has another checksum than the server stated";
    throw new SluiceError("checksum_mismatch", `Cannot ${act}: ${why}`);
  }

  #take(batch: DataBatch): Uint8Array<ArrayBuffer> {
    if (batch.frames[0]?.type !== FrameType.PACKED) return this.#copy(batch);
    this.#packed = batch;
    this.#unpacked = 0;
    if (!this.#job.mayCompress) throw this.#broken("compressed bytes that nobody asked for");
    return this.#unpackOne(batch);
  }

  /** Copies the payloads out, so that the receive buffer is free for the next ones. */
  #copy({ bytes, frames, release }: DataBatch): Uint8Array<ArrayBuffer> {
    try {
      const size = frames.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0);
      this.#count(size);
      const chunk = new Uint8Array(size);
      let at = 0;
      for (const frame of frames) {
        const payload = payloadOf(bytes, frame);
        if (crc32(payload) !== frame.crc) throw this.#damaged();
        chunk.set(payload, at);
        at += payload.byteLength;
      }
      this.#job.digest?.update(chunk);
      return chunk;
    } finally {
      release();
    }
  }

  #unpackOne({ bytes, frames }: DataBatch): Uint8Array<ArrayBuffer> {
    const frame = frames[this.#unpacked++];
    if (frame === undefined) throw this.#broken("no bytes");
    const payload = payloadOf(bytes, frame);
    this.#count(plainBytesOf(payload));
    const plain = unpack(payload, frame.crc);
    if (plain === undefined) throw this.#damaged();
    if (this.#unpacked === frames.length) this.#releasePacked();
    // zstd's own array may be a part of a larger one.
    const chunk = new Uint8Array(plain);
    releaseBytes(plain);
    this.#job.digest?.update(chunk);
    return chunk;
  }

  #releasePacked(): void {
    this.#packed?.release();
    this.#packed = undefined;
  }

  #count(plainBytes: number): void {
    this.#restBytes -= plainBytes;
    if (this.#restBytes < 0) throw this.#broken("more bytes than it announced");
  }

  #damaged(): SluiceError {
    const why = "bytes were damaged on their way";
    return new SluiceError("checksum_mismatch", `Cannot ${this.#job.act}: ${why}`);
  }

  #broken(what: string): SluiceError {
    return new SluiceError("protocol_error", `Cannot ${this.#job.act}: the server sent ${what}`);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#held = undefined;
    this.#releasePacked();
    this.#job.onEnd();
  }
}

function payloadOf(bytes: Uint8Array, { payloadAt, payloadBytes }: FrameView): Uint8Array {
  return bytes.subarray(payloadAt, payloadAt + payloadBytes);
}
