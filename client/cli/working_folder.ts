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
