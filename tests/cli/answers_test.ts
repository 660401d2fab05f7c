import assert from "node:assert/strict";
import { parseChoice, parseTypedPath, parseYesNo } from "#client/cli/prompt/answers.ts";

Deno.test("parseYesNo() reads yes, no, and takes the default for nothing", () => {
  for (const text of ["y", " YES "]) assert.equal(parseYesNo(text, false), true);
  for (const text of ["n", "No"]) assert.equal(parseYesNo(text, true), false);
  assert.equal(parseYesNo("", true), true);
  assert.equal(parseYesNo("", false), false);
  assert.equal(parseYesNo("maybe", true), undefined);
});

Deno.test("parseChoice() reads a number, a label and the start of just one label", () => {
  const labels = ["overwrite", "keep both", "skip", "skip all"];
  assert.equal(parseChoice("2", labels), 1);
  assert.equal(parseChoice("Skip", labels), 2);
  assert.equal(parseChoice("k", labels), 1);
  for (const text of ["", "0", "5", "ski", "x", "1.0"]) {
    assert.equal(parseChoice(text, labels), undefined, text);
  }
});

Deno.test("parseTypedPath() drops quotes and knows the home folder", () => {
  assert.equal(parseTypedPath(" 'my file.txt' ", "/home/me"), "my file.txt");
  assert.equal(parseTypedPath('"a"', undefined), "a");
  assert.equal(parseTypedPath("~/a.txt", "/home/me"), "/home/me/a.txt");
  assert.equal(parseTypedPath("~", "/home/me"), "/home/me");
  assert.equal(parseTypedPath("~other/a", "/home/me"), "~other/a");
  assert.equal(parseTypedPath("~/a", undefined), "~/a");
});
