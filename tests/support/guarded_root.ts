import assert from "node:assert/strict";
import { join } from "node:path";
import { makeTempFolder } from "./temp_folder.ts";

/** A root with folders beside it that nobody may read or touch. */
export interface GuardedRoot extends AsyncDisposable {
  /** The folder to serve. */
  readonly root: string;
  /** A folder beside root that holds {@linkcode SECRET}. */
  readonly canary: string;
  /** Asserts that all beside root is as it was. */
  assertUntouched(): Promise<void>;
}

/** Content of `secret.txt` in the canary folder: no client may ever see it. */
export const SECRET = "the canary sings";

/**
 * Makes `root` and, beside it, `canary` and `root-canary`, whose path begins like root's.
 *
 * @returns The folders; they are gone when the test ends.
 */
export async function makeGuardedRoot(): Promise<GuardedRoot> {
  const folder = await makeTempFolder();
  const [root, canary] = [folder.join("root"), folder.join("canary")];
  await Deno.mkdir(root);
  for (const beside of [canary, folder.join("root-canary")]) {
    await Deno.mkdir(join(beside, "sub"), { recursive: true });
    await Deno.writeTextFile(join(beside, "secret.txt"), SECRET);
  }
  const before = await describe(folder.path);
  return {
    root,
    canary,
    assertUntouched: async () => assert.deepEqual(await describe(folder.path), before),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** Lists all below a folder, root itself left out, with kind, content and time of change. */
async function describe(path: string, name = ""): Promise<string[]> {
  const lines: string[] = [];
  for await (const entry of Deno.readDir(path)) {
    const shown = `${name}/${entry.name}`;
    if (shown === "/root") continue;
    const inside = join(path, entry.name);
    const { mtime } = await Deno.lstat(inside);
    const content = entry.isFile ? await Deno.readTextFile(inside) : "";
    lines.push(`${shown} ${entry.isDirectory} ${mtime?.getTime()} ${content}`);
    if (entry.isDirectory) lines.push(...await describe(inside, shown));
  }
  return lines.sort();
}
