/** A certificate with its key, both in PEM; the certificate may be followed by those between it and its authority. */
export interface TlsCertificate {
  /** What everybody may see. */
  readonly cert: string;
  /** What nobody may see; without a password. */
  readonly key: string;
}

/** Where a certificate and its key are. */
export interface CertificateFiles {
  /** Path of the certificate. */
  readonly cert: string;
  /** Path of its key. */
  readonly key: string;
}

/**
 * Takes the two flags together.
 *
 * @param cert `--tls-cert` as typed.
 * @param key `--tls-key` as typed.
 * @returns Both; `undefined` when neither was given.
 * @throws {RangeError} When one is missing.
 */
export function pairCertificateFiles(
  cert: string | undefined,
  key: string | undefined,
): CertificateFiles | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert !== undefined && key !== undefined) return { cert, key };
  const missing = cert === undefined ? "--tls-cert" : "--tls-key";
  throw new RangeError(
    `Cannot encrypt: ${missing} is missing; it takes the certificate and its key`,
  );
}

/** What reading a certificate takes of the runtime; `Deno` is one. */
export interface CertificateReader {
  /** Reads a file. */
  readTextFile(path: string): Promise<string>;
  /** Listens, which refuses a certificate that cannot be used. */
  listenTls(
    options: TlsCertificate & { readonly hostname: string; readonly port: number },
  ): { close(): void };
}

/**
 * Reads a certificate and its key, and makes sure that they can be used together.
 *
 * @param files Paths.
 * @param reader The runtime.
 * @returns Their content.
 * @throws {RangeError} When they cannot be read or used.
 */
export async function readCertificate(
  files: CertificateFiles,
  reader: CertificateReader,
): Promise<TlsCertificate> {
  const certificate = {
    cert: await readPem(files.cert, "certificate", reader),
    key: await readPem(files.key, "key", reader),
  };
  try {
    // It is checked by a listener only: this one is for nobody.
    reader.listenTls({ hostname: "127.0.0.1", port: 0, ...certificate }).close();
  } catch (cause) {
    throw new RangeError(`Cannot use certificate "${files.cert}": ${why(cause)}`, { cause });
  }
  return certificate;
}

async function readPem(path: string, what: string, reader: CertificateReader): Promise<string> {
  try {
    return await reader.readTextFile(path);
  } catch (cause) {
    const reason = cause instanceof Error && cause.name === "NotFound"
      ? "it does not exist"
      : String(cause);
    throw new RangeError(`Cannot read the ${what} "${path}": ${reason}`, { cause });
  }
}

function why(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.includes("KeyMismatch") ? "the key belongs to another certificate" : message;
}
