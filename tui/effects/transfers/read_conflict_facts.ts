import { SluiceClient } from "#client/sluice_client.ts";
import type { Conflict } from "#client/types.ts";
import type { ConflictFacts, FileFacts } from "../../model/conflict_facts.ts";
import type { ServerReach } from "./patience.ts";

/** A question is not kept waiting for its details. */
const PATIENCE_MS = 2000;

/**
 * Looks at the two files that want one name, so that a person can tell which to keep.
 *
 * @param server Where the server is, and the access token.
 * @param conflict Which name, and which file wants it.
 * @param signal Ends the look.
 * @returns What could be found out in a short time.
 */
export async function readConflictFacts(
  server: ServerReach,
  { direction, name, source }: Conflict,
  signal: AbortSignal,
): Promise<ConflictFacts> {
  const [localPath, remotePath] = direction === "upload" ? [source, name] : [name, source];
  const [local, remote] = await Promise.all([
    known(async () => {
      const { size, mtime } = await Deno.stat(localPath);
      return { sizeBytes: size, modifiedAtMs: mtime?.getTime() ?? 0 };
    }),
    known(async () => {
      await using client = new SluiceClient({
        ...server,
        connections: 1,
        connectTimeoutMs: PATIENCE_MS,
        replyTimeoutMs: PATIENCE_MS,
        retry: { attempts: 1 },
      });
      return await client.stat(remotePath, { signal });
    }),
  ]);
  return { local, server: remote };
}

async function known(look: () => Promise<FileFacts>): Promise<FileFacts | undefined> {
  try {
    const { sizeBytes, modifiedAtMs } = await look();
    return { sizeBytes, modifiedAtMs };
  } catch {
    return undefined; // The question can be answered without.
  }
}
