import { crc32 } from "node:zlib";
import { type DataPacker, mostPieceBytes } from "#protocol/data_packer.ts";
import { FrameType, writeHeader } from "#protocol/frame.ts";
import { HEADER_BYTES } from "#protocol/limits.ts";
import { throwIfAborted } from "./abort.ts";
import type { Connection } from "./connection.ts";
import type { Exchange } from "./exchange.ts";
import type { LocalSource } from "./local_source.ts";
import type { Pacer } from "./pacer.ts";
import { SendWindow } from "./send_window.ts";
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
  /** Most bytes that travel ahead of the last ACK. */
  readonly windowBytes: number;
  /** Bytes of one DATA payload; a rate limit makes them smaller, compressing larger. */
  readonly frameBytes: number;
  readonly pacer: Pacer;
  /** Compresses where that is worth it; `undefined` when it is not wanted. */
  readonly packer: DataPacker | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Sends the rest of a file as DATA and PACKED frames: while one is sent, the next is checked and the one
 * after that is read from the disk. Frames are built in place in buffers that are used over and over. How
 * much of the file the next frame holds, and whether it is compressed, is decided just before it goes,
 * since the limit may have changed.
 *
 * @param job What to send.
 * @returns When the socket has taken all bytes.
 * @throws {SluiceError} Why the upload, the connection or the reading of the file ended.
 */
export async function sendData(job: SendJob): Promise<void> {
  const { connection, source, digest, packer } = job;
  const firstByte = digest.bytes;
  if (firstByte >= source.sizeBytes) return;
  const mostBytes = mostBlockBytes(job);
  const window = new SendWindow(job.exchange, job.windowBytes);
  const buffers = makeBuffers(source.sizeBytes - firstByte, mostBytes);
  let reading = readBlock(source, buffers, 0, firstByte, mostBytes);
  let writing = Promise.resolve();
  try {
    for (let count = 1; digest.bytes < source.sizeBytes; count++) {
      const block = await reading;
      const blockBytes = block.byteLength - HEADER_BYTES;
      const end = digest.bytes + blockBytes;
      if (end < source.sizeBytes) reading = readBlock(source, buffers, count, end, mostBytes);
      for (let at = 0; at < blockBytes;) {
        const pieceBytes = nextPieceBytes(job, blockBytes - at);
        // The header goes over the end of the piece before, which has to be gone by then.
        if (at > 0) await (packer?.waiting(writing) ?? writing);
        const piece = block.subarray(at, at + HEADER_BYTES + pieceBytes);
        digest.update(piece.subarray(HEADER_BYTES));
        const frame = packer?.finish(piece, job.exchange.id) ?? asDataFrame(piece, job.exchange.id);
        const going = mayGo(job, window, frame.byteLength - HEADER_BYTES, writing);
        await (packer?.waiting(going) ?? going);
        writing = quietly(connection.write(frame));
        at += pieceBytes;
      }
    }
    await writing;
  } finally {
    // Both use the buffers and the file, which must not be closed under them.
    await Promise.allSettled([reading, writing]);
  }
}

/** Waits until the frame whose bytes the digest has seen last fits the rate, the window and the socket. */
async function mayGo(
  job: SendJob,
  window: SendWindow,
  wireBytes: number,
  writing: Promise<void>,
): Promise<void> {
  throwIfAborted(job.signal, `upload "${job.source.path}"`);
  if (job.pacer.isLimited) await job.pacer.take(wireBytes, job.signal);
  if (job.exchange.error !== undefined) throw job.exchange.error;
  await window.untilFits(job.digest.bytes, wireBytes);
  throwIfAborted(job.signal, `upload "${job.source.path}"`);
  await writing;
}

/** The largest piece of the file that one frame may hold. */
function mostBlockBytes({ packer, frameBytes, windowBytes }: SendJob): number {
  if (packer === undefined) return Math.min(frameBytes, windowBytes);
  // Half a window at the most, so that one piece is made while the other is acknowledged.
  const most = Math.min(mostPieceBytes(frameBytes), Math.ceil(windowBytes / 2));
  return Math.min(windowBytes, Math.max(frameBytes, most));
}

/** Bytes of the file in the next frame. */
function nextPieceBytes({ pacer, packer, frameBytes }: SendJob, restBytes: number): number {
  const flowing = pacer.pieceBytes(frameBytes);
  return Math.min(packer?.pieceBytes(flowing) ?? flowing, restBytes);
}

function makeBuffers(restBytes: number, mostBytes: number): Uint8Array<ArrayBuffer>[] {
  const count = Math.min(BUFFERS, Math.ceil(restBytes / mostBytes));
  const bufferBytes = HEADER_BYTES + Math.min(mostBytes, restBytes);
  return Array.from({ length: count }, () => new Uint8Array(bufferBytes));
}

/** Reads the n-th block of the file behind room for a header; gives room and bytes. */
function readBlock(
  source: LocalSource,
  buffers: readonly Uint8Array<ArrayBuffer>[],
  count: number,
  offsetBytes: number,
  mostBytes: number,
): Promise<Uint8Array> {
  const blockBytes = Math.min(mostBytes, source.sizeBytes - offsetBytes);
  const buffer = buffers[count % buffers.length] ?? new Uint8Array(HEADER_BYTES + blockBytes);
  const block = buffer.subarray(0, HEADER_BYTES + blockBytes);
  return quietly(source.read(block.subarray(HEADER_BYTES), offsetBytes).then(() => block));
}

function asDataFrame(frame: Uint8Array, requestId: number): Uint8Array {
  const payload = frame.subarray(HEADER_BYTES);
  writeHeader(frame, 0, {
    type: FrameType.DATA,
    requestId,
    payloadBytes: payload.byteLength,
    crc: crc32(payload),
  });
  return frame;
}

/** Lets a promise fail before it is waited for; whoever waits gets the error. */
function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
