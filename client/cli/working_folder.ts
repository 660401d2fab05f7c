import { standingFolder } from "#protocol/standing_folder.ts";

/**
 * Finds the folder where the person stands, for a program of this project.
 *
 * @param initial Value of `INIT_CWD`.
 * @returns An absolute path.
 */
export function workingFolder(initial: string | undefined): string {
  return standingFolder({
    workingFolder: Deno.realPathSync(Deno.cwd()),
    projectFolder: Deno.realPathSync(`${import.meta.dirname}/../..`),
    initialFolder: initial,
  });
}

/**
 * Finds a path as the person means it.
 *
 * @param initial Value of `INIT_CWD`.
 * @param path As it was typed.
 * @returns An absolute path.
 */
export async function atWorkingFolder(initial: string | undefined, path: string): Promise<string> {
  // Node's layer takes 6 ms, and few commands need it.
  const { resolve } = await import("node:path");
  return resolve(workingFolder(initial), path);
}
