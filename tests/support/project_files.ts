import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout's folder, where deno.json is. */
export const PROJECT_FOLDER: string = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Folders that hold nothing that people of this project wrote as source. */
const SKIPPED: ReadonlySet<string> = new Set([".git", "node_modules", "server_files", "coverage"]);

/**
 * Lists the project's files, in order.
 *
 * @param endings How their names end, e.g. `.ts`.
 * @returns Paths relative to the checkout, joined by `/`.
 */
export async function listProjectFiles(endings: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  await collect(PROJECT_FOLDER, endings, found);
  return found.map((path) => relative(PROJECT_FOLDER, path).replaceAll(sep, "/")).sort();
}

/** Reads one of the project's files. */
export function readProjectFile(path: string): Promise<string> {
  return Deno.readTextFile(join(PROJECT_FOLDER, path));
}

async function collect(folder: string, endings: readonly string[], found: string[]): Promise<void> {
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory && !SKIPPED.has(entry.name)) await collect(path, endings, found);
    if (entry.isFile && endings.some((ending) => entry.name.endsWith(ending))) found.push(path);
  }
}
