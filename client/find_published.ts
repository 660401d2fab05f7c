import { FrameType } from "#protocol/frame.ts";
import { type PutResult, StatResultSchema } from "#protocol/replies.ts";
import type { RemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { callOn } from "./call.ts";
import type { Connection } from "./connection.ts";

/** The file that may have been published. */
export interface WantedFile {
  readonly path: RemotePath;
  readonly sizeBytes: number;
  readonly digest: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * Looks whether an upload was published although the connection was lost before the server could
 * say so. Only a digest that the server knows counts as proof.
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
  try {
    const { sizeBytes, digests } = await callOn(connection, {
      act: `stat "${wanted.path}"`,
      type: FrameType.STAT,
      payload: { path: wanted.path },
      schema: StatResultSchema,
      isRepeatable: true,
      signal: wanted.signal,
    });
    if (sizeBytes !== wanted.sizeBytes || !digests.includes(wanted.digest)) return undefined;
    return { outcome: "created", path: wanted.path, sizeBytes, digest: wanted.digest };
  } catch (error) {
    if (error instanceof SluiceError && error.code === "not_found") return undefined;
    throw error;
  }
}
