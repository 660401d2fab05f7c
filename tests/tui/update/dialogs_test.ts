import assert from "node:assert/strict";
import type { Dialog } from "#tui/model/dialog.ts";
import { actionEntries, helpEntries, menuEntries } from "#tui/update/action_entries.ts";
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

Deno.test("update() closes help on Escape, filtered or not, and on a second `?`", () => {
  assert.equal(readyDriver().press("?").type("x").press("escape").dialog, undefined);
  assert.equal(readyDriver().press("?", "?").dialog, undefined);
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
