import assert from "node:assert/strict";
import fc from "fast-check";
import stringWidth from "string-width";
import { cutEnd, cutMiddle, fitText } from "#client/cli/progress/fit_text.ts";

Deno.test("cutMiddle() keeps the start and the extension", () => {
  assert.equal(cutMiddle("holiday pictures 2026.tar.gz", 15, stringWidth), "holiday….tar.gz");
});

Deno.test("cutMiddle() leaves what fits alone and shows nothing in no columns", () => {
  assert.equal(cutMiddle("name", 4, stringWidth), "name");
  assert.equal(cutMiddle("name", 1, stringWidth), "…");
  assert.equal(cutMiddle("name", 0, stringWidth), "");
});

Deno.test("cutMiddle() never splits what people see as one character", () => {
  const family = "👨‍👩‍👧‍👦";
  const cut = cutMiddle(`${family}${family}${family}${family}`, 5, stringWidth);
  assert.equal(cut, `${family}…${family}`);
});

Deno.test("fitText() gives any text exactly the wanted columns", () => {
  fc.assert(fc.property(visibleText(), fc.integer({ min: 1, max: 60 }), (text, columns) => {
    assert.equal(stringWidth(fitText(text, columns, stringWidth)), columns);
  }));
});

Deno.test("cutEnd() never gives more than the wanted columns", () => {
  fc.assert(fc.property(visibleText(), fc.integer({ min: 0, max: 60 }), (text, columns) => {
    assert.ok(stringWidth(cutEnd(text, columns, stringWidth)) <= columns);
  }));
});

/** Names as they come: ASCII, wide characters, emoji, combining marks. */
function visibleText(): fc.Arbitrary<string> {
  const part = fc.oneof(
    fc.string({ unit: fc.constantFrom(..."abcXYZ019 ._-") }),
    fc.constantFrom("日本語", "한국어", "🎉", "👩‍🚀", "é", "e\u0301", "Ω", "🇩🇪", "ｶﾅ"),
  );
  return fc.array(part, { maxLength: 12 }).map((parts) => parts.join(""));
}
