/**
 * One line of `--json`.
 *
 * JSON escapes C0 characters by itself. DEL, C1, line separators and direction marks are legal in
 * it, yet a terminal obeys them and some readers break lines at them: they become `\u` escapes too.
 *
 * @param type What the line is.
 * @param record Its fields; keys that are undefined are left out.
 * @returns JSON and a line end.
 */
export function jsonLine(
  type: "progress" | "result" | "error",
  record: Readonly<Record<string, unknown>>,
): string {
  const json = JSON.stringify({ type, ...record });
  return `${json.replace(UNSAFE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
}

const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
