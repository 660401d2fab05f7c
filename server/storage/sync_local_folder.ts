/** Fsyncs a folder of the disk. */
export function syncLocalFolder(path: string): void {
  if (Deno.build.os === "windows") return;
  using folder = Deno.openSync(path);
  folder.syncSync();
}
