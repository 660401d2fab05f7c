import * as v from "valibot";

const CertificateSchema = v.union([
  v.object({ tlsCert: v.unknown() }),
  v.object({ tlsKey: v.unknown() }),
]);

/**
 * Refuses a certificate that the server alone would find: the page would neither show it nor trust it.
 *
 * @param args Flags of the server.
 * @param read Reads the file of `--config`.
 * @throws {RangeError} When `--config` names a certificate and no flag or variable does.
 */
export async function refuseConfiguredCertificate(
  args: readonly string[],
  read: (path: string) => Promise<string>,
): Promise<void> {
  const path = valueOf(args, "--config");
  if (path === undefined) return;
  let config: unknown;
  try {
    config = JSON.parse(await read(path));
  } catch {
    // The server says what is wrong with it.
    return;
  }
  if (!v.is(CertificateSchema, config)) return;
  throw new RangeError(
    "Cannot use the certificate of --config for the web interface, too: give --tls-cert and --tls-key " +
      "as flags to deno task start",
  );
}

function valueOf(args: readonly string[], flag: string): string | undefined {
  const at = args.findIndex((arg) => arg === flag || arg.startsWith(`${flag}=`));
  const typed = args[at];
  return typed === flag ? args[at + 1] : typed?.slice(flag.length + 1);
}
