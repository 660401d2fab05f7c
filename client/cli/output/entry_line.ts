import { formatBytes } from "#protocol/byte_units.ts";
import { escapeText } from "#protocol/escape_text.ts";
import type { Entry, EntryKind } from "#protocol/replies.ts";
import { formatLocalTime } from "./local_time.ts";

/** Columns of the longest kind, `symlink`. */
const KIND_COLUMNS = 7;
/** Columns of the longest size that `formatBytes` writes, such as `99.9 kB`. */
const SIZE_COLUMNS = 7;

/** A line of a list: its name alone. */
export function shortEntryLine(name: string, kind: EntryKind): string {
  return escapeText(name) + (kind === "folder" ? "/" : "");
}

/**
 * A line of a list with kind, size, time and name. Columns have fixed widths, so lines align
 * however many there are and whenever they come.
 *
 * @param name What to call the entry; the server chose it.
 * @param entry The rest of it.
 * @returns One line, escaped.
 */
export function longEntryLine(name: string, entry: Omit<Entry, "name">): string {
  const size = entry.kind === "file" ? formatBytes(entry.sizeBytes) : "-";
  return [
    entry.kind.padEnd(KIND_COLUMNS),
    size.padStart(SIZE_COLUMNS),
    formatLocalTime(entry.modifiedAtMs),
    shortEntryLine(name, entry.kind),
  ].join("  ");
}
