import assert from "node:assert/strict";
import type { Dialog } from "#tui/model/dialog.ts";
import { actionEntries, helpEntries, menuEntries } from "#tui/update/action_entries.ts";
import { MAX_FOUND } from "#tui/update/dialogs/found_keys.ts";
import { Driver, file, folder, readyDriver } from "./driver.ts";

function promptOf(driver: Driver): Extract<Dialog, { kind: "prompt" }> {
  assert.equal(driver.dialog?.kind, "prompt");
  return driver.dialog as Extract<Dialog, { kind: "prompt" }>;
}

Deno.test("update() opens the menu on `m`, moves in it and runs an entry on Enter", () => {
  const driver = readyDriver().press("end", "m", "down", "up", "enter");
  assert.equal(driver.dialog, undefined);
  assert.equal(driver.transfers[0]?.name, "video.mp4");
});

Deno.test("update() runs an entry of the menu on its own key, and closes it on Escape", () => {
  const driver = readyDriver().press("end", "m", "n");
  assert.equal(promptOf(driver).purpose.act, "mkdir");
  assert.equal(driver.press("escape", "m", "escape").dialog, undefined);
});

Deno.test("menuEntries() says of each entry that cannot be done why not", () => {
  const why = (driver: Driver, id: string): string | undefined =>
    menuEntries(driver.model).find((entry) => entry.id === id)?.disabledWhy;
  const driver = new Driver().loaded("local", [folder("docs")]);
  assert.equal(why(driver, "upload"), "not connected yet");
  assert.equal(why(driver.online().loaded("server", []), "upload"), "nothing is selected");
  assert.equal(why(driver, "download"), "nothing is selected in the server pane");
  assert.equal(why(driver, "deletePermanently"), "local files are always deleted for good");
  assert.equal(why(driver.press("down"), "preview"), "the cursor is not on a file");
  assert.equal(why(driver.offline(), "trash"), "the server cannot be reached");
  assert.equal(why(driver, "rename"), undefined);
});

Deno.test("update() tells why an entry of the menu cannot be done, and leaves the menu open", () => {
  const driver = readyDriver().press("m", "enter");
  assert.equal(driver.dialog?.kind, "menu");
  assert.match(driver.model.notice?.text ?? "", /Cannot do "Upload": nothing is selected/);
});

Deno.test("update() lists the keys on `?`, filters them as one types, and runs one on Enter", () => {
  const driver = readyDriver().press("?").type("new f");
  assert.deepEqual(helpEntries(driver.model, "new f").map(({ id }) => id), ["mkdir"]);
  driver.press("enter");
  assert.equal(promptOf(driver).purpose.act, "mkdir");
});

Deno.test("update() clears the filter of help on Escape, then closes it; a second `?` closes it", () => {
  const driver = readyDriver().press("?").type("x").press("escape");
  assert.equal(driver.dialog?.kind, "help");
  assert.equal(driver.press("escape").dialog, undefined);
  assert.equal(driver.press("?", "?").dialog, undefined);
});

Deno.test("helpEntries() finds an entry by its key", () => {
  const driver = readyDriver();
  assert.deepEqual(helpEntries(driver.model, "F2").map(({ id }) => id), ["rename"]);
  assert.equal(helpEntries(driver.model, "").length, actionEntries(driver.model).length);
});

Deno.test("update() keeps the cursor of help in sight while it goes through all keys", () => {
  const driver = readyDriver({ rows: 14 }).press("?");
  for (let press = 0; press < 60; press++) driver.press("down");
  const { dialog } = driver;
  assert.ok(dialog?.kind === "help");
  assert.equal(dialog.choice.cursor, actionEntries(driver.model).length - 1);
  assert.ok(dialog.choice.top > 0);
});

Deno.test("update() asks for a new name with the cursor before the extension", () => {
  const driver = readyDriver().press("tab", "down", "r");
  const { input } = promptOf(driver);
  assert.deepEqual(input, { text: "sample.txt", cursor: 6 });
  driver.type("2").press("enter");
  assert.deepEqual(driver.effects, [
    { kind: "rename", side: "server", folder: "", from: "sample.txt", to: "sample2.txt" },
  ]);
  assert.equal(promptOf(driver).isBusy, true);
});

Deno.test("update() closes the question when the rename is done, and puts the cursor on the name", () => {
  const driver = readyDriver().press("tab", "down", "r").type("2").press("enter");
  driver.send({
    kind: "operationEnded",
    operation: "rename",
    text: "Renamed",
    isFailure: false,
    changed: ["server"],
    cursorName: "sample2.txt",
  });
  assert.equal(driver.dialog, undefined);
  assert.equal(driver.model.notice?.tone, "good");
  driver.loaded("server", [folder("a"), file("sample2.txt"), file("z")]);
  assert.equal(driver.server.rows[driver.server.cursor]?.name, "sample2.txt");
});

Deno.test("update() shows in the question why a rename was refused, and lets one go on typing", () => {
  const driver = readyDriver().press("tab", "down", "r").type("2").press("enter").type("3");
  assert.equal(promptOf(driver).input.text, "sample2.txt");
  const text = "Cannot rename: it is busy";
  driver.send({ kind: "operationEnded", operation: "rename", text, isFailure: true, changed: [] });
  assert.deepEqual([promptOf(driver).problem, promptOf(driver).isBusy], [text, false]);
  assert.equal(promptOf(driver.type("3")).problem, undefined);
});

for (
  const [typed, problem] of [
    ["", /Type a name/],
    ["..", /not a name/],
    ["a/b", /slash/],
    ["photos", /exists already/],
    ["x".repeat(256), /255 bytes/],
    ["a\\b", /backslash/],
    [".sluice", /reserved/],
  ] as const
) {
  Deno.test(`update() refuses a new folder on the server named "${typed.slice(0, 20)}"`, () => {
    const driver = readyDriver().press("tab", "n").type(typed).press("enter");
    assert.match(promptOf(driver).problem ?? "", problem);
    assert.deepEqual(driver.effects, []);
  });
}

Deno.test("update() just closes a rename to the same name", () => {
  const driver = readyDriver().press("tab", "down", "r", "enter");
  assert.deepEqual([driver.dialog, driver.effects], [undefined, []]);
});

Deno.test("update() makes a folder and takes pasted text on one line", () => {
  const driver = readyDriver().press("n").paste("new\nfolder").press("enter");
  assert.deepEqual(driver.effects, [
    { kind: "mkdir", side: "local", folder: "/home/me", name: "new folder" },
  ]);
});

Deno.test("update() goes to a typed folder, and shows there why it cannot", () => {
  const driver = readyDriver().press(":", "ctrl+u").type("~/x/../docs").press("enter");
  assert.deepEqual(driver.effects, [
    { kind: "loadFolder", side: "local", folder: "/home/me/docs", loadId: 2 },
  ]);
  driver.failed("local", "No such folder");
  assert.equal(promptOf(driver).problem, "No such folder");
  driver.type("2").press("enter").loaded("local", []);
  assert.equal(driver.dialog, undefined);
  assert.equal(driver.local.folder, "/home/me/docs2");
});

Deno.test("update() reads a folder of the server from root or from the shown one on", () => {
  const driver = readyDriver().press("tab", ":", "ctrl+u").type("/a/./b/../c/").press("enter");
  driver.loaded("server", []);
  assert.equal(driver.server.folder, "a/c");
  driver.press(":", "ctrl+u").type("d").press("enter").loaded("server", []);
  assert.equal(driver.server.folder, "a/c/d");
});

Deno.test("update() asks before it deletes; on the server it goes to the trash unless one says so", () => {
  const driver = readyDriver().press("tab", "*", "x");
  assert.ok(driver.dialog?.kind === "delete");
  assert.equal(driver.dialog.isPermanent, false);
  assert.equal(driver.dialog.target.entries.length, 3);
  driver.press("p");
  assert.equal(driver.dialog?.kind === "delete" && driver.dialog.isPermanent, true);
  driver.press("p", "y");
  assert.deepEqual(driver.effects, [{
    kind: "delete",
    side: "server",
    folder: "",
    names: ["photos", "sample.txt", "script.py"],
    isPermanent: false,
  }]);
});

Deno.test("update() deletes local files for good, and only after a yes", () => {
  const driver = readyDriver().press("end", "x");
  assert.ok(driver.dialog?.kind === "delete" && driver.dialog.isPermanent);
  driver.press("p");
  assert.ok(driver.dialog?.kind === "delete" && driver.dialog.isPermanent);
  driver.press("n");
  assert.deepEqual([driver.dialog, driver.effects], [undefined, []]);
});

Deno.test("update() deletes for good on the server with `D`", () => {
  const driver = readyDriver().press("tab", "D");
  assert.ok(driver.dialog?.kind === "delete" && driver.dialog.isPermanent);
});

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
