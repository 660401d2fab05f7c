import { crc32 } from "node:zlib";
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
  /** What is being read, for messages. */
  readonly act: string;
  /** Called once, when the stream is over in whatever way. */
  readonly onEnd: () => void;
}

/**
 * Makes a stream of the DATA of a request. Each frame's CRC-32 is checked before its bytes are handed out,
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

  /** Copies the payloads out, so that the receive buffer is free for the next ones. */
  #take({ bytes, frames, release }: DataBatch): Uint8Array<ArrayBuffer> {
    try {
      const size = frames.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0);
      this.#restBytes -= size;
      if (this.#restBytes < 0) throw this.#broken("more bytes than it announced");
      const chunk = new Uint8Array(size);
      let at = 0;
      for (const { payloadAt, payloadBytes, crc } of frames) {
        const payload = bytes.subarray(payloadAt, payloadAt + payloadBytes);
        if (crc32(payload) !== crc) {
          const why = "bytes were damaged on their way";
          throw new SluiceError("checksum_mismatch", `Cannot ${this.#job.act}: ${why}`);
        }
        chunk.set(payload, at);
        at += payloadBytes;
      }
      this.#job.digest?.update(chunk);
      return chunk;
    } finally {
      release();
    }
  }

  #broken(what: string): SluiceError {
    return new SluiceError("protocol_error", `Cannot ${this.#job.act}: the server sent ${what}`);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#held = undefined;
    this.#job.onEnd();
  }
}
