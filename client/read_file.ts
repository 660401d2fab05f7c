import type { CompressionMode } from "#protocol/compression_mode.ts";
import { FrameType } from "#protocol/frame.ts";
import { GetReadySchema } from "#protocol/replies.ts";
import { parseRemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { cancelledError, onAbort } from "./abort.ts";
import type { Connection } from "./connection.ts";
import { peerError } from "./connection_errors.ts";
import type { ConnectionPool, Lease } from "./connection_pool.ts";
import { streamData } from "./data_stream.ts";
import { decodeReply } from "./decode_reply.ts";
import type { Exchange } from "./exchange.ts";
import { agreeOnCompression } from "./make_packer.ts";
import { RunningDigest } from "./running_digest.ts";
import type { CallOptions } from "./types.ts";

/** How bytes that are read come. */
export interface ReadingOptions extends CallOptions {
  /**
   * When they are compressed on their way, as for a download. Whoever reads by itself most often stands
   * beside the server, where that would cost and bring nothing.
   * @default "off"
   */
  readonly compress?: CompressionMode | undefined;
}

/** Which bytes of a file are read. */
export interface ReadOptions extends ReadingOptions {
  /**
   * First byte.
   * @default 0
   */
  readonly offsetBytes?: number | undefined;
  /** How many; to the end when left out. */
  readonly lengthBytes?: number | undefined;
  /** Version that is meant; any other ends with `file_changed`. */
  readonly version?: string | undefined;
}

/** A file, or a part of one, on its way. */
export interface RemoteRead {
  /** Size of the whole file. */
  readonly sizeBytes: number;
  /** Modification time, in ms since 1970. */
  readonly modifiedAtMs: number;
  /** Changes whenever the content does. */
  readonly version: string;
  /**
   * The bytes, as many as were asked for or an error. It holds a connection until it is read to its end or
   * cancelled: exactly one of the two must happen.
   */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** An archive on its way. */
export interface ArchiveRead {
  /** Its bytes; holds a connection as {@linkcode RemoteRead}'s does. */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** Options of {@linkcode readArchive}. */
export interface ReadArchiveOptions extends ReadingOptions {
  /**
   * How it is packed.
   * @default "zip"
   */
  readonly format?: "zip" | "tar" | undefined;
  /** Which entries of the folder; the whole folder, under its own name, when left out. */
  readonly names?: readonly string[] | undefined;
}

/** Begins to read a file; a whole one is verified by its digest, a part by the CRC-32 of its frames. */
export async function readFile(
  pool: ConnectionPool,
  path: string,
  options: ReadOptions,
): Promise<RemoteRead> {
  const { offsetBytes = 0, lengthBytes, version } = options;
  const parsed = parseRemotePath(path);
  const isWhole = offsetBytes === 0 && lengthBytes === undefined;
  const request = {
    path: parsed,
    offsetBytes,
    lengthBytes,
    version,
    digest: isWhole ? "xxh128" : "none",
  };
  const job = { ...options, act: `read "${parsed}"`, type: FrameType.GET, request };
  const digest = isWhole ? await RunningDigest.create("xxh128") : undefined;
  return await begin(pool, job, digest, ({ payload, connection, stream }) => {
    const ready = decodeReply(GetReadySchema, payload);
    const isAsAsked = ready.offsetBytes === offsetBytes &&
      ready.lengthBytes === (lengthBytes ?? ready.sizeBytes - offsetBytes) &&
      (version === undefined || ready.version === version);
    if (!isAsAsked) throw peerError(connection.server, "it sends other bytes than were asked for");
    return {
      sizeBytes: ready.sizeBytes,
      modifiedAtMs: ready.modifiedAtMs,
      version: ready.version,
      body: stream(ready.lengthBytes),
    };
  });
}

/** Begins to read a folder, or some of its entries, as one archive, which is verified as a whole. */
export async function readArchive(
  pool: ConnectionPool,
  folder: string,
  options: ReadArchiveOptions,
): Promise<ArchiveRead> {
  const path = parseRemotePath(folder);
  const request = { path, format: options.format ?? "zip", names: options.names };
  const job = { ...options, act: `archive "${path}"`, type: FrameType.ARCHIVE, request };
  const digest = await RunningDigest.create("xxh128");
  return await begin(pool, job, digest, ({ stream }) => ({ body: stream(undefined) }));
}

interface ReadJob extends ReadingOptions {
  readonly act: string;
  readonly type: FrameType;
  readonly request: Readonly<Record<string, unknown>>;
}

/** READY came: what it said, and how the stream is made. */
interface Begun {
  readonly payload: Uint8Array;
  readonly connection: Connection;
  readonly stream: (lengthBytes: number | undefined) => ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** Waits for READY. A connection that had been idle and turns out to be dead is replaced. */
async function begin<T>(
  pool: ConnectionPool,
  job: ReadJob,
  digest: RunningDigest | undefined,
  take: (begun: Begun) => T,
): Promise<T> {
  for (;;) {
    const lease = await leaseOrDispose(pool, job, digest);
    const compress = agreeOnCompression(lease.connection, job.compress ?? "off");
    const mayCompress = compress !== "off";
    const request = mayCompress ? { ...job.request, compress } : job.request;
    const exchange = lease.connection.request(job.type, request);
    const watch = onAbort(job.signal, () => {
      exchange.abandon(cancelledError(job.act, job.signal));
      lease.connection.close();
    });
    const end = (): void => {
      watch[Symbol.dispose]();
      digest?.[Symbol.dispose]();
      lease[Symbol.dispose]();
    };
    try {
      const payload = await readyOf(lease, exchange);
      const { connection } = lease;
      return take({
        payload,
        connection,
        stream: (lengthBytes) =>
          streamData({ exchange, lengthBytes, digest, mayCompress, act: job.act, onEnd: end }),
      });
    } catch (error) {
      const isStale = lease.isReused && !lease.connection.isOpen && !job.signal?.aborted &&
        error instanceof SluiceError && error.isRetryable;
      if (!isStale) {
        end();
        throw error;
      }
      watch[Symbol.dispose]();
      lease[Symbol.dispose]();
    }
  }
}

async function leaseOrDispose(
  pool: ConnectionPool,
  job: ReadJob,
  digest: RunningDigest | undefined,
): Promise<Lease> {
  try {
    return await pool.lease(job);
  } catch (error) {
    digest?.[Symbol.dispose]();
    throw error;
  }
}

async function readyOf(lease: Lease, exchange: Exchange): Promise<Uint8Array> {
  const reply = await exchange.next();
  if (reply.kind === "ready") return reply.payload;
  throw peerError(lease.connection.server, "it did not begin with READY");
}
