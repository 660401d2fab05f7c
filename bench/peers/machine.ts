import type { Processes } from "./processes.ts";
import type { Tools } from "./tools.ts";

/**
 * Describes the machine that figures come from.
 *
 * @param folder Where files are made; its file system is named.
 * @returns Lines for people: processor, memory, system, file system, versions.
 */
export async function describeMachine(
  processes: Processes,
  tools: Tools,
  folder: string,
): Promise<readonly string[]> {
  const ask = async (...command: [string, ...string[]]): Promise<string> => {
    try {
      return (await processes.run(command)).stdout.trim();
    } catch {
      // A system without that program or file.
      return "unknown";
    }
  };
  const cpu = await ask("sed", "-n", "s/^model name[^:]*: //p;T;q", "/proc/cpuinfo");
  const memory = await ask("sed", "-n", "s/^MemTotal: *\\([0-9]*\\) kB/\\1/p", "/proc/meminfo");
  const fileSystem = (await ask("df", "--output=fstype", folder)).split("\n").at(-1) ?? "unknown";
  return [
    `${cpu.split("\n")[0]}, ${navigator.hardwareConcurrency} cores, ` +
    `${(Number(memory) / 1024 ** 2).toFixed(0)} GiB of memory`,
    `${await ask("uname", "-sr")}, ${Deno.build.arch}, files on ${fileSystem}`,
    `deno ${Deno.version.deno}; ${tools.versions.join("; ")}`,
  ];
}
