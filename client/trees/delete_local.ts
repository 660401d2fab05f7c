import { dirname, join } from "node:path";
import { SluiceError } from "#protocol/sluice_error.ts";
import { locally } from "../local_errors.ts";

/**
 * Deletes what a plan lists, and nothing else: a file that is still a file, and a folder that is empty.
 * Nothing is reached through a symbolic link.
 *
 * @param root The tree's root.
 * @param path Path below it, with `/`.
 * @param kind What the plan saw there.
 * @throws {SluiceError} When something else is there by now, or the folder is not empty.
 */
export async function deleteLocal(
  root: string,
  path: string,
  kind: "file" | "folder",
): Promise<void> {
  const localPath = join(root, path);
  await locally(`delete "${localPath}"`, async () => {
    await refuseLinksAbove(root, dirname(path));
    const info = await Deno.lstat(localPath);
    const isAsPlanned = kind === "file" ? info.isFile : info.isDirectory;
    if (!isAsPlanned) {
      const why = "something else has that name by now";
      throw new SluiceError("file_changed", `Cannot delete "${localPath}": ${why}`);
    }
    await Deno.remove(localPath);
  });
}

async function refuseLinksAbove(root: string, folder: string): Promise<void> {
  const parts = folder === "." ? [] : folder.split("/");
  for (let count = 1; count <= parts.length; count++) {
    const above = join(root, ...parts.slice(0, count));
    if ((await Deno.lstat(above)).isDirectory) continue;
    throw new SluiceError("permission_denied", `Cannot delete in "${above}": it is not a folder`);
  }
}
