import { crc32 } from "node:zlib";
import { FrameType, writeHeader } from "#protocol/frame.ts";
import { HEADER_BYTES } from "#protocol/limits.ts";
import { throwIfAborted } from "./abort.ts";
import type { Connection } from "./connection.ts";
import type { Exchange } from "./exchange.ts";
import type { LocalSource } from "./local_source.ts";
import type { Pacer } from "./pacer.ts";
import type { RunningDigest } from "./running_digest.ts";

/** One being read, one being checked, one being sent. */
const BUFFERS = 3;

/** The bytes to send, and the rules for sending them. */
export interface SendJob {
  readonly connection: Connection;
  readonly exchange: Exchange;
  readonly source: LocalSource;
  /** Has seen all bytes before the first one to send. */
  readonly digest: RunningDigest;
  /** Most bytes ahead of the last ACK. */
  readonly windowBytes: number;
  /** Bytes of one DATA payload; a rate limit makes them smaller. */
  readonly frameBytes: number;
  readonly pacer: Pacer;
  readonly signal: AbortSignal | undefined;
}

/**
 * Sends the rest of a file as DATA frames: while one is sent, the next is checked and the one after
 * that is read from the disk. Frames are built in place in buffers that are used over and over. What a
 * rate limit lets go at once is decided just before it goes, since the limit may have changed.
 *
 * @param job What to send.
 * @returns When the socket has taken all bytes.
 * @throws {SluiceError} Why the upload, the connection or the reading of the file ended.
 */
export async function sendData(job: SendJob): Promise<void> {
  const { connection, source, digest } = job;
  const firstByte = digest.bytes;
  const frameBytes = Math.min(job.frameBytes, job.windowBytes, source.sizeBytes - firstByte);
  if (frameBytes <= 0) return;
  const buffers = makeBuffers(source.sizeBytes - firstByte, frameBytes);
  let reading = readFrame(source, buffers, 0, firstByte, frameBytes);
  let writing = Promise.resolve();
  try {
    for (let count = 1; digest.bytes < source.sizeBytes; count++) {
      const block = await reading;
      const blockBytes = block.byteLength - HEADER_BYTES;
      const end = digest.bytes + blockBytes;
      if (end < source.sizeBytes) reading = readFrame(source, buffers, count, end, frameBytes);
      for (let at = 0; at < blockBytes;) {
        const payloadBytes = job.pacer.pieceBytes(blockBytes - at);
        // The header goes over the end of the piece before, which has to be gone by then.
        if (at > 0) await writing;
        const frame = block.subarray(at, at + HEADER_BYTES + payloadBytes);
        writeDataHeader(frame, job.exchange.id);
        digest.update(frame.subarray(HEADER_BYTES));
        await mayGo(job, payloadBytes);
        await writing;
        writing = quietly(connection.write(frame));
        at += payloadBytes;
      }
    }
    await writing;
  } finally {
    // Both use the buffers and the file, which must not be closed under them.
    await Promise.allSettled([reading, writing]);
  }
}

/** Waits until the frame whose bytes the digest has seen last fits the rate and the window. */
async function mayGo(job: SendJob, payloadBytes: number): Promise<void> {
  throwIfAborted(job.signal, `upload "${job.source.path}"`);
  if (job.pacer.isLimited) await job.pacer.take(payloadBytes, job.signal);
  if (job.exchange.error !== undefined) throw job.exchange.error;
  await job.exchange.untilAcked(job.digest.bytes - job.windowBytes);
  throwIfAborted(job.signal, `upload "${job.source.path}"`);
}

function makeBuffers(restBytes: number, frameBytes: number): Uint8Array<ArrayBuffer>[] {
  const count = Math.min(BUFFERS, Math.ceil(restBytes / frameBytes));
  return Array.from({ length: count }, () => new Uint8Array(HEADER_BYTES + frameBytes));
}

/** Reads the payload of the n-th frame behind the place of its header; gives the whole frame. */
function readFrame(
  source: LocalSource,
  buffers: readonly Uint8Array<ArrayBuffer>[],
  count: number,
  offsetBytes: number,
  frameBytes: number,
): Promise<Uint8Array> {
  const buffer = buffers[count % buffers.length] ?? new Uint8Array(HEADER_BYTES + frameBytes);
  const payloadBytes = Math.min(frameBytes, source.sizeBytes - offsetBytes);
  const frame = buffer.subarray(0, HEADER_BYTES + payloadBytes);
  return quietly(source.read(frame.subarray(HEADER_BYTES), offsetBytes).then(() => frame));
}

function writeDataHeader(frame: Uint8Array, requestId: number): void {
  const payload = frame.subarray(HEADER_BYTES);
  writeHeader(frame, 0, {
    type: FrameType.DATA,
    requestId,
    payloadBytes: payload.byteLength,
    crc: crc32(payload),
  });
}

/** Lets a promise fail before it is waited for; whoever waits gets the error. */
function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
