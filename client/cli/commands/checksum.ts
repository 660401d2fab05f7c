import { escapeText } from "#protocol/escape_text.ts";
import type { CommandRun } from "../context.ts";
import type { ChecksumFlags } from "../look_routes.ts";
import { parseRemoteArgument } from "../remote_argument.ts";
import { required } from "../required_argument.ts";

/**
 * `checksum NAME…`: a line for each file that `sha256sum -c` and its like read.
 *
 * @param run The command under way.
 * @param typed The files.
 */
export async function checksum(
  run: CommandRun<ChecksumFlags>,
  ...typed: string[]
): Promise<void> {
  const names = typed.length > 0
    ? typed
    : [await required(run, undefined, "Cannot compute a checksum", "File on the server")];
  const { flags: { algorithm, server }, report, environment } = run;
  const { signal, terminal } = environment;
  await using client = await environment.connect({ server });
  for (const name of names) {
    if (signal.aborted) return;
    try {
      const path = parseRemoteArgument(name);
      const onProgress = (doneBytes: number, totalBytes: number): void =>
        report.progress({ name: path, state: "checking", doneBytes, totalBytes });
      const { digest, ...rest } = await client.checksum(path, { algorithm, onProgress, signal });
      const hex = digest.slice(digest.indexOf(":") + 1);
      const line = sumLine(hex, path);
      report.result(
        { name: path, digest, ...rest },
        terminal.isOutputTerminal ? escapeText(line) : line,
      );
    } catch (error) {
      report.failure(error, name);
    }
  }
}

/**
 * Writes a line as GNU sha256sum does: a name that holds a newline, a carriage return or a backslash is
 * escaped, and the line says so by a backslash at its beginning (coreutils manual, "md5sum").
 *
 * @param hex The checksum.
 * @param name The file's name.
 * @returns One line without its end.
 */
export function sumLine(hex: string, name: string): string {
  const escaped = name.replace(/[\\\n\r]/g, (character) => ESCAPES[character] ?? character);
  return `${escaped === name ? "" : "\\"}${hex}  ${escaped}`;
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r" };
