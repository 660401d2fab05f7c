import { parseRemotePath, type RemotePath } from "#protocol/remote_path.ts";

/**
 * Parses a remote path as people type it: `/docs/`, `docs` and `docs/` are the same, `/` and `.` are
 * root.
 *
 * @param typed What was typed.
 * @returns A parsed path.
 * @throws {SluiceError} `invalid_name` with the rule that is broken.
 */
export function parseRemoteArgument(typed: string): RemotePath {
  const bare = typed.replace(/^\/+/, "").replace(/\/+$/, "");
  return parseRemotePath(bare === "." ? "" : bare);
}
