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

/**
 * Discards what unfinished uploads of one file have left on the server (docs/protocol.md §6.4): the
 * upload session is taken up once more and ended without being kept.
 *
 * @param pool Where the connection comes from.
 * @param remotePath Where the upload went.
 * @param sizeBytes Size of the file that was being uploaded.
 * @param options Signal.
 * @returns Bytes that were discarded; 0 when there were none.
 * @throws {SluiceError} `unreachable` and others.
 */
export async function discardUpload(
  pool: ConnectionPool,
  remotePath: string,
  sizeBytes: number,
  options: CallOptions,
): Promise<number> {
  const path = parseRemotePath(remotePath);
  const { signal } = options;
  const act = `discard the upload of "${path}"`;
  using lease = await pool.lease({ act, signal });
  const { connection } = lease;
  // With this policy a name that is taken by now does not hide the session.
  const request: PutInput = { path, sizeBytes, onConflict: "rename", resume: true };
  const exchange = connection.request(FrameType.PUT, request);
  using _watch = onAbort(signal, () => {
    exchange.abandon(cancelledError(act, signal));
    connection.sendControl(FrameType.CANCEL, exchange.id);
  });
  try {
    const reply = await exchange.next();
    if (reply.kind !== "ready") throw peerError(connection.server, "it did not begin with READY");
    const { offsetBytes } = decodeReply(PutReadySchema, reply.payload);
    connection.sendControl(FrameType.ABORT, exchange.id, { keep: false });
    await untilDiscarded(exchange.next());
    return offsetBytes;
  } catch (error) {
    // Without its folder there is nothing either.
    if (error instanceof SluiceError && error.code === "not_found") return 0;
    throw error;
  }
}

async function untilDiscarded(end: Promise<unknown>): Promise<void> {
  try {
    await end;
  } catch (error) {
    // The protocol's answer to ABORT.
    if (!(error instanceof SluiceError) || error.code !== "cancelled") throw error;
  }
}
