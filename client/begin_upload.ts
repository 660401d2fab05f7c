import type { DigestAlgorithm } from "#protocol/digest_algorithm.ts";
import { FrameType } from "#protocol/frame.ts";
import { MAX_FILE_BYTES } from "#protocol/limits.ts";
import { type PutReady, PutReadySchema, PutResultSchema } from "#protocol/replies.ts";
import { parseRemotePath, type RemotePath } from "#protocol/remote_path.ts";
import type { ConflictPolicy, PutInput } from "#protocol/requests.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { cancelledError, onAbort } from "./abort.ts";
import type { Connection } from "./connection.ts";
import { peerError } from "./connection_errors.ts";
import type { ConnectionPool, Lease } from "./connection_pool.ts";
import { decodeReply } from "./decode_reply.ts";
import type { Exchange } from "./exchange.ts";
import { OpenUpload } from "./open_upload.ts";
import { RunningDigest } from "./running_digest.ts";
import type { CallOptions } from "./types.ts";

/** How an upload begins. */
export interface BeginUploadOptions extends CallOptions {
  /**
   * What happens when the name is taken at the end.
   * @default "error"
   */
  readonly onConflict?: ConflictPolicy | undefined;
  /** Modification time to give the file, in ms since 1970. */
  readonly modifiedAtMs?: number | undefined;
  /**
   * Whether an unfinished upload of this path and size that nobody holds may be continued. Its bytes may be
   * those of another file: compare `prefixDigest`.
   * @default false
   */
  readonly resume?: boolean | undefined;
  /** The upload session to continue; it is taken from whoever holds it. */
  readonly session?: string | undefined;
  /**
   * Which checksum the server compares.
   * @default "xxh128"
   */
  readonly algorithm?: DigestAlgorithm | undefined;
  /** Digest that the whole must have, `algorithm:hex`, where it is known already. */
  readonly digest?: string | undefined;
}

/** The name is taken, and the policy is to leave it. */
export interface SkippedUpload {
  /** Nothing is sent. */
  readonly outcome: "skipped";
  /** The name that is taken. */
  readonly path: string;
}

/** Begins an upload whose bytes are handed over piece by piece; missing folders are made. */
export async function beginUpload(
  pool: ConnectionPool,
  path: string,
  sizeBytes: number | undefined,
  options: BeginUploadOptions,
): Promise<OpenUpload | SkippedUpload> {
  const parsed = parseRemotePath(path);
  for (;;) {
    const act = `upload "${parsed}"`;
    const lease = await pool.lease({ act, signal: options.signal });
    try {
      return await open(lease, parsed, sizeBytes, options);
    } catch (error) {
      lease[Symbol.dispose]();
      const isStale = lease.isReused && !lease.connection.isOpen && !options.signal?.aborted &&
        error instanceof SluiceError && error.isRetryable;
      if (!isStale) throw error;
    }
  }
}

async function open(
  lease: Lease,
  path: RemotePath,
  sizeBytes: number | undefined,
  options: BeginUploadOptions,
): Promise<OpenUpload | SkippedUpload> {
  const { connection } = lease;
  const exchange = connection.request(FrameType.PUT, requestOf(path, sizeBytes, options));
  using _watch = onAbort(options.signal, () => {
    exchange.abandon(cancelledError(`upload "${path}"`, options.signal));
    connection.close();
  });
  const ready = await readyOf(connection, exchange);
  if (ready === undefined) {
    lease[Symbol.dispose]();
    return { outcome: "skipped", path };
  }
  const algorithm = options.algorithm ?? "xxh128";
  const digest = await RunningDigest.create(algorithm);
  return new OpenUpload({ lease, exchange, ready, path, sizeBytes, digest, algorithm });
}

function requestOf(
  path: RemotePath,
  sizeBytes: number | undefined,
  options: BeginUploadOptions,
): PutInput {
  const { session, digest, algorithm, modifiedAtMs } = options;
  return {
    path,
    sizeBytes: sizeBytes ?? MAX_FILE_BYTES,
    ...(sizeBytes === undefined ? { isOpenEnded: true } : {}),
    onConflict: options.onConflict ?? "error",
    resume: options.resume ?? false,
    ...(session === undefined ? {} : { session }),
    ...(digest === undefined ? {} : { digest }),
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(modifiedAtMs === undefined ? {} : { modifiedAtMs }),
    makeParents: true,
  };
}

/** Waits for READY; `undefined` when the name is taken and skipped. */
async function readyOf(
  connection: Connection,
  exchange: Exchange,
): Promise<PutReady | undefined> {
  const reply = await exchange.next();
  if (reply.kind === "result") {
    if (decodeReply(PutResultSchema, reply.payload).outcome === "skipped") return undefined;
    throw peerError(connection.server, "it published an upload without its bytes");
  }
  if (reply.kind !== "ready") throw peerError(connection.server, "it sent data to an upload");
  const ready = decodeReply(PutReadySchema, reply.payload);
  if (ready.windowBytes >= 1 && ready.chunkBytes >= 1) return ready;
  throw peerError(connection.server, "it stated an impossible window");
}
