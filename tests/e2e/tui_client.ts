import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readProjectConfig, taskArguments } from "#tests/support/project_config.ts";
import { PROJECT_FOLDER } from "#tests/support/project_files.ts";
import { type ScreenProcess, startScreenProcess } from "#tests/support/screen_process.ts";

/** What a test may choose of a terminal client. */
export interface TuiOptions {
  /** `HOST:PORT` of the server. */
  readonly address: string;
  /** Local folder to begin in. */
  readonly local: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Modules that stand in for others, both as paths from the project's folder. */
  readonly replaced?: { readonly modules: Readonly<Record<string, string>>; readonly map: string };
}

/**
 * Starts the terminal client in a terminal of its own, with the permissions of deno.json's task.
 *
 * @param options Where.
 */
export async function startTui(options: TuiOptions): Promise<ScreenProcess> {
  const { address, local, flags = [], columns, rows, env } = options;
  const task = await taskArguments("tui");
  const [run = "run", ...rest] = task;
  const replaced = options.replaced === undefined ? [] : await importMap(options.replaced);
  return await startScreenProcess({
    command: [
      Deno.execPath(),
      run,
      ...replaced,
      ...rest,
      "--server",
      address,
      "--local",
      local,
      ...flags,
    ],
    ...(columns === undefined ? {} : { columns }),
    ...(rows === undefined ? {} : { rows }),
    ...(env === undefined ? {} : { env }),
  });
}

/** Asserts that a program has left its terminal as the shell before it had it. */
export async function assertRestored(tui: ScreenProcess): Promise<number> {
  const { code, modes } = await tui.ended();
  for (const mode of ["icanon", "echo", "isig", "icrnl", "opost"]) {
    assert.ok(modes.has(mode), `stty: ${mode} is off`);
  }
  assert.deepEqual(tui.screen.state, {
    screen: "normal",
    isCursorHidden: false,
    mouse: "none",
    hasPaste: false,
    wraps: true,
  });
  return code;
}

/** Writes an import map in which modules stand in for others; gives the flags for it. */
async function importMap(replaced: NonNullable<TuiOptions["replaced"]>): Promise<string[]> {
  const { imports } = await readProjectConfig();
  const url = (path: string): string => pathToFileURL(join(PROJECT_FOLDER, path)).href;
  const all = Object.entries(imports).flatMap(([name, target]) => {
    if (target.startsWith("./")) return [[name, url(target)]];
    // deno.json means a package's further modules too, an import map names them by themselves.
    return [[name, target], [`${name}/`, `${target.replace("npm:", "npm:/")}/`]];
  });
  const standIns = Object.entries(replaced.modules).map(([from, to]) => [url(from), url(to)]);
  await Deno.writeTextFile(
    replaced.map,
    JSON.stringify({ imports: Object.fromEntries([...all, ...standIns]) }),
  );
  return ["--import-map", replaced.map];
}
