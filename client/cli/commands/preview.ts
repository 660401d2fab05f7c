import { formatBytes } from "#protocol/byte_units.ts";
import type { CommandRun } from "../context.ts";
import type { PreviewFlags } from "../look_routes.ts";
import { decodeText, hexLines, textLines } from "../output/head_text.ts";
import { parseRemoteArgument } from "../remote_argument.ts";
import { required } from "../required_argument.ts";

/**
 * `preview NAME`: the beginning of a text, or a hex dump of anything else.
 *
 * @param run The command under way.
 * @param typed The file.
 */
export async function preview(run: CommandRun<PreviewFlags>, typed?: string): Promise<void> {
  const path = parseRemoteArgument(
    await required(run, typed, "Cannot show a file", "File on the server"),
  );
  const { flags, report, environment: { signal } } = run;
  await using client = await run.environment.connect({ server: flags.server });
  const { bytes, sizeBytes } = await client.preview(path, flags.bytes, { signal });
  const isWhole = bytes.byteLength === sizeBytes;
  const text = decodeText(bytes, isWhole);
  const record = { name: path, sizeBytes, shownBytes: bytes.byteLength };
  if (text === undefined) {
    report.result({ ...record, kind: "binary", base64: toBase64(bytes) }, hexLines(bytes));
  } else {
    report.result({ ...record, kind: "text", text }, textLines(text));
  }
  if (isWhole) return;
  report.note(`the first ${formatBytes(bytes.byteLength)} of ${formatBytes(sizeBytes)}`);
}

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
