import assert from "node:assert/strict";
import fc from "fast-check";
import { MAX_NAME_BYTES } from "#protocol/limits.ts";
import { alternativePath, parseRemotePath, remoteParent } from "#protocol/remote_path.ts";

const CASES: readonly (readonly [string, number, string])[] = [
  ["a.txt", 1, "a (1).txt"],
  ["a.txt", 12, "a (12).txt"],
  ["folder/a.txt", 2, "folder/a (2).txt"],
  ["folder.d/plain", 1, "folder.d/plain (1)"],
  [".hidden", 1, ".hidden (1)"],
  ["a.tar.gz", 1, "a.tar (1).gz"],
  ["a.", 1, "a (1)."],
  ["a (1).txt", 1, "a (1) (1).txt"],
];

for (const [path, attempt, expected] of CASES) {
  Deno.test(`alternativePath() makes "${expected}" of "${path}"`, () => {
    assert.equal(alternativePath(parseRemotePath(path), attempt), expected);
  });
}

Deno.test("alternativePath() cuts the stem and keeps the extension when the name gets too long", () => {
  const path = parseRemotePath(`${"x".repeat(251)}.txt`);
  assert.equal(alternativePath(path, 1), `${"x".repeat(247)} (1).txt`);
});

Deno.test("alternativePath() cuts at a whole character", () => {
  const path = parseRemotePath("😀".repeat(63));
  assert.equal(alternativePath(path, 1), `${"😀".repeat(62)} (1)`);
});

Deno.test("alternativePath() cuts the extension too when it leaves no room", () => {
  const path = parseRemotePath(`a.${"x".repeat(253)}`);
  const other = alternativePath(path, 1);
  assert.notEqual(other, path);
  assert.equal(new TextEncoder().encode(other).byteLength, MAX_NAME_BYTES);
});

Deno.test("alternativePath() gives another legal name in the same folder for each attempt", () => {
  const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 255 })
    .map((text) => text.replace(/[/\\\0]/g, "_"))
    .filter((text) => isName(text));
  fc.assert(fc.property(name, fc.integer({ min: 1, max: 99_999 }), (text, attempt) => {
    const path = parseRemotePath(`folder/${text}`);
    const other = alternativePath(path, attempt);
    assert.notEqual(other, path);
    assert.equal(remoteParent(other), "folder");
    assert.equal(parseRemotePath(other), other);
    assert.notEqual(alternativePath(path, attempt + 1), other);
  }));
});

function isName(text: string): boolean {
  try {
    return parseRemotePath(`folder/${text}`) !== "";
  } catch {
    // Not a legal name, so nothing to find an alternative of.
    return false;
  }
}
