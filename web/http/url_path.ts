import { parseRemotePath, type RemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";

/**
 * Reads the remote path in an address: percent-encoded names, joined by `/`.
 *
 * @param url The request's address.
 * @param prefix What stands in front of it, e.g. `/api/files/`.
 * @returns The path.
 * @throws {SluiceError} `invalid_name` when it is not UTF-8 or breaks a rule.
 */
export function remotePathOf(url: string, prefix: string): RemotePath {
  const { pathname } = new URL(url);
  const names = pathname.slice(prefix.length).split("/").map(decodeName);
  if (names.some((name) => name.includes("/"))) {
    throw new SluiceError("invalid_name", "Cannot use the address: a name in it holds a slash");
  }
  return parseRemotePath(names.join("/"));
}

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new SluiceError("invalid_name", "Cannot use the address: it is not UTF-8", { cause });
  }
}
