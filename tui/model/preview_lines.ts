import { escapeText } from "#protocol/escape_text.ts";
import type { Preview } from "#client/preview.ts";

/** What a preview shows. */
export interface PreviewLines {
  /** Whether the bytes are shown in hex because they are not text. */
  readonly isBinary: boolean;
  /** Ready to show: escaped, tabs as spaces; they may be wider than the screen. */
  readonly lines: readonly string[];
}

/** Bytes in one line of hex. */
const HEX_BYTES = 16;
const TAB_COLUMNS = 4;
/** Longer lines are cut, in UTF-16 units: no screen is as wide. */
const MAX_LINE_UNITS = 1_000;

/**
 * Gives the lines of a preview: as text when its bytes are UTF-8 without NUL, else in hex.
 *
 * @param preview The beginning of a file; its lines are worked out once.
 */
export function previewLines(preview: Preview): PreviewLines {
  const known = cache.get(preview);
  if (known !== undefined) return known;
  const text = textOf(preview);
  const made: PreviewLines = text === undefined
    ? { isBinary: true, lines: hexLines(preview.bytes) }
    : { isBinary: false, lines: textLines(text) };
  cache.set(preview, made);
  return made;
}

/** The text of a preview; undefined when it is not text. */
function textOf({ bytes, sizeBytes }: Preview): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    // The last character may be cut where the preview ends: `stream` keeps it back.
    return new TextDecoder("utf-8", { fatal: true })
      .decode(bytes, { stream: bytes.byteLength < sizeBytes });
  } catch {
    // Not UTF-8: hex shows what there is.
    return undefined;
  }
}

function textLines(text: string): readonly string[] {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line) =>
    escapeText(line.slice(0, MAX_LINE_UNITS).replaceAll("\t", " ".repeat(TAB_COLUMNS)))
  );
}

function hexLines(bytes: Uint8Array): readonly string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.byteLength; at += HEX_BYTES) {
    const row = [...bytes.subarray(at, at + HEX_BYTES)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0"));
    const left = hex.slice(0, HEX_BYTES / 2).join(" ").padEnd(23);
    const right = hex.slice(HEX_BYTES / 2).join(" ").padEnd(23);
    const text = row.map((byte) => byte > 0x1f && byte < 0x7f ? String.fromCharCode(byte) : ".");
    lines.push(`${at.toString(16).padStart(8, "0")}  ${left}  ${right}  ${text.join("")}`);
  }
  return lines;
}

const cache = new WeakMap<Preview, PreviewLines>();
