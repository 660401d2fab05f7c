import { formatBytes } from "#protocol/byte_units.ts";
import { formatLocalTime } from "#client/cli/output/local_time.ts";
import type { ConflictFacts, FileFacts } from "../../model/conflict_facts.ts";

/**
 * Tells two files apart that want one name.
 *
 * @param facts What is known of both.
 * @returns One line for each: size, time, and which is newer.
 */
export function conflictLines({ local, server }: ConflictFacts): readonly [string, string] {
  return [
    `local   ${factsText(local, server)}`,
    `server  ${factsText(server, local)}`,
  ];
}

function factsText(file: FileFacts | undefined, other: FileFacts | undefined): string {
  if (file === undefined) return "not known";
  const { sizeBytes, modifiedAtMs } = file;
  const isNewer = other !== undefined && modifiedAtMs > other.modifiedAtMs;
  return `${formatBytes(sizeBytes)}, ${formatLocalTime(modifiedAtMs)}${isNewer ? ", newer" : ""}`;
}
