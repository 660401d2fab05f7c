/**
 * Makes a change of names in a folder survive a power cut. Does nothing on Windows, where folders
 * cannot be opened.
 *
 * @param path The folder.
 */
export async function syncFolder(path: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  try {
    using folder = await Deno.open(path, { read: true });
    await folder.sync();
  } catch {
    // Some file systems (network shares, FUSE) cannot sync a folder; the file itself is synced.
  }
}
