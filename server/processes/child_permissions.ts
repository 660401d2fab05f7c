import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ServerSettings } from "../server_options.ts";

/** The folder of the program. */
const PROJECT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/**
 * Gives the flags of `deno run` for a process that faces the network: to listen on its own port, to use root and the
 * folder of the audit log, and to read the code of its workers. It cannot start another `deno`, which only the first process may, and that one
 * reads nothing from the network.
 *
 * @param settings Of the process; root is a real path.
 * @returns Flags.
 */
export function childPermissions(settings: ServerSettings): string[] {
  const { host, port, root, audit } = settings;
  const address = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  const code = ["server", "protocol"].map((folder) => join(PROJECT, folder));
  // A list of paths is split at commas, which cannot be escaped: then the wall of the workers must do.
  const written = audit === undefined ? [root] : [root, dirname(audit.file)];
  const read = [...written, ...code];
  const canList = !read.some((path) => path.includes(","));
  return [
    "--no-prompt",
    // SO_REUSEPORT.
    "--unstable-net",
    `--allow-net=${address}:${port}`,
    canList ? `--allow-read=${read.join(",")}` : "--allow-read",
    canList ? `--allow-write=${written.join(",")}` : "--allow-write",
    "--allow-run=sync",
    // For a reserve, which a reload may ask for, too.
    "--allow-sys=statfs",
  ];
}
