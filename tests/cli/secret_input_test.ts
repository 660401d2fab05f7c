import assert from "node:assert/strict";
import fc from "fast-check";
import { SecretInput } from "#client/cli/prompt/secret_input.ts";

function typed(...pieces: readonly string[]): string | undefined {
  const input = new SecretInput();
  for (const piece of pieces) input.feed(piece);
  assert.ok(input.isDone, "Enter, or a key that gives up, was pressed");
  return input.line;
}

Deno.test("SecretInput takes a line, however it comes in pieces", () => {
  const text = fc.stringMatching(/^[A-Za-z0-9_-]{0,80}$/);
  fc.assert(fc.property(text, fc.nat(80), (line, at) => {
    assert.equal(typed(line.slice(0, at), line.slice(at), "\r"), line);
    assert.equal(typed(...line, "\nmore"), line);
  }));
});

Deno.test("SecretInput knows Backspace and Ctrl-U", () => {
  assert.equal(typed("ab\x7fc\r"), "ac");
  assert.equal(typed("\x7f\bé😀\x7f\r"), "é");
  assert.equal(typed("wrong\x15right\r"), "right");
});

Deno.test("SecretInput gives up at Ctrl-C, and at Ctrl-D on an empty line", () => {
  assert.equal(typed("abc\x03"), undefined);
  assert.equal(typed("\x04"), undefined);
  assert.equal(typed("a\x04b\r"), "ab");
});

Deno.test("SecretInput leaves out what arrow keys and a pasting terminal send", () => {
  assert.equal(typed("\x1b[200~abc\x1b[201~\x1b[A\x1bOB\t\r"), "abc");
});

Deno.test("SecretInput holds no more than a line's worth", () => {
  assert.equal(typed("x".repeat(100_000), "\r")?.length, 4096);
});
