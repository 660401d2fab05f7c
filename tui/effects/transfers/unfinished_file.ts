import type { TransferProgress } from "#client/types.ts";
import type { Transfer } from "../../model/transfer.ts";

/** A file whose transfer has begun and not ended. */
export interface UnfinishedFile {
  readonly direction: "upload" | "download";
  readonly localPath: string;
  readonly remotePath: string;
  /** Size of the whole. */
  readonly sizeBytes: number;
  /** Of an upload: its session on the server; without one nothing of it is there. */
  readonly session: string | undefined;
}

/**
 * Remembers what a file's transfer has left on either side so far.
 *
 * @param unfinished Files by remote path.
 * @param direction Which way.
 * @param file Its ends.
 * @param progress Where it stands. Before it moves it has left nothing: what is there is others'.
 */
export function noteUnfinished(
  unfinished: Map<string, UnfinishedFile>,
  direction: Transfer["direction"],
  { localPath, remotePath }: Pick<Transfer, "localPath" | "remotePath">,
  { state, doneBytes, totalBytes, session }: TransferProgress,
): void {
  if (state !== "moving" && doneBytes === 0 && session === undefined) return;
  unfinished.set(remotePath, {
    direction,
    localPath,
    remotePath,
    sizeBytes: totalBytes,
    // One that goes on after a pause has none until the server has told it again.
    session: session ?? unfinished.get(remotePath)?.session,
  });
}
