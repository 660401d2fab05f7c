import { join } from "node:path";
import type { ChecksumResult } from "#protocol/replies.ts";
import { joinRemotePath, parseRemotePath, type RemotePath } from "#protocol/remote_path.ts";
import { localDigest } from "./local_digest.ts";

/** What a comparison needs of a client. */
export interface DigestSource {
  checksum(
    path: string,
    options: { readonly algorithm: "xxh128"; readonly signal: AbortSignal },
  ): Promise<ChecksumResult>;
}

/** Which files are compared. */
export interface CompareOptions {
  readonly localFolder: string;
  readonly remoteFolder: RemotePath;
  /** Files that are compared at the same time. */
  readonly atOnce: number;
  readonly signal: AbortSignal;
  /** Told about a file that could not be read on one of the sides. */
  readonly onFailure: (path: string, error: unknown) => void;
}

/**
 * Compares files of both sides by their digests, without moving them.
 *
 * @param client Asks the server.
 * @param paths Paths below both folders.
 * @param options Where they are.
 * @returns Paths of the files that have the same bytes.
 */
export async function findSameFiles(
  client: DigestSource,
  paths: readonly string[],
  options: CompareOptions,
): Promise<ReadonlySet<string>> {
  const { localFolder, remoteFolder, atOnce, signal, onFailure } = options;
  const same = new Set<string>();
  const rest = paths.values();
  const lanes = Array.from({ length: atOnce }, async () => {
    for (const path of rest) {
      try {
        const remotePath = path === ""
          ? remoteFolder
          : joinRemotePath(remoteFolder, parseRemotePath(path));
        const [here, there] = await Promise.all([
          localDigest(path === "" ? localFolder : join(localFolder, path), "xxh128", signal),
          client.checksum(remotePath, { algorithm: "xxh128", signal }),
        ]);
        if (here === there.digest) same.add(path);
      } catch (error) {
        if (signal.aborted) throw error;
        onFailure(path, error);
      }
    }
  });
  await Promise.all(lanes);
  return same;
}
