import { crc32 } from "node:zlib";
import { FrameType } from "#protocol/frame.ts";
import { GetReadySchema, StatResultSchema } from "#protocol/replies.ts";
import { parseRemotePath, type RemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { cancelledError, onAbort } from "./abort.ts";
import { callOn } from "./call.ts";
import type { Connection } from "./connection.ts";
import { peerError } from "./connection_errors.ts";
import type { ConnectionPool } from "./connection_pool.ts";
import { decodeReply } from "./decode_reply.ts";
import type { DataBatch } from "./exchange.ts";
import type { CallOptions } from "./types.ts";

/** Most bytes of a preview: they are held in memory. */
export const MAX_PREVIEW_BYTES: number = 1024 * 1024;

/** The beginning of a file. */
export interface Preview {
  /** Its first bytes. */
  readonly bytes: Uint8Array;
  /** Size of the whole file. */
  readonly sizeBytes: number;
}

/** Fetches the beginning of a file. */
export async function previewOf(
  pool: ConnectionPool,
  path: string,
  mostBytes: number,
  options: CallOptions,
): Promise<Preview> {
  const parsed = parseRemotePath(path);
  if (!Number.isSafeInteger(mostBytes) || mostBytes < 0 || mostBytes > MAX_PREVIEW_BYTES) {
    throw new RangeError(`Cannot preview ${mostBytes} bytes: it must be 0 to ${MAX_PREVIEW_BYTES}`);
  }
  const { signal } = options;
  const act = `preview "${parsed}"`;
  using lease = await pool.lease({ act, signal });
  const { sizeBytes } = await callOn(lease.connection, {
    act,
    type: FrameType.STAT,
    payload: { path: parsed },
    schema: StatResultSchema,
    isRepeatable: true,
    signal,
  });
  const lengthBytes = Math.min(mostBytes, sizeBytes);
  return await fetchHead(lease.connection, parsed, lengthBytes, signal);
}

async function fetchHead(
  connection: Connection,
  path: RemotePath,
  lengthBytes: number,
  signal: AbortSignal | undefined,
): Promise<Preview> {
  const exchange = connection.request(FrameType.GET, { path, lengthBytes, digest: "none" });
  using _watch = onAbort(signal, () => {
    exchange.abandon(cancelledError(`preview "${path}"`, signal));
    connection.sendControl(FrameType.CANCEL, exchange.id);
  });
  const bytes = new Uint8Array(lengthBytes);
  let filled = 0;
  let sizeBytes = 0;
  for (;;) {
    const reply = await exchange.next();
    if (reply.kind === "ready") {
      sizeBytes = decodeReply(GetReadySchema, reply.payload).sizeBytes;
    } else if (reply.kind === "result") {
      if (filled === lengthBytes) return { bytes, sizeBytes };
      throw peerError(connection.server, "it sent fewer bytes than were asked for");
    } else {
      filled = take(connection, path, reply.batch, bytes, filled);
    }
  }
}

function take(
  connection: Connection,
  path: RemotePath,
  batch: DataBatch,
  into: Uint8Array,
  at: number,
): number {
  let filled = at;
  try {
    for (const { payloadAt, payloadBytes, crc } of batch.frames) {
      const payload = batch.bytes.subarray(payloadAt, payloadAt + payloadBytes);
      if (filled + payloadBytes > into.byteLength) {
        throw peerError(connection.server, "it sent more bytes than were asked for");
      }
      if (crc32(payload) !== crc) {
        const message = `Cannot preview "${path}": bytes were damaged on their way`;
        throw new SluiceError("checksum_mismatch", message);
      }
      into.set(payload, filled);
      filled += payloadBytes;
    }
    return filled;
  } finally {
    batch.release();
  }
}
