import { MAX_NAME_BYTES, MAX_PATH_BYTES, MAX_PATH_DEPTH, STATE_FOLDER } from "./limits.ts";
import { SluiceError } from "./sluice_error.ts";

declare const checked: unique symbol;

/**
 * A path inside root that has passed {@linkcode parseRemotePath}: components joined by `/`, no
 * leading or trailing slash; the empty string is root itself.
 */
export type RemotePath = string & { readonly [checked]: true };

/** Most bytes of one character in UTF-8. */
const MAX_CHARACTER_BYTES = 4;

/** Root itself. */
export const ROOT_PATH: RemotePath = "" as RemotePath;

/**
 * Parses a remote path. This is the only way that text becomes a {@linkcode RemotePath}.
 *
 * @param text Components joined by `/`; the empty string is root.
 * @returns The same text, now known to be safe to join to root.
 * @throws {SluiceError} `invalid_name` with the rule that is broken (docs/protocol.md §7).
 */
export function parseRemotePath(text: string): RemotePath {
  if (text === "") return ROOT_PATH;
  if (!text.isWellFormed()) throw refuse(text, "it is not valid Unicode");
  if (text.startsWith("/")) {
    throw refuse(text, "paths are relative to root and start without a slash");
  }
  if (utf8Bytes(text) > MAX_PATH_BYTES) {
    throw refuse(text, `it is over ${MAX_PATH_BYTES} bytes long`);
  }
  const names = text.split("/");
  if (names.length > MAX_PATH_DEPTH) throw refuse(text, `it is over ${MAX_PATH_DEPTH} levels deep`);
  for (const name of names) {
    const rule = brokenRule(name);
    if (rule !== undefined) throw refuse(text, rule);
  }
  if (isStateFolder(names[0] ?? "")) throw refuse(text, `"${STATE_FOLDER}" is reserved`);
  return text as RemotePath;
}

/**
 * Parses one component of a remote path, such as a name in a list.
 *
 * @param name Text without `/`.
 * @returns The name as a path of one component.
 * @throws {SluiceError} `invalid_name` with the rule that is broken.
 */
export function parseRemoteName(name: string): RemotePath {
  if (name === "" || name.includes("/")) throw refuse(name, "it is not one name");
  return parseRemotePath(name);
}

/**
 * Joins a folder and a name below it.
 *
 * @param folder A parsed path.
 * @param name One component.
 * @returns The parsed whole.
 * @throws {SluiceError} `invalid_name` when the result breaks a rule.
 */
export function joinRemotePath(folder: RemotePath, name: string): RemotePath {
  return parseRemotePath(folder === "" ? name : `${folder}/${name}`);
}

/** The folder that holds `path`; root's parent is root. */
export function remoteParent(path: RemotePath): RemotePath {
  const slash = path.lastIndexOf("/");
  return (slash === -1 ? "" : path.slice(0, slash)) as RemotePath;
}

/** The last component of `path`; empty for root. */
export function remoteName(path: RemotePath): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Whether `path` is `folder` itself or lies below it. */
export function isWithin(path: RemotePath, folder: RemotePath): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}

/**
 * Gives the n-th alternative of a name, for the conflict policy `rename`: `a.txt` -> `a (1).txt`.
 * The stem is cut at a whole character when the result would be over 255 bytes; an extension that
 * leaves no room for a stem counts as part of it.
 *
 * @param path The wanted path.
 * @param attempt 1 or more.
 * @returns A path in the same folder.
 */
export function alternativePath(path: RemotePath, attempt: number): RemotePath {
  const name = remoteName(path);
  const suffix = ` (${attempt})`;
  const dot = name.lastIndexOf(".");
  const hasRoom = utf8Bytes(suffix + name.slice(dot)) <= MAX_NAME_BYTES - MAX_CHARACTER_BYTES;
  const stemEnd = dot > 0 && hasRoom ? dot : name.length;
  const extension = name.slice(stemEnd);
  const characters = [...name.slice(0, stemEnd)];
  while (utf8Bytes(characters.join("") + suffix + extension) > MAX_NAME_BYTES) {
    characters.pop();
  }
  return joinRemotePath(remoteParent(path), characters.join("") + suffix + extension);
}

function brokenRule(name: string): string | undefined {
  if (name === "") return "a name in it is empty";
  if (name === "." || name === "..") return `"${name}" is not a name`;
  if (name.includes("\0")) return "it holds a NUL character";
  if (name.includes("\\")) return "it holds a backslash";
  if (utf8Bytes(name) > MAX_NAME_BYTES) return `a name in it is over ${MAX_NAME_BYTES} bytes long`;
  return undefined;
}

// Some file systems fold case, normalise Unicode or drop trailing dots and spaces, and one of them
// may hold root: every spelling that could reach the state folder there is refused everywhere, also
// the 8.3 short name that NTFS makes of it (git had to learn that one as CVE-2014-9390).
function isStateFolder(name: string): boolean {
  const folded = name.normalize("NFKC").replace(/\p{Default_Ignorable_Code_Point}/gu, "");
  const stored = folded.split(":", 1)[0]?.replace(/[. ]+$/, "").toLowerCase() ?? "";
  return stored === STATE_FOLDER || /^sluice~\d$/.test(stored);
}

function refuse(text: string, rule: string): SluiceError {
  const shown = text.length > 100 ? `${text.slice(0, 100).toWellFormed()}…` : text.toWellFormed();
  return new SluiceError("invalid_name", `Cannot use name "${shown}": ${rule}`);
}

function utf8Bytes(text: string): number {
  // A UTF-16 unit takes at most three bytes, so most names need no encoding to be judged.
  return text.length * 3 <= MAX_NAME_BYTES ? text.length : encoder.encode(text).byteLength;
}

const encoder = new TextEncoder();
