import { escapeText } from "#protocol/escape_text.ts";
import type { RemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";

// "Naming Files, Paths, and Namespaces", Windows documentation.
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)/i;
// deno-lint-ignore no-control-regex -- Windows refuses control characters in names
const REFUSED = /[<>:"|?*\u0000-\u001f]|[. ]$/;

/**
 * Refuses names that the server's own system would take for something else.
 *
 * @param path A remote path.
 * @param act For the message.
 * @param os The system; this one unless a test says otherwise.
 * @throws {SluiceError} `invalid_name` on Windows for device names and characters that it refuses.
 */
export function requirePlatformName(
  path: RemotePath,
  act: string,
  os: typeof Deno.build.os = Deno.build.os,
): void {
  if (os !== "windows") return;
  const bad = path.split("/").find((name) => RESERVED.test(name) || REFUSED.test(name));
  if (bad === undefined) return;
  throw new SluiceError("invalid_name", `Cannot ${act}: Windows has no file "${escapeText(bad)}"`);
}
