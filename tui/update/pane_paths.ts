import { basename, dirname, join, resolve } from "node:path";
import {
  joinRemotePath,
  parseRemotePath,
  remoteName,
  remoteParent,
} from "#protocol/remote_path.ts";
import type { Side } from "../model/pane.ts";

/**
 * The path of a name in a folder of either side.
 *
 * @throws {SluiceError} `invalid_name` for a remote path that breaks a rule.
 */
export function pathIn(side: Side, folder: string, name: string): string {
  return side === "local" ? join(folder, name) : joinRemotePath(parseRemotePath(folder), name);
}

/** The folder that holds a path. */
export function parentOf(side: Side, path: string): string {
  return side === "local" ? dirname(path) : remoteParent(parseRemotePath(path));
}

/** The last component of a path. */
export function nameOf(side: Side, path: string): string {
  return side === "local" ? basename(path) : remoteName(parseRemotePath(path));
}

/**
 * Reads what a person typed as a folder: absolute, or from the shown folder on.
 *
 * @param folder The shown folder.
 * @param homeFolder What `~` stands for.
 * @throws {SluiceError} `invalid_name` for a remote path that breaks a rule.
 */
export function typedFolder(
  side: Side,
  folder: string,
  text: string,
  homeFolder: string | undefined,
): string {
  if (side === "server") return typedRemoteFolder(folder, text);
  const isHome = text === "~" || /^~[/\\]/.test(text);
  if (isHome && homeFolder !== undefined) return resolve(join(homeFolder, text.slice(1)));
  return resolve(folder, text);
}

function typedRemoteFolder(folder: string, text: string): string {
  const names = text.startsWith("/") ? [] : folder.split("/").filter((name) => name !== "");
  for (const name of text.split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return parseRemotePath(names.join("/"));
}
