import { escapeText } from "#protocol/escape_text.ts";

const BYTES_PER_LINE = 16;

/**
 * Reads bytes as text, if that is what they are.
 *
 * @param bytes The beginning of a file; its last character may be cut.
 * @param isWhole Whether nothing follows.
 * @returns The text; undefined when it is not UTF-8, or holds characters that no text holds.
 */
export function decodeText(bytes: Uint8Array, isWhole: boolean): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: !isWhole });
    return BINARY.test(text) ? undefined : text;
  } catch {
    return undefined; // Not UTF-8.
  }
}

// deno-lint-ignore no-control-regex -- control characters are what this looks for
const BINARY = /[\x00-\x08\x0e-\x1a\x1c-\x1f]/;

/** Writes text for a terminal: lines and tabs stay, all else that could move the cursor is escaped. */
export function textLines(text: string): string {
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
  return lines.map((line) => line.split("\t").map(escapeText).join("\t")).join("\n");
}

/**
 * Writes bytes as `hexdump -C` does.
 *
 * @param bytes Any bytes.
 * @returns Lines of 16 bytes: offset, hex and what is printable.
 */
export function hexLines(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.byteLength; at += BYTES_PER_LINE) {
    const some = [...bytes.subarray(at, at + BYTES_PER_LINE)];
    const hex = some.map((byte) => byte.toString(16).padStart(2, "0"));
    const left = hex.slice(0, 8).join(" ").padEnd(23);
    const right = hex.slice(8).join(" ").padEnd(23);
    const shown = some.map((byte) => byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".");
    lines.push(`${at.toString(16).padStart(8, "0")}  ${left}  ${right}  |${shown.join("")}|`);
  }
  return lines.join("\n");
}
