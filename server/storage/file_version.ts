import type { FileVersion } from "./digest_store.ts";

/** What identifies this version of a file. */
export function versionOf(info: Deno.FileInfo): FileVersion {
  return {
    ino: info.ino ?? 0,
    sizeBytes: info.size,
    modifiedAtMs: info.mtime?.getTime() ?? 0,
  };
}

/** The version as the opaque text that clients compare (docs/protocol.md §6.2). */
export function versionText(version: FileVersion): string {
  const { ino, sizeBytes, modifiedAtMs } = version;
  return [ino, sizeBytes, modifiedAtMs].map((part) => Math.trunc(part).toString(36)).join("-");
}
