import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { STATE_FOLDER } from "#protocol/limits.ts";

/**
 * Refuses a file of the server's own that lies in root, where clients read and change it. The state folder is no such
 * place: no client gets there. Not found out are hard links, and a symbolic link to what is not there yet.
 *
 * @param root The folder that is served; it need not be there yet.
 * @param file Absolute path of the file; it need not be there yet.
 * @param act What the server would do with it, such as `write the audit log`.
 * @throws {RangeError} When it lies there.
 */
export async function requireOutsideRoot(root: string, file: string, act: string): Promise<void> {
  const inner = relative(await realPathOf(root), await realPathOf(file));
  const [first] = inner.split(sep);
  // On Windows a path on another drive has no relative one.
  if (first === ".." || first === STATE_FOLDER || isAbsolute(inner)) return;
  throw new RangeError(
    `Cannot ${act} "${file}": it lies in root, where clients read and change it`,
  );
}

async function realPathOf(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch {
    // What is not there, or not accessible, is where its folder is; whoever opens it says what is wrong.
    const folder = dirname(path);
    return folder === path ? path : join(await realPathOf(folder), basename(path));
  }
}
