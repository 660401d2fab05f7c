import { FrameType } from "#protocol/frame.ts";
import {
  GetResultSchema,
  type PutResult,
  type StatResult,
  StatResultSchema,
} from "#protocol/replies.ts";
import type { RemotePath } from "#protocol/remote_path.ts";
import type { GetInput } from "#protocol/requests.ts";
import type { DigestAlgorithm } from "#protocol/digest_algorithm.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { cancelledError, onAbort } from "./abort.ts";
import { callOn } from "./call.ts";
import type { Connection } from "./connection.ts";
import type { ConnectionPool } from "./connection_pool.ts";
import { decodeReply } from "./decode_reply.ts";

/** The file that may have been published. */
export interface WantedFile {
  readonly path: RemotePath;
  readonly sizeBytes: number;
  readonly algorithm: DigestAlgorithm;
  readonly digest: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * Looks whether an upload was published although the connection was lost before the server could
 * say so. Only the digest of what stands under the name counts as proof; a server that does not
 * know it, because it died too, reads the file for it.
 *
 * @param connection A new connection.
 * @param wanted What was uploaded.
 * @returns What the lost answer would have said, or `undefined` when there is no proof. Whether a
 * file was replaced cannot be told any more.
 * @throws {SluiceError} When the server cannot be asked.
 */
export async function findPublished(
  connection: Connection,
  wanted: WantedFile,
): Promise<PutResult | undefined> {
  const { path, sizeBytes, digest } = wanted;
  try {
    const found = await look(connection, wanted);
    if (found.kind !== "file" || found.sizeBytes !== sizeBytes) return undefined;
    const isSame = found.digests.includes(digest) ||
      await askForDigest(connection, wanted, found.version) === digest;
    return isSame ? { outcome: "created", path, sizeBytes, digest } : undefined;
  } catch (error) {
    if (error instanceof SluiceError && NO_PROOF.has(error.code)) return undefined;
    throw error;
  }
}

/**
 * As {@linkcode findPublished}, on a connection of a pool; one that turns out to be dead is replaced.
 *
 * @param pool Where the connection comes from.
 * @param wanted What was uploaded.
 * @returns What the lost answer would have said, or `undefined` when there is no proof.
 * @throws {SluiceError} When the server cannot be asked.
 */
export async function findPublishedBy(
  pool: ConnectionPool,
  wanted: WantedFile,
): Promise<PutResult | undefined> {
  for (;;) {
    using lease = await pool.lease({ act: `look for "${wanted.path}"`, signal: wanted.signal });
    try {
      return await findPublished(lease.connection, wanted);
    } catch (error) {
      const isStale = lease.isReused && !lease.connection.isOpen &&
        error instanceof SluiceError && error.isRetryable;
      if (!isStale) throw error;
    }
  }
}

/** There is no such file, it is another by now, or it has other bytes. */
const NO_PROOF: ReadonlySet<string> = new Set(["not_found", "file_changed", "checksum_mismatch"]);

function look(connection: Connection, wanted: WantedFile): Promise<StatResult> {
  return callOn(connection, {
    act: `stat "${wanted.path}"`,
    type: FrameType.STAT,
    payload: { path: wanted.path },
    schema: StatResultSchema,
    isRepeatable: true,
    signal: wanted.signal,
  });
}

/** Downloads the last 0 bytes of a file, which ends in its digest (docs/protocol.md §6.3). */
async function askForDigest(
  connection: Connection,
  wanted: WantedFile,
  version: string,
): Promise<string | undefined> {
  const { path, sizeBytes, algorithm, digest, signal } = wanted;
  const request: GetInput = {
    path,
    offsetBytes: sizeBytes,
    version,
    prefixDigest: digest,
    digest: algorithm,
  };
  const exchange = connection.request(FrameType.GET, request);
  using _watch = onAbort(signal, () => {
    exchange.abandon(cancelledError(`verify "${path}"`, signal));
    connection.sendControl(FrameType.CANCEL, exchange.id);
  });
  for (;;) {
    const reply = await exchange.next();
    if (reply.kind === "data") reply.batch.release();
    if (reply.kind === "result") return decodeReply(GetResultSchema, reply.payload).digest;
  }
}
