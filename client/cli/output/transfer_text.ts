import { formatBytes, formatRate, formatSeconds } from "#protocol/byte_units.ts";
import { escapeText } from "#protocol/escape_text.ts";
import type { TransferResult } from "../../types.ts";

/**
 * The line of a finished transfer.
 *
 * @param label What the file is called on screen.
 * @param result What came of it.
 * @param workingFolder Local names inside it are shown without it.
 * @returns One escaped line.
 */
export function transferLine(
  label: string,
  result: TransferResult,
  workingFolder: string,
): string {
  const isUpload = result.direction === "upload";
  if (result.outcome === "skipped") {
    const where = isUpload ? "on the server" : "here";
    return `skipped ${escapeText(label)}: the name is taken ${where}`;
  }
  const finalName = isUpload ? result.remotePath : shortPath(result.localPath, workingFolder);
  const target = finalName === label ? "" : ` to ${escapeText(finalName)}`;
  const replaced = result.outcome === "replaced" ? ", replaced" : "";
  const resumed = result.resumedFromBytes > 0
    ? `, resumed from ${formatBytes(result.resumedFromBytes)}`
    : "";
  const verb = isUpload ? "uploaded" : "downloaded";
  return `${verb} ${escapeText(label)}${target} (${amountText(result)}${resumed}${replaced})`;
}

/**
 * The line below several transfers.
 *
 * @param files How many ended well.
 * @param bytes Bytes that moved.
 * @param seconds Wall time of the whole command.
 */
export function totalText(files: number, bytes: number, seconds: number): string {
  const rate = seconds > 0 ? `, ${formatRate(bytes / seconds)}` : "";
  return `${files} files, ${formatBytes(bytes)} in ${formatSeconds(seconds)}${rate}`;
}

function amountText(result: TransferResult): string {
  const size = formatBytes(result.sizeBytes);
  const moved = result.sizeBytes - result.resumedFromBytes;
  // A rate over a blink says nothing.
  if (result.seconds < 0.1) return size;
  return `${size} in ${formatSeconds(result.seconds)}, ${formatRate(moved / result.seconds)}`;
}

function shortPath(path: string, folder: string): string {
  const isInside = path.startsWith(folder) && /^[/\\]/.test(path.slice(folder.length));
  return isInside ? path.slice(folder.length + 1) : path;
}
