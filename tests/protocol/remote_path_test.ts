import assert from "node:assert/strict";
import { posix, win32 } from "node:path";
import fc from "fast-check";
import { SluiceError } from "#protocol/sluice_error.ts";
import {
  isWithin,
  joinRemotePath,
  parseRemoteName,
  parseRemotePath,
  remoteName,
  remoteParent,
  ROOT_PATH,
} from "#protocol/remote_path.ts";
import { ACCEPTED_PATHS, REFUSED_PATHS } from "#tests/support/path_cases.ts";

/** Text made of what path tricks are made of. */
const trickyText = fc.array(
  fc.oneof(
    fc.constantFrom(
      "/",
      "..",
      ".",
      "\\",
      "\0",
      "C:",
      "~",
      " ",
      ":",
      "%2e",
      "%2f",
      "．",
      "∕",
      "a",
      "",
    ),
    fc.string({ unit: "binary", maxLength: 3 }),
    fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
  ),
  { maxLength: 12 },
).map((parts) => parts.join(""));

for (const { text, why } of REFUSED_PATHS) {
  Deno.test(`parseRemotePath() throws invalid_name for ${why}`, () => {
    assert.throws(() => parseRemotePath(text), isInvalidName);
  });
}

for (const { text, why } of ACCEPTED_PATHS) {
  Deno.test(`parseRemotePath() gives back ${why} unchanged`, () => {
    assert.equal(parseRemotePath(text), text);
  });
}

Deno.test("parseRemotePath() gives back its text or throws invalid_name, and nothing else", () => {
  fc.assert(
    fc.property(trickyText, (text) => {
      const path = tryParse(text);
      if (path !== undefined) assert.equal(path, text);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("parseRemotePath() accepts no path that leaves root when it is joined to it", () => {
  fc.assert(
    fc.property(trickyText, (text) => {
      const path = tryParse(text);
      if (path === undefined) return;
      assert.ok(staysInside("/srv/root", posix.join("/srv/root", path), posix.sep));
      assert.ok(staysInside("/srv/root", posix.resolve("/srv/root", path), posix.sep));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("parseRemotePath() accepts no path that leaves root when it is joined on Windows", () => {
  fc.assert(
    fc.property(trickyText, (text) => {
      const path = tryParse(text);
      if (path === undefined) return;
      assert.ok(staysInside("C:\\root", win32.join("C:\\root", path), win32.sep));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("parseRemotePath() keeps its message short and well formed when the text is neither", () => {
  for (
    const text of ["x".repeat(60_000), "/" + "\ud800".repeat(500), "..\ud800/" + "😀".repeat(80)]
  ) {
    assert.throws(() => parseRemotePath(text), (error: Error) => {
      assert.ok(error.message.length < 300);
      assert.ok(error.message.isWellFormed());
      return true;
    });
  }
});

Deno.test("parseRemoteName() takes one name and neither root nor a path", () => {
  assert.equal(parseRemoteName("a b.txt"), "a b.txt");
  for (const text of ["", "a/b", "..", ".sluice", "/"]) {
    assert.throws(() => parseRemoteName(text), isInvalidName);
  }
});

Deno.test("joinRemotePath() gives a path whose parent and name are what was joined", () => {
  const folder = parseRemotePath("one/two");
  const path = joinRemotePath(folder, "three.txt");
  assert.equal(path, "one/two/three.txt");
  assert.equal(remoteParent(path), folder);
  assert.equal(remoteName(path), "three.txt");
});

Deno.test("joinRemotePath() throws invalid_name when the name is a path or a way up", () => {
  for (const name of ["..", ".", "", "/etc", "a//b"]) {
    assert.throws(() => joinRemotePath(parseRemotePath("folder"), name), isInvalidName);
  }
  assert.throws(() => joinRemotePath(ROOT_PATH, ".sluice"), isInvalidName);
});

Deno.test("remoteParent() gives root for root and for what lies in it", () => {
  assert.equal(remoteParent(ROOT_PATH), ROOT_PATH);
  assert.equal(remoteParent(parseRemotePath("a.txt")), ROOT_PATH);
  assert.equal(remoteName(ROOT_PATH), "");
});

Deno.test("isWithin() is true for a folder and what is below it, not for a longer name", () => {
  const within = (path: string, folder: string): boolean =>
    isWithin(parseRemotePath(path), parseRemotePath(folder));
  assert.ok(within("a", "a"));
  assert.ok(within("a/b/c", "a"));
  assert.ok(within("a", ""));
  assert.ok(!within("ab", "a"));
  assert.ok(!within("ab/c", "a"));
  assert.ok(!within("a", "a/b"));
  assert.ok(!within("", "a"));
});

function tryParse(text: string): string | undefined {
  try {
    return parseRemotePath(text);
  } catch (error) {
    assert.ok(isInvalidName(error), `${error}`);
    return undefined;
  }
}

function staysInside(root: string, path: string, separator: string): boolean {
  return path === root || path.startsWith(root + separator);
}

function isInvalidName(error: unknown): boolean {
  return error instanceof SluiceError && error.code === "invalid_name";
}
