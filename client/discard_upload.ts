import { FrameType } from "#protocol/frame.ts";
import { PutReadySchema } from "#protocol/replies.ts";
import { parseRemotePath } from "#protocol/remote_path.ts";
import type { PutInput } from "#protocol/requests.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { cancelledError, onAbort } from "./abort.ts";
import { peerError } from "./connection_errors.ts";
import type { ConnectionPool } from "./connection_pool.ts";
import { decodeReply } from "./decode_reply.ts";
import type { CallOptions } from "./types.ts";

/** Which unfinished upload is discarded. */
export interface DiscardUploadOptions extends CallOptions {
  /**
   * The only session that may be discarded, as the upload's progress told it; without it, the one of this
   * path and size that has come furthest. One that somebody uploads to stays either way.
   */
  readonly session?: string | undefined;
}

/**
 * Discards what an unfinished upload of one file has left on the server (docs/protocol.md §6.4): the
 * upload session is taken up once more and ended without being kept.
 *
 * @param pool Where the connection comes from.
 * @param remotePath Where the upload went.
 * @param sizeBytes Size of the file that was being uploaded.
 * @param options Which session, and signal.
 * @returns Bytes that were discarded; 0 when there were none.
 * @throws {SluiceError} `unreachable` and others.
 */
export async function discardUpload(
  pool: ConnectionPool,
  remotePath: string,
  sizeBytes: number,
  options: DiscardUploadOptions,
): Promise<number> {
  const path = parseRemotePath(remotePath);
  const { session, signal } = options;
  const act = `discard the upload of "${path}"`;
  using lease = await pool.lease({ act, signal });
  const { connection } = lease;
  // With this policy a name that is taken by now does not hide the session. It is not asked for by its
  // id: that would take it from whoever goes on with it by now.
  const request: PutInput = { path, sizeBytes, onConflict: "rename", resume: true };
  const exchange = connection.request(FrameType.PUT, request);
  using _watch = onAbort(signal, () => {
    exchange.abandon(cancelledError(act, signal));
    connection.sendControl(FrameType.CANCEL, exchange.id);
  });
  try {
    const reply = await exchange.next();
    if (reply.kind !== "ready") throw peerError(connection.server, "it did not begin with READY");
    const ready = decodeReply(PutReadySchema, reply.payload);
    // One without bytes was made by this very request.
    const isOthers = session !== undefined && ready.session !== session && ready.offsetBytes > 0;
    connection.sendControl(FrameType.ABORT, exchange.id, { keep: isOthers });
    await untilLetGo(exchange.next());
    return isOthers ? 0 : ready.offsetBytes;
  } catch (error) {
    // Without its folder there is nothing either.
    if (error instanceof SluiceError && error.code === "not_found") return 0;
    throw error;
  }
}

async function untilLetGo(end: Promise<unknown>): Promise<void> {
  try {
    await end;
  } catch (error) {
    // The protocol's answer to ABORT.
    if (!(error instanceof SluiceError) || error.code !== "cancelled") throw error;
  }
}
