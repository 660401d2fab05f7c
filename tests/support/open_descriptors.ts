import { runCommand } from "./run_command.ts";

/**
 * Lists what a process has open. Deno refuses a plain read of /proc to a program with scoped
 * permissions, so `ls` looks.
 *
 * @param pid The process.
 * @returns What each descriptor points to; `undefined` where there is no /proc.
 */
export async function openDescriptors(pid: number): Promise<readonly string[] | undefined> {
  if (Deno.build.os !== "linux") return undefined;
  const { stdout } = await runCommand("ls", ["-l", `/proc/${pid}/fd`]);
  return stdout.split("\n").flatMap((line) => / -> (.+)$/.exec(line)?.[1] ?? []);
}
