/**
 * The terminal client: `deno task tui` (docs/terminal.md). This file alone touches arguments,
 * environment variables, signals and the exit.
 *
 * @module
 */
import process from "node:process";
import { ExitCode, run } from "@stricli/core";
import { escapeText } from "#protocol/escape_text.ts";
import { chooseServer } from "#client/server_choice.ts";
import {
  describeFailure,
  INTERRUPTED_EXIT,
  localFailure,
  USAGE_EXIT,
} from "#client/cli/output/failure.ts";
import { onFault } from "#client/cli/on_fault.ts";
import { workingFolder } from "#client/cli/working_folder.ts";
import type { ServerAddress } from "#client/types.ts";
import { resolve } from "node:path";
import { buildTui, type TuiFlags } from "./application.ts";
import { ScreenTerminal } from "./terminal/screen_terminal.ts";

/** How long an interrupted client may take to end in order. */
const GRACE_MS = 5_000;

/** Where things are, once the flags are understood. */
interface Places {
  readonly server: ServerAddress;
  readonly localFolder: string;
  readonly homeFolder: string | undefined;
  /** Access token to begin with. */
  readonly token: string | undefined;
}

/** What has to be given back on every way out. */
let restore: () => void = () => {};

if (import.meta.main) Deno.exit(await main());

async function main(): Promise<number> {
  onFault(crash);
  let code = 0;
  const context = {
    start: async (flags: TuiFlags) => {
      code = await start(flags).catch(crash);
    },
    process: {
      stdout: { write: (text: string) => write("stdout", text) },
      stderr: { write: (text: string) => complain(text.trimEnd()) },
      exitCode: null as number | string | null,
    },
  };
  await run(buildTui(), Deno.args, context);
  const usage = Number(context.process.exitCode ?? 0);
  if (usage === ExitCode.InvalidArgument) return USAGE_EXIT;
  return usage === 0 ? code : 1;
}

async function start(flags: TuiFlags): Promise<number> {
  const { tls: isEncrypted, ca } = flags;
  const places = {
    server: await chooseServer({
      server: flags.server ?? Deno.env.get("SLUICE_SERVER"),
      isEncrypted,
      caFile: ca === undefined ? undefined : resolve(workingFolder(Deno.env.get("INIT_CWD")), ca),
    }),
    localFolder: await openFolder(flags.local),
    homeFolder: Deno.env.get(Deno.build.os === "windows" ? "USERPROFILE" : "HOME"),
    token: await findToken(flags.tokenFile),
  };
  return flags.plain || !hasFullScreen()
    ? await runLines(places, flags.jobs)
    : await runScreen(places, flags);
}

async function findToken(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return Deno.env.get("SLUICE_TOKEN")?.trim();
  const { readTokenFile } = await import("#client/read_token_file.ts");
  return await readTokenFile(resolve(workingFolder(Deno.env.get("INIT_CWD")), file));
}

function hasFullScreen(): boolean {
  const isAccessible = !["", "0", undefined].includes(Deno.env.get("ACCESSIBLE"));
  return Deno.stdin.isTerminal() && Deno.stdout.isTerminal() && !isAccessible &&
    Deno.env.get("TERM") !== "dumb";
}

async function openFolder(given: string | undefined): Promise<string> {
  const current = workingFolder(Deno.env.get("INIT_CWD"));
  if (given === undefined) return current;
  const path = resolve(current, given);
  try {
    for await (const _ of Deno.readDir(path)) break;
  } catch (error) {
    throw localFailure(`Cannot open "${given}"`, error);
  }
  return path;
}

async function runScreen(places: Places, flags: TuiFlags): Promise<number> {
  const hasColor = (Deno.env.get("NO_COLOR") ?? "") === "";
  // React and ink look at these when they are loaded.
  Deno.env.set("NODE_ENV", "production");
  Deno.env.set("FORCE_COLOR", hasColor ? "1" : "0");
  const terminal = new ScreenTerminal({ hasMouse: flags.mouse });
  restore = () => terminal.restore();
  const { fullScreen } = await import("./full_screen.ts");
  const program = fullScreen({ terminal, ...places, jobs: flags.jobs, hasColor });
  onStop(() => program.post({ kind: "stopAsked", code: INTERRUPTED_EXIT }));
  return await program.run();
}

async function runLines(places: Places, jobs: number): Promise<number> {
  const [{ runLinear }, { DenoTerminal }] = await Promise.all([
    import("./linear/run_linear.ts"),
    import("#client/cli/deno_terminal.ts"),
  ]);
  const stop = new AbortController();
  const terminal = new DenoTerminal({
    noColor: Deno.env.get("NO_COLOR"),
    term: Deno.env.get("TERM"),
    onBrokenPipe: () => stop.abort(),
  });
  restore = () => terminal.restore();
  onStop(() => stop.abort());
  const code = await runLinear({ ...places, jobs, terminal, signal: stop.signal });
  await terminal.flush();
  terminal.restore();
  return code;
}

// Node's way of listening: a module that ink brings along ends the process at a signal that it
// alone listens to.
function onStop(stop: () => void): void {
  let isStopping = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const) {
    try {
      process.on(signal, () => {
        if (isStopping) leaveAtOnce();
        isStopping = true;
        setTimeout(leaveAtOnce, GRACE_MS);
        stop();
      });
    } catch {
      // Windows knows SIGINT alone of these; the others cannot arrive there.
    }
  }
}

// The screen goes first, so that the line is seen on the one that stays.
function crash(error: unknown): never {
  restore();
  const { message, exitCode } = describeFailure(error);
  complain(message);
  Deno.exit(exitCode);
}

function leaveAtOnce(): never {
  restore();
  Deno.exit(INTERRUPTED_EXIT);
}

function complain(message: string): void {
  write("stderr", `sluice: ${escapeText(message)}\n`);
}

function write(stream: "stdout" | "stderr", text: string): void {
  try {
    Deno[stream].writeSync(new TextEncoder().encode(text));
  } catch {
    // Nobody is there to read it.
  }
}
