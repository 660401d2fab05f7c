import { SluiceClient } from "#client/sluice_client.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { CONNECT_TIMEOUT_MS, type ServerReach } from "./patience.ts";
import type { UnfinishedFile } from "./unfinished_file.ts";

/**
 * Throws away what transfers have left: a download's part on this machine, an upload's session on the
 * server. A server that cannot be reached forgets its sessions by itself, after some days.
 *
 * @param server Where the server is, and the access token.
 * @param files What was given up.
 */
export async function discardFiles(
  server: ServerReach,
  files: Iterable<UnfinishedFile>,
): Promise<void> {
  const options = { ...server, connections: 1, connectTimeoutMs: CONNECT_TIMEOUT_MS };
  await using client = new SluiceClient({ ...options, replyTimeoutMs: CONNECT_TIMEOUT_MS });
  let isGone = false;
  for (const { direction, localPath, remotePath, sizeBytes, session } of files) {
    try {
      if (direction === "download") await client.discardDownload(remotePath, localPath);
      else if (session !== undefined && !isGone) {
        await client.discardUpload(remotePath, sizeBytes, { session });
      }
    } catch (error) {
      // What cannot be thrown away now does no harm: it is hidden, and goes away with time. A server that is
      // not there is not tried for each file.
      isGone = error instanceof SluiceError && error.code === "unreachable";
    }
  }
}
