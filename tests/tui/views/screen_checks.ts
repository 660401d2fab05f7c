import assert from "node:assert/strict";
import stringWidth from "string-width";

// deno-lint-ignore no-control-regex -- Select Graphic Rendition begins with ESC (ECMA-48 §8.3.117)
const SGR = /\x1b\[[0-9;]*m/g;

/** Takes the looks off a line. */
export function withoutLooks(line: string): string {
  return line.replace(SGR, "");
}

/**
 * Checks that lines fill a screen exactly and hold nothing that could move its cursor.
 *
 * @throws When they do not.
 */
export function assertFillsScreen(lines: readonly string[], columns: number, rows: number): void {
  assert.equal(lines.length, rows);
  for (const line of lines) {
    const text = withoutLooks(line);
    assert.equal(stringWidth(text), columns, JSON.stringify(text));
    assert.doesNotMatch(
      text,
      /\p{Control}|\p{Surrogate}|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u,
    );
  }
}
