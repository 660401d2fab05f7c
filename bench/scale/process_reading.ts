/** What a process has used so far. */
export interface ProcessReading {
  /** Seconds of a core of its first thread. */
  readonly mainS: number;
  /** Seconds in which its first thread had work and no core. */
  readonly mainWaitedS: number;
  /** Of all threads, in steps of 10 ms. */
  readonly totalS: number;
  readonly residentBytes: number;
  readonly peakBytes: number;
}

const TICKS_PER_SECOND = 100;

/**
 * Reads what Linux knows of a process. Deno keeps /proc from programs with scoped permissions, so a
 * shell reads it.
 *
 * @throws {Error} When the process is gone or there is no /proc.
 */
export async function readProcess(pid: number): Promise<ProcessReading> {
  const folder = `/proc/${pid}`;
  const script = `cat ${folder}/task/${pid}/schedstat ${folder}/stat; grep -E '^Vm(HWM|RSS)' ` +
    `${folder}/status`;
  const { success, stdout } = await new Deno.Command("sh", {
    args: ["-c", script],
    stderr: "null",
  }).output();
  if (!success) throw new Error(`Cannot read process ${pid}: it is gone, or this is not Linux`);
  return parseReading(new TextDecoder().decode(stdout));
}

/**
 * Takes a reading apart.
 *
 * @param text `schedstat` of the first thread, `stat` and the memory lines of `status`, one below the other.
 */
export function parseReading(text: string): ProcessReading {
  const [schedule = "", stat = "", ...status] = text.split("\n");
  // Behind the name: utime and stime are fields 14 and 15 of proc(5), the state is the third.
  const fields = stat.slice(stat.lastIndexOf(") ") + 2).split(" ");
  const kilobytes = (name: string): number => {
    const line = status.find((each) => each.startsWith(`${name}:`)) ?? "";
    return Number.parseInt(line.slice(name.length + 1));
  };
  return {
    mainS: Number.parseInt(schedule) / 1e9,
    mainWaitedS: Number(schedule.split(" ")[1]) / 1e9,
    totalS: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    residentBytes: kilobytes("VmRSS") * 1024,
    peakBytes: kilobytes("VmHWM") * 1024,
  };
}
