import { type CommandResult, runClient } from "./run_command.ts";
import { type ServerProcess, startServerProcess } from "./server_process.ts";
import { makeTempFolder, type TempFolder } from "./temp_folder.ts";

/** A real server, an empty folder of a user, and the command line between them. */
export interface ManageWorld extends AsyncDisposable {
  /** Where the user stands. */
  readonly folder: TempFolder;
  /** What the server shares. */
  readonly root: TempFolder;
  readonly server: ServerProcess;
  /** Runs the command line to its end. */
  run(...args: readonly string[]): Promise<CommandResult>;
}

/** Starts a world: `await using world = await makeManageWorld()`. */
export async function makeManageWorld(): Promise<ManageWorld> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await makeTempFolder());
  const root = stack.use(await makeTempFolder());
  const server = stack.use(await startServerProcess({ root: root.path }));
  const owned = stack.move();
  return {
    folder,
    root,
    server,
    run: (...args) => runClient(args, { cwd: folder.path, env: { SLUICE_SERVER: server.address } }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** An entry of a tree as `treeOf` gives it. */
export interface TreeLine {
  readonly kind: "file" | "folder" | "symlink";
  readonly modifiedAtMs: number;
  readonly text?: string;
}

/**
 * Reads a whole tree of small files.
 *
 * @param folder Its root.
 * @returns Entries by their paths; names of the state folder and below are left out.
 */
export async function treeOf(folder: string, prefix = ""): Promise<Map<string, TreeLine>> {
  const found = new Map<string, TreeLine>();
  for await (const { name } of Deno.readDir(folder)) {
    if (prefix === "" && name === ".sluice") continue;
    const path = `${folder}/${name}`;
    const info = await Deno.lstat(path);
    const modifiedAtMs = info.mtime?.getTime() ?? 0;
    if (info.isSymlink) {
      found.set(prefix + name, { kind: "symlink", modifiedAtMs });
    } else if (info.isDirectory) {
      found.set(prefix + name, { kind: "folder", modifiedAtMs });
      for (const [below, line] of await treeOf(path, `${prefix}${name}/`)) found.set(below, line);
    } else {
      const text = await Deno.readTextFile(path);
      found.set(prefix + name, { kind: "file", modifiedAtMs, text });
    }
  }
  return new Map([...found].sort(([a], [b]) => a < b ? -1 : 1));
}

/**
 * Writes files, with the folders above them.
 *
 * @param folder Where.
 * @param files Texts by their paths; a path that ends in a slash is an empty folder.
 */
export async function writeTree(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const isFolder = path.endsWith("/");
    const parent = isFolder ? path : path.slice(0, path.lastIndexOf("/") + 1);
    await Deno.mkdir(`${folder}/${parent}`, { recursive: true });
    if (!isFolder) await Deno.writeTextFile(`${folder}/${path}`, text);
  }
}
