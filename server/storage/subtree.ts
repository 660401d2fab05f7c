import { isWithin, type RemotePath } from "#protocol/remote_path.ts";

/**
 * Names the place of a path that was given from a folder, as seen from root.
 *
 * @param base The folder; empty for root.
 * @param path A path inside it; empty for the folder itself.
 * @returns A path from root. It is for records and the log, and may be longer than a client may send.
 */
export function outerPath(base: RemotePath, path: string): string {
  if (base === "") return path;
  return path === "" ? base : `${base}/${path}`;
}

/**
 * Names the place of a path from root as seen from a folder.
 *
 * @param base The folder; empty for root.
 * @param path A path from root.
 * @returns The path inside the folder, empty for the folder itself; `undefined` when it lies outside,
 * so that its name must not be told.
 */
export function innerPath(base: RemotePath, path: string): RemotePath | undefined {
  const outer = path as RemotePath;
  if (base === "") return outer;
  return isWithin(outer, base) ? path.slice(base.length + 1) as RemotePath : undefined;
}
