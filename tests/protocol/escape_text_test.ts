import assert from "node:assert/strict";
import fc from "fast-check";
import { escapeText } from "#protocol/escape_text.ts";

/** What could move a cursor, reorder a line, end it, or hide in it. */
const UNSAFE =
  // deno-lint-ignore no-control-regex -- control characters are what must not be left
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/u;

const anyText = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    fc.integer({ min: 0, max: 0x2fff }).map((unit) => String.fromCharCode(unit)),
    fc.string({ unit: "binary", maxLength: 3 }),
    fc.constantFrom("\x1b[2J", "\x1b]0;x\x07", "\u200d", "👨‍👩‍👧", "\r\n", "\u202e"),
  ),
  { maxLength: 20 },
).map((parts) => parts.join(""));

Deno.test("escapeText() leaves no control, bidi, invisible or surrogate character in any text", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const escaped = escapeText(text);
      assert.ok(!UNSAFE.test(escaped), JSON.stringify(escaped));
      assert.ok(escaped.isWellFormed());
    }),
    { numRuns: 3000 },
  );
});

Deno.test("escapeText() leaves no dangerous character of all Unicode when it stands alone", () => {
  for (let code = 0; code <= 0x10ffff; code++) {
    if (UNSAFE.test(escapeText(String.fromCodePoint(code)))) assert.fail(code.toString(16));
  }
});

Deno.test("escapeText() gives back its own output", () => {
  fc.assert(fc.property(anyText, (text) => {
    assert.equal(escapeText(escapeText(text)), escapeText(text));
  }));
});

const UNCHANGED = [
  "report 2024 (final).pdf",
  `all of ASCII: !"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~`,
  "Grüße, Ελληνικά, русский, 日本語, العربية, עברית, हिन्दी",
  "e\u0301",
  "👨‍👩‍👧‍👦",
  "👩🏽‍💻",
  "🏳️‍🌈",
  "❤️‍🔥",
];
for (const text of UNCHANGED) {
  Deno.test(`escapeText() keeps "${text}" as it is`, () => assert.equal(escapeText(text), text));
}

const ESCAPED: readonly (readonly [string, string, string])[] = [
  ["a line feed", "a\nb", "a\\nb"],
  ["a tab and a carriage return", "\t\r", "\\t\\r"],
  ["NUL", "\0", "\\u{0}"],
  ["DEL", "\x7f", "\\u{7f}"],
  ["a terminal escape", "\x1b[2J", "\\u{1b}[2J"],
  ["a C1 control sequence introducer", "\x9b31m", "\\u{9b}31m"],
  ["a right-to-left override", "gpj.\u202eexe", "gpj.\\u{202e}exe"],
  ["an isolate", "\u2066x\u2069", "\\u{2066}x\\u{2069}"],
  ["a line separator", "a\u2028b", "a\\u{2028}b"],
  ["a zero-width space", "a\u200bb", "a\\u{200b}b"],
  ["a byte order mark", "\ufeffa", "\\u{feff}a"],
  ["a joiner that joins no emoji", "a\u200db", "a\\u{200d}b"],
  ["a second joiner behind an emoji", "👨\u200d\u200d", "👨\u200d\\u{200d}"],
  ["a lone surrogate", "a\ud800", "a\\u{d800}"],
  ["a tag character", "a\u{e0041}", "a\\u{e0041}"],
];
for (const [what, text, expected] of ESCAPED) {
  Deno.test(`escapeText() writes ${what} as text`, () => assert.equal(escapeText(text), expected));
}

Deno.test("escapeText() is quick for long text", () => {
  const long = "👨\u200d".repeat(60_000) + "a\u200d".repeat(60_000) + "\x1b".repeat(60_000);
  const startedAtMs = performance.now();
  escapeText(long);
  // A tenth of a second, on any machine; minutes, should it look back from each character.
  assert.ok(performance.now() - startedAtMs < 10_000);
});
