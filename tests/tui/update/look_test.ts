import assert from "node:assert/strict";
import { MAX_FOUND } from "#tui/update/dialogs/found_keys.ts";
import { type Driver, file, readyDriver } from "./driver.ts";

Deno.test("update() shows details and the digest that the server knows", () => {
  const driver = readyDriver().press("tab", "down", "i");
  assert.deepEqual(driver.effects, [
    { kind: "loadDetails", side: "server", path: "sample.txt" },
    { kind: "loadDigest", side: "server", path: "sample.txt" },
  ]);
  driver.send({ kind: "digestProgressed", path: "sample.txt", share: 0.5 });
  assert.equal(driver.dialog?.kind === "details" && driver.dialog.digestProgress, 0.5);
  driver.send({ kind: "digestLoaded", path: "other", digest: "no" });
  driver.send({ kind: "digestLoaded", path: "sample.txt", digest: "xxh128:1" });
  assert.equal(driver.dialog?.kind === "details" && driver.dialog.digest, "xxh128:1");
});

Deno.test("update() stops looking when details or a preview close before the answer", () => {
  const driver = readyDriver().press("tab", "down", "i", "escape");
  assert.deepEqual(driver.effects, [{ kind: "stopLooking" }]);
  assert.deepEqual(driver.press("v", "escape").effects, [{ kind: "stopLooking" }]);
});

Deno.test("update() computes the digest of a large file only when asked", () => {
  const driver = readyDriver().press("end", "i");
  assert.deepEqual(driver.effects, []);
  driver.press("#");
  assert.deepEqual(driver.effects, [
    { kind: "loadDigest", side: "local", path: "/home/me/video.mp4" },
  ]);
  assert.deepEqual(driver.press("#").effects, []);
});

Deno.test("update() previews a file on Enter and scrolls within its lines", () => {
  const driver = readyDriver().press("end", "enter");
  const path = "/home/me/video.mp4";
  assert.deepEqual(driver.effects, [{ kind: "loadPreview", side: "local", path }]);
  const bytes = new TextEncoder().encode("line\n".repeat(100));
  driver.send({ kind: "previewLoaded", path, preview: { bytes, sizeBytes: bytes.length } });
  driver.press("down", "pageDown", "end");
  const top = driver.dialog?.kind === "preview" ? driver.dialog.top : 0;
  assert.ok(top > 70 && top < 90, String(top));
  driver.press("down");
  assert.equal(driver.dialog?.kind === "preview" && driver.dialog.top, top);
  driver.press("home");
  assert.equal(driver.dialog?.kind === "preview" && driver.dialog.top, 0);
});

Deno.test("update() shows results of a search as they come, and goes to one on Enter", () => {
  const driver = readyDriver().press("f").type("*.txt").press("enter");
  assert.deepEqual(driver.effects, [
    { kind: "search", searchId: 1, folder: "", pattern: "*.txt" },
  ]);
  const row = (
    path: string,
  ): { path: string; kind: "file"; sizeBytes: number; modifiedAtMs: number } => (
    { path, kind: "file", sizeBytes: 1, modifiedAtMs: 1 }
  );
  driver.send({ kind: "found", searchId: 9, entries: [row("stale")] });
  driver.send({ kind: "found", searchId: 1, entries: [row("a.txt")] });
  driver.send({ kind: "found", searchId: 1, entries: [row("deep/er/b.txt")] });
  assert.equal(driver.dialog?.kind === "found" && driver.dialog.entries.length, 2);
  driver.press("down", "enter");
  assert.deepEqual(driver.effects, [
    { kind: "stopSearch" },
    { kind: "loadFolder", side: "server", folder: "deep/er", loadId: 2 },
  ]);
  driver.loaded("server", [file("a"), file("b.txt")]);
  assert.equal(driver.server.rows[driver.server.cursor]?.name, "b.txt");
  assert.equal(driver.model.focus, "server");
});

Deno.test("update() bounds what a search shows, and says so", () => {
  const driver = readyDriver().press("f").type("a").press("enter");
  const entries = Array.from({ length: MAX_FOUND + 1 }, (_, index) => (
    { path: `${index}`, kind: "file", sizeBytes: 1, modifiedAtMs: 1 } as const
  ));
  driver.send({ kind: "found", searchId: 1, entries });
  driver.send({ kind: "searchEnded", searchId: 1, isCut: false, reason: undefined });
  assert.ok(driver.dialog?.kind === "found");
  assert.equal(driver.dialog.entries.length, MAX_FOUND);
  assert.match(driver.dialog.problem ?? "", /Only the first/);
});

Deno.test("update() restores from the trash what is selected, or what is under the cursor", () => {
  const driver = withTrash();
  assert.deepEqual(driver.press("r").effects, [{ kind: "restore", ids: ["id0"] }]);
  driver.press("down", " ", " ", "enter");
  assert.deepEqual(driver.effects, [{ kind: "restore", ids: ["id1", "id2"] }]);
  driver.send({
    kind: "operationEnded",
    operation: "restore",
    text: "Restored",
    isFailure: false,
    changed: ["server"],
  });
  assert.deepEqual(driver.effects.map(({ kind }) => kind), ["loadFolder", "loadTrash"]);
});

Deno.test("update() empties the trash only after a yes, the selection or all of it", () => {
  const driver = withTrash().press("e", "x", "n");
  assert.deepEqual(driver.effects, []);
  assert.deepEqual(driver.press("e", "y").effects, [{ kind: "emptyTrash", ids: undefined }]);
  assert.deepEqual(driver.press(" ", "e", "y").effects, [{ kind: "emptyTrash", ids: ["id0"] }]);
});

Deno.test("update() shows why the trash cannot be listed", () => {
  const driver = readyDriver().press("T").send({ kind: "trashFailed", reason: "gone" });
  assert.equal(driver.dialog?.kind === "trash" && driver.dialog.problem, "gone");
});

function withTrash(): Driver {
  const entries = [0, 1, 2].map((index) => ({
    id: `id${index}`,
    path: `old${index}`,
    kind: "file" as const,
    sizeBytes: 1,
    deletedAtMs: 1,
  }));
  const driver = readyDriver().press("T");
  assert.deepEqual(driver.effects, [{ kind: "loadTrash" }]);
  return driver.send({ kind: "trashLoaded", entries });
}
