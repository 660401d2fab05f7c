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
import { type Configuration, mergeConfiguration } from "./configuration.ts";
import { configureLog, type LogLevel, type LogOptions } from "./log_output.ts";
import { explainStart } from "./explain_start.ts";
import { requireOutsideRoot } from "./outside_root.ts";
import { shareSettings } from "./processes/share_settings.ts";
import { startProcesses } from "./processes/start_processes.ts";
import { parseConfigurationFile, readVariables } from "./raw_configuration.ts";
import { Reloader } from "./reloader.ts";
import { withoutUndefined } from "./without_undefined.ts";
import { type Server, startServer } from "./start_server.ts";

/** One process or several. */
type RunningServer =
  & Pick<
    Server,
    "hostname" | "port" | "root" | "renewCertificate" | "controls"
  >
  & {
    setLogLevel(level: LogLevel): Promise<void>;
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
    // Not all flags: a token's quota is not the server's.
    findRoot: async ({ root, config }) =>
      rootOf(await readConfiguration(withoutUndefined({ root, config }))),
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
  const args = Deno.args.slice(1);
  if (args.length > 0) return await run(buildTokenApplication(), args, { process, actions });
  // Nothing was asked for: help, where scripts look for what is wrong.
  const toStderr = { ...process, stdout: process.stderr };
  await run(buildTokenApplication(), ["--help"], { process: toStderr, actions });
  process.exitCode = USAGE_EXIT_CODE;
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
  const merged = await readConfiguration(flags);
  const root = rootOf(merged);
  await requireSafeFiles(root, flags.config, merged);
  const hasColor = Deno.stderr.isTerminal() && !Deno.env.get("NO_COLOR");
  const log = { hasColor, isVerbose: verbose ?? false, level: merged.logLevel };
  await configureLog(merged.logFormat, log);
  const files = merged.certificateFiles;
  requireSafeHost({
    host: merged.options.host ?? "127.0.0.1",
    hasTls: files !== undefined,
    hasTokens: (merged.options.isTokenRequired ?? false) || hasTokens(root),
    isInsecure: merged.isInsecure,
  });
  const tls = files && await readFrom(files);
  const { audit } = merged.options;
  const options = {
    ...merged.options,
    root,
    ...(audit === undefined ? {} : { audit: { ...audit, file: fromHere(audit.file) } }),
    ...(tls === undefined ? {} : { tls }),
  };
  const server = await startOneOrMore(options, merged, log);
  reloadOnSignal(
    new Reloader(merged, {
      load: async () => {
        const next = await readConfiguration(flags);
        await requireSafeFiles(root, flags.config, next);
        return next;
      },
      controls: server.controls,
      check: (settings) => void shareSettings(settings, merged.processes),
      setLogLevel: (level) => server.setLogLevel(level),
      readCertificate: readFrom,
      renewCertificate: (tls) => server.renewCertificate(tls),
    }, tls),
  );
  return server;
}

async function startOneOrMore(
  options: ServerOptions,
  merged: Configuration,
  log: LogOptions,
): Promise<RunningServer> {
  const { processes: count, logFormat } = merged;
  const setOwnLevel = (level: LogLevel): Promise<void> =>
    configureLog(logFormat, { ...log, level });
  if (count !== 1) {
    const server = await startProcesses(options, { count, logFormat, log });
    const setLogLevel = async (level: LogLevel): Promise<void> => {
      server.setLogLevel(level);
      await setOwnLevel(level);
    };
    return { ...server, setLogLevel };
  }
  // Whoever faces the network must not be able to start a program that may do anything.
  await Deno.permissions.revoke({ name: "run", command: "deno" });
  const server = await startServer(options);
  const { hostname, port, root, controls } = server;
  return {
    hostname,
    port,
    root,
    controls,
    setLogLevel: setOwnLevel,
    renewCertificate: (tls) => server.renewCertificate(tls),
    stop: () => server.stop(),
  };
}

/** Whether there are or were tokens, so that the server asks for one. */
function hasTokens(root: string): boolean {
  return new TokenStore(join(root, STATE_FOLDER)).mark() !== undefined;
}

function readFrom({ cert, key }: CertificateFiles): Promise<TlsCertificate> {
  return readCertificate({ cert: fromHere(cert), key: fromHere(key) }, Deno);
}

function reloadOnSignal(reloader: Reloader): void {
  if (Deno.build.os === "windows") return;
  Deno.addSignalListener("SIGHUP", () => void reloader.reload());
}

/** Reads flags, variables and file anew. */
async function readConfiguration(
  { config, ...flags }: Omit<ServerFlags, "verbose">,
): Promise<Configuration> {
  const file = config === undefined
    ? {}
    : parseConfigurationFile(await Deno.readTextFile(fromHere(config)));
  return mergeConfiguration(flags, readVariables((name) => Deno.env.get(name)), file);
}

/** Refuses to go by, or to write, what clients could read or change. */
async function requireSafeFiles(
  root: string,
  config: string | undefined,
  { options, certificateFiles }: Configuration,
): Promise<void> {
  const files = [
    ["write the audit log", options.audit?.file],
    ["use the key", certificateFiles?.key],
    ["use the configuration", config],
  ] as const;
  for (const [act, file] of files) {
    if (file !== undefined) await requireOutsideRoot(root, fromHere(file), act);
  }
}

function rootOf({ root }: Configuration): string {
  return root === undefined ? DEFAULT_ROOT : fromHere(root);
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
