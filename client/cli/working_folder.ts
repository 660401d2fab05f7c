/**
 * Finds the folder where the person stands. A task runs in deno.json's folder and says in `INIT_CWD`
 * where the person is. Elsewhere the variable is some other program's: npm sets it too.
 *
 * @param initial Value of `INIT_CWD`.
 * @returns An absolute path.
 */
export function workingFolder(initial: string | undefined): string {
  const current = Deno.cwd();
  if (initial === undefined) return current;
  const project = Deno.realPathSync(`${import.meta.dirname}/../..`);
  return Deno.realPathSync(current) === project ? initial : current;
}
