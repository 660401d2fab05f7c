import { basename, dirname, join } from "node:path";
import { parseRemotePath } from "#protocol/remote_path.ts";
import { checkLocalName, partName } from "./local_name.ts";
import { PartFile } from "./part_file.ts";
import { readSidecar } from "./part_sidecar.ts";

/**
 * Discards what an unfinished download has left on this machine: the `.part` file and its note. One that
 * belongs to another remote file stays.
 *
 * @param remotePath The file that was being downloaded.
 * @param localPath Where it was to be.
 * @returns Bytes that were discarded; 0 when there were none.
 * @throws {SluiceError} `busy` when a transfer writes to it, and others.
 */
export async function discardDownload(remotePath: string, localPath: string): Promise<number> {
  const path = parseRemotePath(remotePath);
  checkLocalName(basename(localPath));
  const note = join(dirname(localPath), `${partName(basename(localPath))}.json`);
  const sidecar = await readSidecar(note);
  if (typeof sidecar === "string" || sidecar.remotePath !== path) return 0;
  await using part = await PartFile.open(localPath);
  const { sizeBytes } = part;
  await part.discard();
  return sizeBytes;
}
