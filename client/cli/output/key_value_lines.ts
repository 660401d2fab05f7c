import { escapeText } from "#protocol/escape_text.ts";

/**
 * Writes pairs one under the other, values aligned.
 *
 * @param pairs Labels of this program's own and values that may be a peer's.
 * @returns Lines joined by `\n`.
 */
export function keyValueLines(pairs: readonly (readonly [label: string, value: string])[]): string {
  const columns = Math.max(...pairs.map(([label]) => label.length));
  return pairs.map(([label, value]) => `${label.padEnd(columns)}  ${escapeText(value)}`).join("\n");
}
