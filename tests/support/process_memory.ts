import { runCommand } from "./run_command.ts";

/**
 * Gives the memory that a process holds. Deno refuses /proc to programs with scoped permissions, so
 * `grep` reads it.
 *
 * @param pid The process.
 * @returns Resident bytes; 0 on systems without /proc.
 */
export async function residentBytes(pid: number): Promise<number> {
  if (Deno.build.os !== "linux") return 0;
  const { stdout } = await runCommand("grep", ["VmRSS", `/proc/${pid}/status`]);
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(stdout)?.[1] ?? 0) * 1024;
}
