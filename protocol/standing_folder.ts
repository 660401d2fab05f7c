/** What is known about where a program was started; real paths. */
export interface StartingPoint {
  /** The process's working folder. */
  readonly workingFolder: string;
  /** The folder of deno.json, in which its tasks run. */
  readonly projectFolder: string;
  /** Value of `INIT_CWD`, if it is set. */
  readonly initialFolder: string | undefined;
}

/**
 * Finds the folder against which a person's relative paths are meant. A task runs in deno.json's
 * folder and says in `INIT_CWD` where the person is. Elsewhere the variable is some other program's:
 * npm sets it too.
 *
 * @param start Where the program was started.
 * @returns The folder that the person stands in.
 */
export function standingFolder(start: StartingPoint): string {
  const { workingFolder, projectFolder, initialFolder } = start;
  if (initialFolder === undefined || initialFolder === "") return workingFolder;
  return workingFolder === projectFolder ? initialFolder : workingFolder;
}
