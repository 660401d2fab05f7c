import { crc32 } from "node:zlib";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { DataBatch, Exchange } from "./exchange.ts";
import type { PartFile } from "./part_file.ts";
import type { RunningDigest } from "./running_digest.ts";

const DAMAGE = new Error("the CRC-32 of a DATA frame is wrong");

/** Where received bytes go. */
export interface ReceiveJob {
  readonly exchange: Exchange;
  readonly part: PartFile;
  readonly digest: RunningDigest;
  /** Bytes that are still to come; undefined when the server cannot know. */
  readonly restBytes: number | undefined;
  /** Told when bytes are in the part. */
  readonly onWritten: () => void;
  /** What is being downloaded, for messages. */
  readonly act: string;
}

/**
 * Takes the DATA frames of a download: while one batch is written to disk, the next is received and
 * checked. Afterwards, also after a failure, the digest has seen exactly the bytes in the part.
 *
 * @param job Where bytes go.
 * @returns Payload of RESULT.
 * @throws {SluiceError} `checksum_mismatch`, `disk_full`, or why the exchange ended.
 */
export async function receiveData(job: ReceiveJob): Promise<Uint8Array> {
  let writing = Promise.resolve();
  let restBytes = job.restBytes ?? Infinity;
  try {
    for (;;) {
      const reply = await job.exchange.next();
      if (reply.kind === "ready") throw misplaced(job, "READY twice");
      if (reply.kind === "result") {
        await writing;
        if (restBytes > 0 && job.restBytes !== undefined) {
          throw misplaced(job, "fewer bytes than it announced");
        }
        return reply.payload;
      }
      const { batch } = reply;
      try {
        const bytes = checkedBytes(job, batch);
        restBytes -= bytes.byteLength;
        if (restBytes < 0) throw misplaced(job, "more bytes than it announced");
        job.digest.update(bytes);
        await writing;
        writing = job.part.write(bytes).then(job.onWritten).finally(batch.release);
        writing.catch(() => {}); // Whoever waits for it gets the error.
      } catch (error) {
        batch.release();
        throw error;
      }
    }
  } finally {
    // The part must not be closed under a write.
    await Promise.allSettled([writing]);
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
      throw new SluiceError(
        "checksum_mismatch",
        `Cannot ${job.act}: bytes were damaged on their way`,
        { cause: DAMAGE },
      );
    }
    if (payloadAt !== end) bytes.copyWithin(end, payloadAt, payloadEnd);
    end += payloadBytes;
  }
  return bytes.subarray(start, end);
}

function misplaced(job: ReceiveJob, what: string): SluiceError {
  return new SluiceError("protocol_error", `Cannot ${job.act}: the server sent ${what}`);
}
