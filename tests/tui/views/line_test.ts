import assert from "node:assert/strict";
import fc from "fast-check";
import { Canvas } from "#tui/views/canvas.ts";
import { cell, lineColumns, lineText, overlay, segment, sliceLine } from "#tui/views/line.ts";
import { isEvenText, shownText, widthOf } from "#tui/views/shown_text.ts";
import { inputText } from "#tui/views/input_text.ts";
import { wrapText } from "#tui/views/wrapped_text.ts";
import { anyName } from "./random_models.ts";
import { withoutLooks } from "./screen_checks.ts";

const PLAIN = { color: false };

Deno.test("cell() takes exactly its columns, whatever the text", () => {
  fc.assert(fc.property(
    anyName,
    fc.nat(40),
    fc.constantFrom<"left" | "right">("left", "right"),
    fc.constantFrom<"middle" | "end">("middle", "end"),
    (name, columns, align, cut) => {
      const made = cell(shownText(name), columns, { align, cut });
      assert.equal(made.columns, columns);
      assert.equal(widthOf(made.text), columns);
    },
  ));
});

Deno.test("cell() cuts names in the middle and sentences at the end", () => {
  assert.equal(cell("a long name.tar.gz", 12, { cut: "middle" }).text, "a lon…tar.gz");
  assert.equal(cell("a long name.tar.gz", 12).text, "a long name…");
  assert.equal(cell("日本語", 4).text, "日… ");
  assert.equal(cell("5 B", 6, { align: "right" }).text, "   5 B");
});

Deno.test("sliceLine() leaves a space where a wide character is cut apart", () => {
  const line = [segment("ab"), segment("日本", "good"), segment("c")];
  assert.equal(lineText(sliceLine(line, 1, 6), PLAIN), "b日本");
  assert.equal(lineText(sliceLine(line, 3, 7), PLAIN), " 本c");
  assert.equal(lineText(sliceLine(line, 0, 5), PLAIN), "ab日 ");
});

Deno.test("overlay() keeps the width of what is below", () => {
  fc.assert(fc.property(anyName, fc.nat(30), (name, column) => {
    const under = [segment(shownText(name)), cell("", 40)];
    const over = [segment("│日│")];
    const made = overlay(under, column, over);
    assert.equal(lineColumns(made), Math.max(lineColumns(under), column + 4));
    assert.equal(widthOf(lineText(made, PLAIN)), lineColumns(made));
  }));
});

Deno.test("Canvas loses what falls outside the screen", () => {
  const canvas = new Canvas(6, 2);
  canvas.put(0, 3, [segment("日本語")]);
  canvas.put(5, 0, [segment("gone")]);
  assert.deepEqual(canvas.texts(PLAIN), ["   日 ", "      "]);
});

Deno.test("shownText() escapes what could move the cursor, once", () => {
  assert.equal(shownText("a\u001b[2Jb\nc"), "a\\u{1b}[2Jb\\nc");
  assert.equal(shownText("日本 👨‍👩‍👧 é"), "日本 👨‍👩‍👧 é");
});

Deno.test("shownText() writes marks that have no letter as codes", () => {
  assert.equal(shownText("\u0301abc"), "\\u{301}abc");
  assert.equal(shownText("e\u0301"), "e\u0301");
  assert.equal(shownText("\ufe0fx"), "\\u{fe0f}x");
});

Deno.test("shownText() writes what joins a character before or behind it as codes", () => {
  // A skin tone behind a variation selector has two columns alone, and none behind a space.
  assert.equal(shownText("\ufe0f\u200d\u{1f3fd}"), "\\u{fe0f}\\u{200d}\\u{1f3fd}");
  assert.equal(shownText("👍🏽"), "👍🏽");
  // An Arabic number sign takes in the next character, whatever that is.
  assert.equal(shownText("x\u0600"), "x\\u{600}");
});

Deno.test("widthOf() knows the width of every sign that it takes for even", () => {
  for (let code = 0x20; code < 0x3000; code++) {
    const character = String.fromCodePoint(code);
    // With a letter before it: a mark would join that.
    if (isEvenText(character)) assert.equal(widthOf(`日${character}`), 3, character);
  }
});

Deno.test("wrapText() loses no word and keeps within its columns", () => {
  fc.assert(fc.property(anyName, fc.integer({ min: 12, max: 40 }), (name, columns) => {
    const text = shownText(name);
    const lines = wrapText(text, columns);
    for (const line of lines) assert.ok(widthOf(line) <= columns, line);
    assert.equal(lines.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
  }));
});

Deno.test("wrapText() breaks at spaces where there are any", () => {
  assert.deepEqual(wrapText("one two three", 8), ["one two", "three"]);
  assert.deepEqual(wrapText("abcdefgh ij", 5), ["abcde", "fgh", "ij"]);
});

Deno.test("inputText() keeps the cursor in sight", () => {
  const text = "0123456789";
  const shown = (cursor: number): string =>
    lineText(inputText({ text, cursor }, 5, true), PLAIN).replace(
      // deno-lint-ignore no-control-regex -- Select Graphic Rendition begins with ESC
      /\x1b\[7m(.)\x1b\[0m/,
      "<$1>",
    );
  assert.equal(shown(0), "<0>1234");
  assert.equal(shown(4), "0123<4>");
  assert.equal(shown(7), "3456<7>");
  assert.equal(shown(10), "6789< >");
});

Deno.test("inputText() stays within its columns, whatever is typed", () => {
  fc.assert(
    fc.property(anyName, fc.nat(60), fc.integer({ min: 12, max: 40 }), (text, cursor, columns) => {
      const line = inputText({ text, cursor }, columns, true);
      assert.ok(lineColumns(line) <= columns);
      assert.doesNotMatch(withoutLooks(lineText(line, PLAIN)), /\p{Control}/u);
    }),
  );
});
