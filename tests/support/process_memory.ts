import { runCommand } from "./run_command.ts";

/**
 * Gives the memory that a process holds.
 *
 * @param pid The process.
 * @returns Resident bytes; 0 on systems without `ps`.
 */
export async function residentBytes(pid: number): Promise<number> {
  if (Deno.build.os === "windows") return 0;
  return Number((await runCommand("ps", ["-o", "rss=", "-p", `${pid}`])).stdout) * 1024;
}
