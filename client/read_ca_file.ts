/**
 * Reads certificates of those whom a person trusts.
 *
 * @param path Path on this machine.
 * @returns PEM.
 * @throws {RangeError} When it cannot be read or holds none.
 */
export async function readCaFile(path: string): Promise<string> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (cause) {
    const why = cause instanceof Deno.errors.NotFound ? "it does not exist" : String(cause);
    throw new RangeError(`Cannot read the certificates in "${path}": ${why}`, { cause });
  }
  // The runtime takes a file without any for one that trusts nobody more.
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new RangeError(`Cannot use "${path}" as --ca: it holds no certificate in PEM form`);
}
