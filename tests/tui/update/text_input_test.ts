import assert from "node:assert/strict";
import fc from "fast-check";
import {
  clustersOf,
  editedInput,
  EMPTY_INPUT,
  inputOf,
  MAX_INPUT_UNITS,
  stemLength,
  withInserted,
} from "#tui/update/text_input.ts";
import { keyPress } from "./driver.ts";

/** The text after keys, with `|` where the cursor is. */
function edit(text: string, ...keys: readonly string[]): string {
  let input = inputOf(text);
  for (const key of keys) input = editedInput(input, keyPress(key)) ?? input;
  const clusters = clustersOf(input.text);
  return `${clusters.slice(0, input.cursor).join("")}|${clusters.slice(input.cursor).join("")}`;
}

for (
  const [text, keys, expected] of [
    ["abc", ["left", "x"], "abx|c"],
    ["abc", ["home", "x", "end"], "xabc|"],
    ["abc", ["ctrl+a", "right", "delete"], "a|c"],
    ["abc", ["left", "backspace"], "a|c"],
    ["abc def", ["ctrl+w"], "abc |"],
    ["a/b c", ["left", "ctrl+w"], "a/|c"],
    ["abc", ["left", "ctrl+u"], "|c"],
    ["abc", ["home", "right", "ctrl+k"], "a|"],
    ["a👨‍👩‍👧b", ["left", "backspace"], "a|b"],
    ["é👍🏽", ["backspace", "backspace"], "|"],
    ["", ["left", "backspace", "delete", "right"], "|"],
  ] as const
) {
  Deno.test(`editedInput() makes ${expected} of "${text}" by ${keys.join(" ")}`, () => {
    assert.equal(edit(text, ...keys), expected);
  });
}

Deno.test("editedInput() gives undefined for a key that does nothing in a text", () => {
  assert.equal(editedInput(EMPTY_INPUT, keyPress("up")), undefined);
  assert.equal(editedInput(EMPTY_INPUT, keyPress("ctrl+x")), undefined);
});

Deno.test("withInserted() makes one line of a paste and cuts it at the bound", () => {
  assert.equal(withInserted(EMPTY_INPUT, "a\r\nb\u001b[31mc").text, "a b [31mc");
  const long = withInserted(EMPTY_INPUT, "👍".repeat(MAX_INPUT_UNITS));
  assert.ok(long.text.length <= MAX_INPUT_UNITS && long.text.isWellFormed());
});

Deno.test("stemLength() counts what people see before the extension", () => {
  assert.deepEqual(["a.tar.gz", ".bashrc", "none", "👨‍👩‍👧.txt"].map(stemLength), [5, 7, 4, 1]);
});

Deno.test("editedInput() keeps the cursor within the text, whatever is typed", () => {
  const key = fc.oneof(
    fc.constantFrom("left", "right", "home", "end", "backspace", "delete"),
    fc.constantFrom("ctrl+u", "ctrl+w", "ctrl+k", "ctrl+a", "ctrl+e"),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }).filter((text) => text !== "+"),
    fc.constantFrom("\u200d", "\u0301", "👩", "🏽", "🇩", "🇪"),
  );
  fc.assert(fc.property(fc.array(key, { maxLength: 60 }), (keys) => {
    let input = EMPTY_INPUT;
    for (const name of keys) {
      input = editedInput(input, keyPress(name)) ?? input;
      const count = clustersOf(input.text).length;
      assert.ok(input.cursor >= 0 && input.cursor <= count, `${input.cursor} of ${count}`);
    }
  }));
});
