import { SluiceError } from "#protocol/sluice_error.ts";

const MAX_NAME_BYTES = 255;
/** Longest thing that is put behind a name while it is downloaded. */
const LONGEST_SUFFIX_BYTES = ".part.json".length;
const MARK_BYTES = "~01234567".length;
// Naming Files, Paths, and Namespaces (learn.microsoft.com/windows/win32/fileio/naming-a-file).
const WINDOWS_DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])[ ]*(\.|$)/i;
// deno-lint-ignore no-control-regex -- control characters are what Windows refuses
const WINDOWS_FORBIDDEN = /[\x00-\x1f<>:"/\\|?*]/;

/**
 * Checks that a file can be created under a name.
 *
 * @param name Last component of a local path.
 * @param os System that it is for.
 * @throws {SluiceError} `invalid_name` with the rule that is broken.
 */
export function checkLocalName(name: string, os: string = Deno.build.os): void {
  const rule = brokenRule(name, os);
  if (rule !== undefined) {
    throw new SluiceError("invalid_name", `Cannot create "${name}": ${rule}`);
  }
}

/**
 * Gives the name that a file has while it is downloaded: the same name on each try, also when the
 * whole would be too long.
 *
 * @param name Last component of the target.
 * @returns `name.part`, or the beginning of the name with a mark.
 */
export function partName(name: string): string {
  if (utf8Bytes(name) + LONGEST_SUFFIX_BYTES <= MAX_NAME_BYTES) return `${name}.part`;
  const stem = cutTo(name, MAX_NAME_BYTES - LONGEST_SUFFIX_BYTES - MARK_BYTES);
  return `${stem}~${fnv1a(name)}.part`;
}

/**
 * Gives the n-th alternative of a name: `a.txt` -> `a (1).txt`.
 *
 * @param name Last component of a path.
 * @param attempt 1 or more.
 * @returns A name of at most 255 bytes.
 */
export function alternativeName(name: string, attempt: number): string {
  const dot = name.lastIndexOf(".");
  const suffix = ` (${attempt})`;
  const hasRoom = utf8Bytes(name.slice(dot)) < MAX_NAME_BYTES / 2;
  const stemEnd = dot > 0 && hasRoom ? dot : name.length;
  const extension = name.slice(stemEnd);
  const room = MAX_NAME_BYTES - utf8Bytes(suffix + extension);
  return cutTo(name.slice(0, stemEnd), room) + suffix + extension;
}

function brokenRule(name: string, os: string): string | undefined {
  if (name === "" || name === "." || name === "..") return "it is not a file name";
  if (name.includes("\0")) return "it holds a NUL character";
  if (os !== "windows") return undefined;
  if (WINDOWS_FORBIDDEN.test(name)) return "Windows does not allow a character in it";
  if (WINDOWS_DEVICE.test(name)) return "Windows reserves the name";
  if (/[. ]$/.test(name)) return "Windows does not allow a dot or a space at the end";
  return undefined;
}

function cutTo(name: string, mostBytes: number): string {
  let bytes = 0;
  let kept = "";
  for (const character of name) {
    bytes += utf8Bytes(character);
    if (bytes > mostBytes) break;
    kept += character;
  }
  return kept;
}

/** FNV-1a, 32 bits: tells long names with the same beginning apart. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of encoder.encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

function utf8Bytes(text: string): number {
  return encoder.encode(text).byteLength;
}

const encoder = new TextEncoder();
