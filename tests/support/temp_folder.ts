import { join } from "node:path";

/** A folder of the test's own that is gone when the test ends. */
export interface TempFolder extends AsyncDisposable {
  readonly path: string;
  /** Joins names to the folder. */
  join(...names: readonly string[]): string;
}

/**
 * Makes a folder for one test: `await using folder = await makeTempFolder()`.
 *
 * @returns The folder, empty.
 */
export async function makeTempFolder(): Promise<TempFolder> {
  // A symbolic link on the way (macOS's /tmp) would be one that the server refuses to follow.
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix: "sluice-test-" }));
  return {
    path,
    join: (...names) => join(path, ...names),
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
