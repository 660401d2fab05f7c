import assert from "node:assert/strict";
import { alternativeName, checkLocalName, partName } from "#client/local_name.ts";

Deno.test("checkLocalName() refuses on Windows what Windows cannot store", () => {
  const bad = [
    "CON",
    "nul.txt",
    "com1",
    "LPT9.log",
    "a:b",
    "a?",
    "a*",
    "a<b",
    "end.",
    "end ",
    "a\nb",
  ];
  for (const name of bad) {
    assert.throws(() => checkLocalName(name, "windows"), { code: "invalid_name" }, name);
    checkLocalName(name, "linux");
  }
  for (const name of ["console", "nullable.txt", "com10", "a.b", ".hidden"]) {
    checkLocalName(name, "windows");
  }
});

Deno.test("checkLocalName() refuses what is no file name anywhere", () => {
  for (const name of ["", ".", "..", "a\0b"]) {
    assert.throws(() => checkLocalName(name, "linux"), { code: "invalid_name" });
  }
});

Deno.test("partName() stays short enough and tells long names apart", () => {
  assert.equal(partName("a.txt"), "a.txt.part");
  const bytes = (name: string): number => new TextEncoder().encode(name).byteLength;
  const long = partName("é".repeat(127) + "a");
  assert.ok(bytes(`${long}.json`) <= 255);
  assert.notEqual(long, partName("é".repeat(127) + "b"));
});

Deno.test("alternativeName() counts before the extension and stays short enough", () => {
  assert.equal(alternativeName("a.txt", 1), "a (1).txt");
  assert.equal(alternativeName("a.tar.gz", 12), "a.tar (12).gz");
  assert.equal(alternativeName(".bashrc", 1), ".bashrc (1)");
  assert.equal(alternativeName("plain", 1), "plain (1)");
  const long = alternativeName(`${"😀".repeat(62)}.txt`, 3);
  assert.ok(new TextEncoder().encode(long).byteLength <= 255);
  assert.ok(long.endsWith("😀 (3).txt"));
  assert.ok(new TextEncoder().encode(alternativeName(`a.${"x".repeat(253)}`, 3)).byteLength <= 255);
});
