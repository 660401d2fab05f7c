import { residentBytes } from "#tests/support/process_memory.ts";
import { runCommand } from "#tests/support/run_command.ts";
import { untilServerRests } from "#tests/support/state_folder.ts";

/** What a process holds of its machine; all 0 on systems without /proc. */
export interface ProcessFigures {
  readonly residentBytes: number;
  readonly descriptors: number;
  readonly threads: number;
}

/**
 * Looks at a server that has nothing to do.
 *
 * @param server The server.
 * @returns What it holds once all its clients are gone and its workers are given back.
 */
export async function figuresAtRest(
  server: { readonly hostname: string; readonly port: number; readonly pid: number },
): Promise<ProcessFigures> {
  await untilServerRests(server);
  if (Deno.build.os !== "linux") return { residentBytes: 0, descriptors: 0, threads: 0 };
  // Deno keeps /proc from programs with scoped permissions, so other programs look.
  const count = async (what: string): Promise<number> =>
    (await runCommand("ls", [`/proc/${server.pid}/${what}`])).stdout.trim().split("\n").length;
  return {
    residentBytes: await residentBytes(server.pid),
    descriptors: await count("fd"),
    threads: await count("task"),
  };
}

/** Shows figures for a report. */
export function figuresText({ residentBytes, descriptors, threads }: ProcessFigures): string {
  const mebibytes = Math.round(residentBytes / 1024 / 1024);
  return `${mebibytes} MiB, ${descriptors} descriptors, ${threads} threads`;
}
