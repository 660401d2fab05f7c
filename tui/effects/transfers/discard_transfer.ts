import { SluiceClient } from "#client/sluice_client.ts";
import type { ServerAddress } from "#client/types.ts";
import { CONNECT_TIMEOUT_MS } from "./patience.ts";

/** A file whose transfer was given up. */
export interface UnfinishedFile {
  readonly direction: "upload" | "download";
  readonly localPath: string;
  readonly remotePath: string;
  /** Size of the whole; undefined when no byte of it can have moved. */
  readonly sizeBytes: number | undefined;
}

/**
 * Throws away what transfers have left: a download's part on this machine, an upload's session on the
 * server. A server that cannot be reached forgets its sessions by itself, after some days.
 *
 * @param server Where the server is.
 * @param files What was given up.
 */
export async function discardFiles(
  server: ServerAddress,
  files: Iterable<UnfinishedFile>,
): Promise<void> {
  const options = { server, connections: 1, connectTimeoutMs: CONNECT_TIMEOUT_MS };
  await using client = new SluiceClient({ ...options, replyTimeoutMs: CONNECT_TIMEOUT_MS });
  for (const { direction, localPath, remotePath, sizeBytes } of files) {
    try {
      if (direction === "download") await client.discardDownload(remotePath, localPath);
      else if (sizeBytes !== undefined) await client.discardUpload(remotePath, sizeBytes);
    } catch {
      // What cannot be thrown away now does no harm: it is hidden, and goes away with time.
    }
  }
}
