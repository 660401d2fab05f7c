/**
 * `deno task start` (docs/web.md): the server and its web interface, as one program to a person. Both are processes
 * of their own with the permissions of their tasks.
 *
 * @module
 */
import { resolve } from "node:path";
import { escapeText } from "#protocol/escape_text.ts";
import { standingFolder } from "#protocol/standing_folder.ts";
import { type ChildProgram, startChild } from "./child_program.ts";
import { refuseConfiguredCertificate } from "./configured_certificate.ts";
import { splitArguments } from "./split_arguments.ts";

const USAGE_EXIT_CODE = 2;
const READY = /^sluice: listening on (.+):(\d+), serving /;
const HELP = `USAGE
  deno task start [--web-host ADDRESS] [--web-port NUMBER] [--public-url URL] [flags of the server]

Serves a folder and its web interface. Ctrl-C stops both. SIGHUP has both read
their files anew; with a terminal, which is closed then, it stops both.

FLAGS
  --web-host    Address that the web interface binds (default 127.0.0.1)
  --web-port    Its port; 0 takes a free one (default 5000)
  --public-url  Where browsers come when a proxy with HTTPS is in front of it

All other flags go to the server: deno task server --help lists them. A certificate
is for both, by --tls-cert and --tls-key or their variables, not by --config.
`;

const running: ChildProgram[] = [];
let isStopping = false;

async function main(): Promise<number> {
  if (Deno.args.includes("--help") || Deno.args.includes("-h")) {
    Deno.stdout.writeSync(new TextEncoder().encode(HELP));
    return 0;
  }
  const variable = (name: string): string | undefined => Deno.env.get(name);
  const { server: serverArgs, web: webArgs } = splitArguments(Deno.args, variable);
  if (!webArgs.includes("--tls-cert")) {
    await refuseConfiguredCertificate(serverArgs, (path) => Deno.readTextFile(fromHere(path)));
  }
  stopOnSignals();
  const server = await startChild("server", serverArgs);
  running.push(server);
  const ready = READY.exec(await server.firstLine ?? "");
  if (ready === null) return await firstEnd();
  const [, host = "", port = ""] = ready;
  const address = addressOf(host, port);
  if (!isStopping) running.push(await startChild("web", ["--server", address, ...webArgs]));
  // A signal may have come in between.
  if (isStopping) stopAll();
  return await firstEnd();
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

/** Waits for the first end, stops the other one, and says how it all ended. */
async function firstEnd(): Promise<number> {
  const { code } = await Promise.race(running.map(({ status }) => status));
  const wasAsked = isStopping;
  stopAll();
  const codes = (await Promise.all(running.map(({ status }) => status))).map(({ code }) => code);
  if (wasAsked) return Math.max(...codes) === 0 ? 0 : 1;
  return code === 0 ? 1 : code;
}

function stopAll(): void {
  isStopping = true;
  for (const child of running) child.stop();
}

function stopOnSignals(): void {
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  // A second signal is passed on, too: then both close at once.
  for (const signal of signals) Deno.addSignalListener(signal, stopAll);
  if (Deno.build.os === "windows") return;
  // Asked now, since a terminal that is closed is none any more.
  const hasTerminal = Deno.stdin.isTerminal();
  Deno.addSignalListener("SIGHUP", () => {
    if (!hasTerminal) { for (const child of running) child.reload(); }
    // A shell may tell of its end once more, which is no haste.
    else if (!isStopping) stopAll();
  });
}

/** Where a server that is bound to this address can be reached from here. */
function addressOf(host: string, port: string): string {
  if (host === "0.0.0.0") return `127.0.0.1:${port}`;
  if (host === "::") return `[::1]:${port}`;
  return host.includes(":") && !host.startsWith("[") ? `[${host}]:${port}` : `${host}:${port}`;
}

try {
  Deno.exit(await main());
} catch (error) {
  stopAll();
  const why = error instanceof Error ? error.message : String(error);
  Deno.stderr.writeSync(new TextEncoder().encode(`sluice: ${escapeText(why)}\n`));
  Deno.exit(USAGE_EXIT_CODE);
}
