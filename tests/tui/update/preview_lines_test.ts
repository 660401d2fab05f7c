import assert from "node:assert/strict";
import { type PreviewLines, previewLines } from "#tui/model/preview_lines.ts";

function linesOf(bytes: Uint8Array, sizeBytes = bytes.byteLength): PreviewLines {
  return previewLines({ bytes, sizeBytes });
}

function textOf(text: string): readonly string[] {
  return linesOf(new TextEncoder().encode(text)).lines;
}

Deno.test("previewLines() splits text at every kind of line end and keeps empty lines", () => {
  assert.deepEqual(textOf("a\nb\r\n\nc\rd\n"), ["a", "b", "", "c", "d"]);
  assert.deepEqual(textOf(""), []);
});

Deno.test("previewLines() shows nothing raw that could reach the terminal", () => {
  assert.deepEqual(textOf("a\tb\u001b[2J"), ["a    b\\u{1b}[2J"]);
});

Deno.test("previewLines() cuts very long lines", () => {
  assert.equal(textOf("x".repeat(100_000))[0]?.length, 1_000);
});

Deno.test("previewLines() shows bytes that are not text in hex with their place", () => {
  const { isBinary, lines } = linesOf(
    Uint8Array.from({ length: 18 }, (_, index) => 0x30 + index - (index === 0 ? 0x30 : 0)),
  );
  assert.equal(isBinary, true);
  assert.deepEqual(lines, [
    "00000000  00 31 32 33 34 35 36 37  38 39 3a 3b 3c 3d 3e 3f  .123456789:;<=>?",
    "00000010  40 41                                             @A",
  ]);
});

Deno.test("previewLines() takes a character that the preview cuts for text all the same", () => {
  const bytes = new TextEncoder().encode("aé");
  assert.deepEqual(linesOf(bytes.subarray(0, 2), 3), { isBinary: false, lines: ["a"] });
  assert.equal(linesOf(bytes.subarray(0, 2), 2).isBinary, true);
});
