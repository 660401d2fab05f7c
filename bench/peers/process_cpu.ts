/** Linux counts processor time in hundredths of a second for programs (USER_HZ). */
const TICKS_PER_SECOND = 100;

interface ProcessTimes {
  readonly parent: number;
  /** Its own and that of children it has waited for. */
  readonly ticks: number;
}

/**
 * Adds up the processor time of a process, of its children that still run, and of those that it has
 * waited for.
 *
 * @param stats Lines of /proc/PID/stat of all processes.
 * @param pid The process at the top.
 * @returns Seconds, in steps of 10 ms.
 */
export function treeCpuSeconds(stats: string, pid: number): number {
  const processes = new Map<number, ProcessTimes>();
  for (const line of stats.split("\n")) {
    // The name, in parentheses, may hold anything, spaces and parentheses too.
    const end = line.lastIndexOf(") ");
    if (end < 0) continue;
    const [, parent, ...rest] = line.slice(end + 2).split(" ");
    // Behind state and parent: utime, stime, cutime and cstime are fields 14 to 17 of proc(5).
    const ticks = rest.slice(9, 13).reduce((sum, field) => sum + Number(field), 0);
    processes.set(Number.parseInt(line), { parent: Number(parent), ticks });
  }
  let ticks = processes.get(pid)?.ticks ?? 0;
  const found = [pid];
  for (const parent of found) {
    for (const [child, times] of processes) {
      if (times.parent !== parent || found.includes(child)) continue;
      found.push(child);
      ticks += times.ticks;
    }
  }
  return ticks / TICKS_PER_SECOND;
}

/** Adds up the processor time of children that a process has waited for, in s. */
export function reapedCpuSeconds(stats: string, pid: number): number {
  const line = stats.split("\n").find((text) => Number.parseInt(text) === pid) ?? "";
  const fields = line.slice(line.lastIndexOf(") ") + 2).split(" ");
  return (Number(fields[13] ?? 0) + Number(fields[14] ?? 0)) / TICKS_PER_SECOND;
}

/**
 * Reads the times of all processes. Deno keeps /proc from programs with scoped permissions, so a
 * shell reads it.
 *
 * @returns Lines of /proc/PID/stat; empty where there is no /proc.
 */
export async function readProcessStats(): Promise<string> {
  if (Deno.build.os !== "linux") return "";
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", "cat /proc/[0-9]*/stat"],
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}
