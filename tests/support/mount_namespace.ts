import { runCommand } from "./run_command.ts";

const PROBE = 'mount -t tmpfs -o size=64k tmpfs "$1"';

/**
 * Finds how to run a command that sees mounts of its own, which end with it.
 *
 * @returns Program and arguments to put in front of `sh -c …`; `undefined` where that is not allowed.
 */
export async function findMountNamespace(): Promise<readonly string[] | undefined> {
  const folder = await Deno.makeTempDir();
  try {
    for (const flags of ["-m", "-rm"]) {
      if (await isAllowed(flags, folder)) return ["unshare", flags];
    }
    return undefined;
  } finally {
    await Deno.remove(folder);
  }
}

async function isAllowed(flags: string, folder: string): Promise<boolean> {
  try {
    return (await runCommand("unshare", [flags, "sh", "-c", PROBE, "sh", folder])).code === 0;
  } catch {
    return false; // There is no such program here.
  }
}
