import type { FileVersion } from "./digest_store.ts";

/** What identifies this version of a file. */
export function versionOf(info: Deno.FileInfo): FileVersion {
  return {
    ino: info.ino ?? 0,
    sizeBytes: info.size,
    modifiedAtMs: info.mtime?.getTime() ?? 0,
    changedAtMs: info.ctime?.getTime() ?? 0,
    madeAtMs: info.birthtime?.getTime() ?? 0,
  };
}

/**
 * The version as the opaque text that clients compare (docs/protocol.md §6.2). The time of change is
 * left out: a rename moves it and the content stays.
 */
export function versionText(version: FileVersion): string {
  const { ino, sizeBytes, modifiedAtMs } = version;
  return [ino, sizeBytes, modifiedAtMs].map((part) => Math.trunc(part).toString(36)).join("-");
}
