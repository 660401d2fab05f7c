import type { SluiceClient } from "../../sluice_client.ts";
import type { PlannedFolder } from "./transfer_plan.ts";

/** Requests under way together: no more than the connections that have just moved the files. */
const AT_ONCE = 3;

/** Told about a folder that could not be made or given its time. */
export type OnFolderFailure = (folder: PlannedFolder, error: unknown) => void;

/**
 * Makes folders on the server that are missing, empty ones for example, and gives all of them their
 * times: the deepest first, since each new entry changes the time of the folder that it is in.
 */
export async function finishRemoteFolders(
  client: Pick<SluiceClient, "mkdir">,
  folders: readonly PlannedFolder[],
  signal: AbortSignal,
  onFailure: OnFolderFailure,
): Promise<void> {
  for (const level of byDepth(folders)) {
    const rest = level.values();
    const lanes = Array.from({ length: AT_ONCE }, async () => {
      for (const folder of rest) {
        const { remotePath, modifiedAtMs } = folder;
        try {
          await client.mkdir(remotePath, { parents: true, modifiedAtMs, signal });
        } catch (error) {
          onFailure(folder, error);
        }
      }
    });
    await Promise.all(lanes);
  }
}

/** Gives local folders their times. */
export function finishLocalFolders(
  folders: readonly PlannedFolder[],
  onFailure: OnFolderFailure,
): void {
  for (const folder of folders) {
    try {
      Deno.utimeSync(folder.localPath, new Date(), new Date(folder.modifiedAtMs));
    } catch (error) {
      onFailure(folder, error);
    }
  }
}

function byDepth(folders: readonly PlannedFolder[]): readonly (readonly PlannedFolder[])[] {
  const levels = new Map<number, PlannedFolder[]>();
  for (const folder of folders) {
    // Root has its own time, which is nobody's to set.
    if (folder.remotePath === "") continue;
    const depth = folder.remotePath.split("/").length;
    const level = levels.get(depth);
    if (level === undefined) levels.set(depth, [folder]);
    else level.push(folder);
  }
  return [...levels].sort(([a], [b]) => b - a).map(([, level]) => level);
}
