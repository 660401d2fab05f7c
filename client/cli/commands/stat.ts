import { formatBytes } from "#protocol/byte_units.ts";
import { remoteName } from "#protocol/remote_path.ts";
import type { StatResult } from "#protocol/replies.ts";
import type { CommandRun } from "../context.ts";
import { keyValueLines } from "../output/key_value_lines.ts";
import { formatLocalTime } from "../output/local_time.ts";
import { parseRemoteArgument } from "../remote_argument.ts";
import { required } from "../required_argument.ts";

/**
 * `stat NAME`: what the server knows about one entry.
 *
 * @param run The command under way.
 * @param typed The entry.
 */
export async function stat(run: CommandRun, typed?: string): Promise<void> {
  const path = parseRemoteArgument(
    await required(run, typed, "Cannot show an entry", "File or folder on the server"),
  );
  await using client = await run.environment.connect({ server: run.flags.server });
  const entry = await client.stat(path, { signal: run.environment.signal });
  run.report.result({ name: remoteName(path), ...entry }, statLines(entry));
}

function statLines(entry: StatResult): string {
  const size = entry.sizeBytes < 1000
    ? `${entry.sizeBytes} bytes`
    : `${entry.sizeBytes} bytes (${formatBytes(entry.sizeBytes)})`;
  return keyValueLines([
    ["name", entry.path === "" ? "/" : entry.path],
    ["kind", entry.kind],
    ...(entry.kind === "file" ? [["size", size] as const] : []),
    ["modified", formatLocalTime(entry.modifiedAtMs)],
    ...entry.digests.map((digest) => ["digest", digest] as const),
  ]);
}
