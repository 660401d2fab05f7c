/**
 * `deno task web` (docs/web.md). This file alone touches arguments, environment variables, signals and the exit.
 *
 * @module
 */
import { resolve } from "node:path";
import { run } from "@stricli/core";
import { escapeText } from "#protocol/escape_text.ts";
import { isLoopback } from "#protocol/loopback.ts";
import { standingFolder } from "#protocol/standing_folder.ts";
import {
  type CertificateFiles,
  pairCertificateFiles,
  readCertificate,
} from "#protocol/tls_certificate.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { chooseServer } from "#client/server_choice.ts";
import { buildWebApplication, type WebFlags } from "./command.ts";
import { type Gateway, startGateway } from "./start_gateway.ts";

const USAGE_EXIT_CODE = 2;
const encoder = new TextEncoder();
const stdout = { write: (text: string): void => void Deno.stdout.writeSync(encoder.encode(text)) };
const stderr = { write: (text: string): void => void Deno.stderr.writeSync(encoder.encode(text)) };

async function main(): Promise<void> {
  const process = { stdout, stderr, exitCode: null as number | string | null };
  await run(buildWebApplication(), Deno.args, { process, serve });
  // Stricli's own codes for usage errors are negative.
  if (Number(process.exitCode ?? 0) !== 0) Deno.exit(USAGE_EXIT_CODE);
}

async function serve(flags: WebFlags): Promise<void> {
  const typed = flags.server ?? Deno.env.get("SLUICE_SERVER") ?? "";
  const gateway = await start(flags, typed).catch((error: unknown) => {
    stderr.write(`sluice-web: ${explain(error)}\n`);
    Deno.exit(USAGE_EXIT_CODE);
  });
  stopOnSignals(gateway);
  stdout.write(
    `sluice-web: ${gateway.url} for the server at ${escapeText(typed || "127.0.0.1:9999")}\n`,
  );
}

async function start(
  flags: WebFlags,
  typed: string,
): Promise<Gateway> {
  const { host, port, insecure = false, trustedAddresses, tlsCert, tlsKey, ca } = flags;
  const files = pairCertificateFiles(
    tlsCert === undefined ? undefined : fromHere(tlsCert),
    tlsKey === undefined ? undefined : fromHere(tlsKey),
  );
  const isExposed = host !== undefined && !isLoopback(host);
  const publicOrigin = parsePublicUrl(flags.publicUrl);
  if (isExposed && !insecure && files === undefined) {
    throw new SluiceError(
      "permission_denied",
      `Cannot listen on ${host}: others could overhear access tokens and files, since nothing is ` +
        "encrypted; give --tls-cert and --tls-key, keep to --host 127.0.0.1 behind an HTTPS proxy " +
        "(--public-url), or say --insecure",
    );
  }
  const gateway = await startGateway({
    server: await chooseServer({
      server: typed,
      isEncrypted: flags.tls,
      caFile: ca === undefined ? undefined : fromHere(ca),
    }),
    ...(files === undefined ? {} : { tls: await readCertificate(files, Deno) }),
    ...(host === undefined ? {} : { host }),
    ...(publicOrigin === undefined ? {} : { publicOrigin }),
    requiresToken: (isExposed || publicOrigin !== undefined) && !insecure,
    ...(trustedAddresses === undefined ? {} : { trustedAddresses }),
    ...(port === undefined ? {} : { port: parsePort(port) }),
    onFault: (error, id) => stderr.write(`sluice-web: fault ${id}: ${describe(error)}\n`),
  });
  // All files have been read: whoever faces browsers needs none of this machine's any more.
  if (files === undefined) await Deno.permissions.revoke({ name: "read" });
  renewOnSignal(gateway, files);
  return gateway;
}

/** A certificate is renewed every few months, a gateway need not stop for that. */
function renewOnSignal(gateway: Gateway, files: CertificateFiles | undefined): void {
  // Without a certificate a terminal that is closed ends it, as any program.
  if (Deno.build.os === "windows" || (files === undefined && Deno.stdin.isTerminal())) return;
  Deno.addSignalListener("SIGHUP", () => {
    if (files === undefined) return;
    gateway.renewCertificate(() => readCertificate(files, Deno)).catch((error: unknown) => {
      stderr.write(`sluice-web: the certificate stays as it was: ${explain(error)}\n`);
    });
  });
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

/** Gives the origin of a public address. */
function parsePublicUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url?.protocol === "https:" && `${url.origin}/` === url.href) return url.origin;
  throw new RangeError(`Cannot use --public-url "${text}": it must be as https://files.example`);
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port <= 65_535) return port;
  throw new RangeError(`Cannot use --port "${text}": it must be a whole number from 0 to 65535`);
}

function stopOnSignals(gateway: Gateway): void {
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  for (const signal of signals) {
    // A second signal calls stop again, which ends all at once.
    Deno.addSignalListener(signal, () => void gateway.stop().then(() => Deno.exit(0)));
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

function describe(error: unknown): string {
  return escapeText(error instanceof Error ? error.stack ?? error.message : String(error));
}

// A fault that nothing caught is logged and survived: one bad request must not end the others.
globalThis.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  stderr.write(`sluice-web: unhandled fault: ${describe(event.reason)}\n`);
});

await main();
