import { runCommand } from "./run_command.ts";

/**
 * Reads how much memory a process has ever had in use. Deno refuses /proc to programs with scoped
 * permissions, so `grep` reads it.
 *
 * @param pid The process.
 * @returns Its highest resident set in bytes; `undefined` when it is gone or there is no /proc.
 */
export async function peakMemoryBytes(pid: number): Promise<number | undefined> {
  if (Deno.build.os !== "linux") return undefined;
  const { stdout } = await runCommand("grep", ["VmHWM", `/proc/${pid}/status`]);
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(stdout) ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/**
 * Reads how much memory the machine gives for a process now: pages that it has mapped several times, such as the
 * runtime's code for each worker, count once.
 *
 * @param pid The process.
 * @returns Its proportional set in bytes; `undefined` when it is gone or there is no /proc.
 */
export async function proportionalMemoryBytes(pid: number): Promise<number | undefined> {
  if (Deno.build.os !== "linux") return undefined;
  const { stdout } = await runCommand("grep", ["Pss", `/proc/${pid}/smaps_rollup`]);
  const [, kilobytes] = /^Pss:\s+(\d+) kB/m.exec(stdout) ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/**
 * Watches a process until it ends.
 *
 * @param pid The process.
 * @param ended Settles when it has ended.
 * @returns The highest resident set that was seen, in bytes; 0 where there is no /proc.
 */
export async function watchPeakMemory(pid: number, ended: Promise<unknown>): Promise<number> {
  let hasEnded = false;
  const end = ended.finally(() => hasEnded = true);
  let peakBytes = 0;
  while (!hasEnded) {
    peakBytes = Math.max(peakBytes, await peakMemoryBytes(pid) ?? 0);
    // The high-water mark does not fall: to look ten times a second is enough.
    const pause = new Promise((resolve) => setTimeout(resolve, 100));
    await Promise.race([end, pause]);
    await pause;
  }
  await end;
  return peakBytes;
}
