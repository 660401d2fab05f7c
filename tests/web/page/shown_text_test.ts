import assert from "node:assert/strict";
import fc from "fast-check";
import { escapeText } from "#protocol/escape_text.ts";
import { shownText, shownValues } from "#web/page/state/shown_text.js";

const BLOCK = 0x1000;

/** Any UTF-16, with many of the characters that matter. */
const text = fc.array(fc.oneof(
  fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
  fc.integer({ min: 0x2000, max: 0x2070 }).map((unit) => String.fromCharCode(unit)),
  fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point)),
  fc.constantFrom("\x1b", "\n", "\u200d", "\u200c", "\u{1f469}", "\ufe0f", "\u{e0041}", "a"),
)).map((parts) => parts.join(""));

Deno.test("shownText() is escapeText() for any text, and for every character", () => {
  fc.assert(fc.property(text, (one) => assert.equal(shownText(one), escapeText(one))));
  for (let first = 0; first <= 0x10ffff; first += BLOCK) {
    const points = Array.from({ length: BLOCK }, (_none, at) => String.fromCodePoint(first + at));
    const one = points.join(" ");
    assert.ok(shownText(one) === escapeText(one), `differs behind ${first.toString(16)}`);
  }
});

Deno.test("shownText() leaves alone what it has made", () => {
  fc.assert(fc.property(text, (one) => assert.equal(shownText(shownText(one)), shownText(one))));
});

Deno.test("shownValues() escapes what people see and keeps what machines read", () => {
  const raw = "rtl\u202etxt.exe";
  const shown = "rtl\\u{202e}txt.exe";
  const seen = [raw, raw, raw, raw, 7];
  assert.deepEqual(
    valuesOf`<a title=${seen[0]} aria-label=${seen[1]}
      alt=${seen[2]}>${seen[3]} ${seen[4]}</a>`,
    [shown, shown, shown, shown, 7],
  );
  assert.deepEqual(
    valuesOf`<a href=${raw} download=${raw}
      data-drop-folder=${raw} defaultValue=${raw} key=${raw} />`,
    [raw, raw, raw, raw, raw],
  );
});

function valuesOf(strings: TemplateStringsArray, ...values: unknown[]): unknown[] {
  return shownValues(strings, values);
}
