import { getLogger } from "@logtape/logtape";
import { run } from "@stricli/core";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { escapeText } from "#protocol/escape_text.ts";
import { STATE_FOLDER } from "#protocol/limits.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { standingFolder } from "#protocol/standing_folder.ts";
import {
  type CertificateFiles,
  readCertificate,
  type TlsCertificate,
} from "#protocol/tls_certificate.ts";
import { buildServerApplication, type ServerFlags } from "./command.ts";
import { requireSafeHost } from "./access/safe_host.ts";
import { buildTokenApplication, type TokenActions } from "./access/token_application.ts";
import { TokenCommands } from "./access/token_commands.ts";
import { TokenStore } from "./access/token_store.ts";
import type { ServerOptions } from "./server_options.ts";
import {
  type Configuration,
  mergeConfiguration,
  parseConfigurationFile,
  readVariables,
} from "./configuration.ts";
import { configureLog, type LogOptions } from "./log_output.ts";
import { explainStart } from "./explain_start.ts";
import { startProcesses } from "./processes/supervisor.ts";
import { type Server, startServer } from "./start_server.ts";

/** One process or several. */
type RunningServer = Pick<Server, "hostname" | "port" | "root" | "renewCertificate"> & {
  stop(): Promise<void>;
};

const USAGE_EXIT_CODE = 2;
const DEFAULT_ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "server_files");

/** What Stricli writes to and reports its exit code in. */
interface StricliProcess {
  readonly stdout: { readonly write: (text: string) => void };
  readonly stderr: { readonly write: (text: string) => void };
  exitCode: number | string | null;
}

async function main(): Promise<void> {
  const encoder = new TextEncoder();
  const stdout = {
    write: (text: string): void => void Deno.stdout.writeSync(encoder.encode(text)),
  };
  const stderr = {
    write: (text: string): void => void Deno.stderr.writeSync(encoder.encode(text)),
  };
  const process: StricliProcess = { stdout, stderr, exitCode: null };
  if (Deno.args[0] === "token") await runTokenCommand(process);
  else await run(buildServerApplication(), Deno.args, { process, serve });
  // Stricli's own codes for usage errors are negative.
  if (Number(process.exitCode ?? 0) !== 0) Deno.exit(USAGE_EXIT_CODE);
}

/** `deno task server token …`: works beside a server that runs, and without one. */
async function runTokenCommand(process: StricliProcess): Promise<void> {
  const commands = new TokenCommands({
    findRoot: async (flags) => (await readSettings(flags)).root,
    out: process.stdout.write,
    err: process.stderr.write,
  });
  const orExplain = (work: Promise<void>): Promise<void> =>
    work.catch((error: unknown) => {
      const isOurs = error instanceof RangeError || error instanceof SluiceError;
      const why = error instanceof Error ? error.message : String(error);
      const message = isOurs ? why : `Cannot use the access tokens: ${why}`;
      process.stderr.write(`sluice: ${escapeText(message)}\n`);
      Deno.exit(error instanceof SluiceError ? error.exitCode : USAGE_EXIT_CODE);
    });
  const actions: TokenActions = {
    create: (name, flags) => orExplain(commands.create(name, flags)),
    list: (flags) => orExplain(commands.list(flags)),
    revoke: (name, flags) => orExplain(commands.revoke(name, flags)),
  };
  await run(buildTokenApplication(), Deno.args.slice(1), { process, actions });
}

async function serve(flags: ServerFlags): Promise<void> {
  const server = await start(flags).catch((error: unknown) => {
    Deno.stderr.writeSync(new TextEncoder().encode(`sluice: ${explainStart(error)}\n`));
    Deno.exit(USAGE_EXIT_CODE);
  });
  stopOnSignals(server);
  console.log(
    `sluice: listening on ${server.hostname}:${server.port}, serving ${escapeText(server.root)}`,
  );
}

async function start({ verbose, ...flags }: ServerFlags): Promise<RunningServer> {
  const { root, merged } = await readSettings(flags);
  const hasColor = Deno.stderr.isTerminal() && !Deno.env.get("NO_COLOR");
  const log = { hasColor, isVerbose: verbose ?? false };
  await configureLog(merged.logFormat, log);
  const files = merged.certificateFiles;
  requireSafeHost({
    host: merged.options.host ?? "127.0.0.1",
    hasTls: files !== undefined,
    hasTokens: (merged.options.isTokenRequired ?? false) || hasTokens(root),
    isInsecure: merged.isInsecure,
  });
  const tls = files && await readFrom(files);
  const options = { ...merged.options, root, ...(tls === undefined ? {} : { tls }) };
  const server = await startOneOrMore(options, merged, log);
  if (files !== undefined) renewOnSignal(server, files);
  return server;
}

async function startOneOrMore(
  options: ServerOptions,
  merged: Configuration,
  log: LogOptions,
): Promise<RunningServer> {
  const { processes: count, logFormat } = merged;
  if (count !== 1) return await startProcesses(options, { count, logFormat, log });
  // Whoever faces the network must not be able to start a program that may do anything.
  await Deno.permissions.revoke({ name: "run", command: "deno" });
  return await startServer(options);
}

/** Whether there are or were tokens, so that the server asks for one. */
function hasTokens(root: string): boolean {
  return new TokenStore(join(root, STATE_FOLDER)).mark() !== undefined;
}

function readFrom({ cert, key }: CertificateFiles): Promise<TlsCertificate> {
  return readCertificate({ cert: fromHere(cert), key: fromHere(key) }, Deno);
}

/** A certificate is renewed every few months, a server need not stop for that. */
function renewOnSignal(server: RunningServer, files: CertificateFiles): void {
  if (Deno.build.os === "windows") return;
  const logger = getLogger(["sluice", "server"]);
  Deno.addSignalListener("SIGHUP", () => {
    readFrom(files).then((tls) => server.renewCertificate(tls)).catch((error: unknown) => {
      const reason = escapeText(error instanceof Error ? error.message : String(error));
      logger.error("the certificate stays as it was: {reason}", { reason });
    });
  });
}

async function readSettings(
  { config, ...flags }: Omit<ServerFlags, "verbose">,
): Promise<{ readonly root: string; readonly merged: Configuration }> {
  const file = config === undefined
    ? {}
    : parseConfigurationFile(await Deno.readTextFile(fromHere(config)));
  const merged = mergeConfiguration(flags, readVariables((name) => Deno.env.get(name)), file);
  return { root: merged.root === undefined ? DEFAULT_ROOT : fromHere(merged.root), merged };
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

function stopOnSignals(server: RunningServer): void {
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  for (const signal of signals) {
    // A second signal calls stop again, which closes at once.
    Deno.addSignalListener(signal, () => void server.stop().then(() => Deno.exit(0)));
  }
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
