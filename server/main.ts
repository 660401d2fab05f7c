import { run } from "@stricli/core";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { escapeText } from "#protocol/escape_text.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { standingFolder } from "#protocol/standing_folder.ts";
import { buildServerApplication, type ServerFlags } from "./command.ts";
import {
  type Configuration,
  mergeConfiguration,
  parseConfigurationFile,
  readVariables,
} from "./configuration.ts";
import { configureLog } from "./log_output.ts";
import { Reloader } from "./reloader.ts";
import { type Server, startServer } from "./start_server.ts";

const USAGE_EXIT_CODE = 2;
const DEFAULT_ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "server_files");

async function main(): Promise<void> {
  const encoder = new TextEncoder();
  const stdout = {
    write: (text: string): void => void Deno.stdout.writeSync(encoder.encode(text)),
  };
  const stderr = {
    write: (text: string): void => void Deno.stderr.writeSync(encoder.encode(text)),
  };
  const process = { stdout, stderr, exitCode: null as number | string | null };
  await run(buildServerApplication(), Deno.args, { process, serve });
  // Stricli's own codes for usage errors are negative.
  if (Number(process.exitCode ?? 0) !== 0) Deno.exit(USAGE_EXIT_CODE);
}

async function serve(flags: ServerFlags): Promise<void> {
  const server = await start(flags).catch((error: unknown) => {
    Deno.stderr.writeSync(new TextEncoder().encode(`sluice: ${explain(error)}\n`));
    Deno.exit(USAGE_EXIT_CODE);
  });
  stopOnSignals(server);
  console.log(
    `sluice: listening on ${server.hostname}:${server.port}, serving ${escapeText(server.root)}`,
  );
}

async function start({ config, verbose, ...flags }: ServerFlags): Promise<Server> {
  const load = async (): Promise<Configuration> => {
    const file = config === undefined
      ? {}
      : parseConfigurationFile(await Deno.readTextFile(fromHere(config)));
    return mergeConfiguration(flags, readVariables((name) => Deno.env.get(name)), file);
  };
  const merged = await load();
  const hasColor = Deno.stderr.isTerminal() && !Deno.env.get("NO_COLOR");
  const setLogLevel = (level: Configuration["logLevel"]): Promise<void> =>
    configureLog(merged.logFormat, { hasColor, isVerbose: verbose ?? false, level });
  await setLogLevel(merged.logLevel);
  const root = merged.root === undefined ? DEFAULT_ROOT : fromHere(merged.root);
  const { audit } = merged.options;
  const options = audit && { audit: { ...audit, file: fromHere(audit.file) } };
  const server = await startServer({ ...merged.options, ...options, root });
  reloadOnSignal(new Reloader(merged, { load, controls: server.controls, setLogLevel }));
  return server;
}

function reloadOnSignal(reloader: Reloader): void {
  if (Deno.build.os === "windows") return;
  Deno.addSignalListener("SIGHUP", () => void reloader.reload());
}

/** Resolves a path against the folder the person stands in, which is not the task's. */
function fromHere(path: string): string {
  const standing = standingFolder({
    workingFolder: Deno.realPathSync(Deno.cwd()),
    projectFolder: Deno.realPathSync(`${import.meta.dirname}/..`),
    initialFolder: Deno.env.get("INIT_CWD"),
  });
  return resolve(standing, path);
}

function stopOnSignals(server: Server): void {
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  for (const signal of signals) {
    // A second signal calls stop again, which closes at once.
    Deno.addSignalListener(signal, () => void server.stop().then(() => Deno.exit(0)));
  }
}

function explain(error: unknown): string {
  if (error instanceof Deno.errors.AddrInUse) {
    return "Cannot listen: the port is in use; stop the other program or choose another with --port";
  }
  if (error instanceof RangeError || error instanceof SluiceError) return escapeText(error.message);
  const why = error instanceof Error ? error.message : String(error);
  return `Cannot start: ${escapeText(why)}`;
}

// A fault that nothing caught is logged and survived: one bad request must not end the others.
globalThis.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  Deno.stderr.writeSync(
    new TextEncoder().encode(
      `sluice: unhandled fault: ${escapeText(String(event.reason?.stack))}\n`,
    ),
  );
});

await main();
