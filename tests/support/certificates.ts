import assert from "node:assert/strict";
import { join } from "node:path";
import type { CertificateFiles } from "#protocol/tls_certificate.ts";
import { runCommand } from "./run_command.ts";

/** What a certificate for a test is like. */
export interface CertificateOptions {
  /** Whom it is for, as OpenSSL writes it. @default "IP:127.0.0.1,DNS:localhost" */
  readonly names?: string;
  /** How long it holds; negative for one that has expired. @default 2 */
  readonly days?: number;
}

/**
 * Makes a certificate that signs itself, with the openssl of this machine.
 *
 * @param folder Where it goes.
 * @param name Name of its files.
 * @param options What it is like.
 * @returns Its files.
 */
export async function makeCertificate(
  folder: string,
  name: string,
  { names = "IP:127.0.0.1,DNS:localhost", days = 2 }: CertificateOptions = {},
): Promise<CertificateFiles> {
  const file = (suffix: string): string => join(folder, `${name}${suffix}`);
  const files = { cert: file(".pem"), key: file(".key") };
  const [request, extensions] = [file(".csr"), file(".ext")];
  await Deno.writeTextFile(
    extensions,
    `basicConstraints=critical,CA:FALSE\nsubjectAltName=${names}\n`,
  );
  await openssl(
    ...["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
    ...["-subj", "/CN=sluice", "-keyout", files.key, "-out", request],
  );
  await openssl(
    ...["x509", "-req", "-in", request, "-signkey", files.key, "-days", `${days}`],
    ...["-extfile", extensions, "-out", files.cert],
  );
  return files;
}

async function openssl(...args: string[]): Promise<void> {
  const { code, stderr } = await runCommand("openssl", args);
  assert.equal(code, 0, stderr);
}
