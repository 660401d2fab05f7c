import { crc32 } from "node:zlib";
import { FrameType } from "#protocol/frame.ts";
import type { FrameView } from "#protocol/frame_reader.ts";
import { plainBytesOf, unpack } from "#protocol/packed_data.ts";
import { releaseBytes } from "#protocol/release_bytes.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { DataBatch, Exchange } from "./exchange.ts";
import type { PartFile } from "./part_file.ts";
import type { RunningDigest } from "./running_digest.ts";

const DAMAGE = new Error("a frame is not what its CRC-32 says");

/** Where received bytes go. */
export interface ReceiveJob {
  readonly exchange: Exchange;
  readonly part: PartFile;
  readonly digest: RunningDigest;
  /** Bytes that are still to come; undefined when the server cannot know. */
  readonly restBytes: number | undefined;
  /** Told when bytes have arrived: as many as travelled for them, in how many frames. */
  readonly onArrived?: (wireBytes: number, frames: number) => void;
  /** Told when bytes are in the part. */
  readonly onWritten: () => void;
  /** What is being downloaded, for messages. */
  readonly act: string;
}

/**
 * Takes the DATA and PACKED frames of a download: while one batch is written to disk, the next is received and
 * checked. Afterwards, also after a failure, the digest has seen exactly the bytes in the part.
 *
 * @param job Where bytes go.
 * @returns Payload of RESULT.
 * @throws {SluiceError} `checksum_mismatch`, `disk_full`, or why the exchange ended.
 */
export async function receiveData(job: ReceiveJob): Promise<Uint8Array> {
  const receiver = new Receiver(job);
  try {
    for (;;) {
      const reply = await job.exchange.next();
      if (reply.kind === "ready") throw misplaced(job, "READY twice");
      if (reply.kind === "result") {
        await receiver.finish();
        return reply.payload;
      }
      await receiver.take(reply.batch);
    }
  } finally {
    // The part must not be closed under a write.
    await receiver.settle();
  }
}

/** Brings checked bytes to the disk, one write at a time. */
class Receiver {
  readonly #job: ReceiveJob;
  #restBytes: number;
  #writing = Promise.resolve();

  constructor(job: ReceiveJob) {
    this.#job = job;
    this.#restBytes = job.restBytes ?? Infinity;
  }

  /** Takes a batch; it is given back when its bytes are used. */
  async take(batch: DataBatch): Promise<void> {
    const { frames, bytes, release } = batch;
    const wireBytes = frames.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0);
    this.#job.onArrived?.(wireBytes, frames.length);
    const isPacked = frames[0]?.type === FrameType.PACKED;
    let isUsed = false;
    try {
      if (isPacked) {
        // One by one: a few bytes of one buffer may stand for a thousand times as many.
        for (const frame of frames) {
          const plain = this.#unpack(bytes, frame);
          await this.#write(plain, () => releaseBytes(plain));
        }
      } else {
        const plain = checkedBytes(this.#job, batch);
        this.#count(plain.byteLength);
        await this.#write(plain, release);
        isUsed = true;
      }
    } finally {
      if (!isUsed) release();
    }
  }

  /** All has come: waits for the disk. */
  async finish(): Promise<void> {
    await this.#writing;
    if (this.#restBytes > 0 && this.#job.restBytes !== undefined) {
      throw misplaced(this.#job, "fewer bytes than it announced");
    }
  }

  /** Waits for a write that is under way, however it ends. */
  async settle(): Promise<void> {
    await Promise.allSettled([this.#writing]);
  }

  #unpack(bytes: Uint8Array, { payloadAt, payloadBytes, crc }: FrameView): Uint8Array {
    const payload = bytes.subarray(payloadAt, payloadAt + payloadBytes);
    this.#count(plainBytesOf(payload));
    const plain = unpack(payload, crc);
    if (plain === undefined) throw damaged(this.#job);
    return plain;
  }

  #count(plainBytes: number): void {
    this.#restBytes -= plainBytes;
    if (this.#restBytes < 0) throw misplaced(this.#job, "more bytes than it announced");
  }

  /** Waits for the write before this one only. */
  async #write(plain: Uint8Array, onWritten?: () => void): Promise<void> {
    const { digest, part } = this.#job;
    digest.update(plain);
    await this.#writing;
    this.#writing = part.write(plain).then(this.#job.onWritten).finally(onWritten);
    this.#writing.catch(() => {}); // Whoever waits for it gets the error.
  }
}

/** Whether an error is about a frame that was damaged on its way, and so is not in the part. */
export function isDamage(error: SluiceError): boolean {
  return error.cause === DAMAGE;
}

/** Checks each frame's CRC-32, then closes the gaps that the headers leave between payloads. */
function checkedBytes(job: ReceiveJob, batch: DataBatch): Uint8Array {
  const { bytes, frames } = batch;
  const start = frames[0]?.payloadAt ?? 0;
  let end = start;
  for (const { payloadAt, payloadBytes, crc } of frames) {
    const payloadEnd = payloadAt + payloadBytes;
    if (crc32(bytes.subarray(payloadAt, payloadEnd)) !== crc) {
      throw damaged(job);
    }
    if (payloadAt !== end) bytes.copyWithin(end, payloadAt, payloadEnd);
    end += payloadBytes;
  }
  return bytes.subarray(start, end);
}

function damaged(job: ReceiveJob): SluiceError {
  const message = `Cannot ${job.act}: bytes were damaged on their way`;
  return new SluiceError("checksum_mismatch", message, { cause: DAMAGE });
}

function misplaced(job: ReceiveJob, what: string): SluiceError {
  return new SluiceError("protocol_error", `Cannot ${job.act}: the server sent ${what}`);
}
