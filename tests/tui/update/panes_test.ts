import assert from "node:assert/strict";
import { Driver, file, files, folder, LOCAL_ENTRIES, names, readyDriver } from "./driver.ts";

Deno.test("start() wants the local folder to be read", () => {
  assert.deepEqual(new Driver().effects, [
    { kind: "loadFolder", side: "local", folder: "/home/me", loadId: 1 },
  ]);
});

Deno.test("update() reads the server's folder when the server is there", () => {
  assert.deepEqual(new Driver().online().effects, [
    { kind: "loadFolder", side: "server", folder: "", loadId: 1 },
  ]);
});

Deno.test("update() lists folders first, then files, with the way up on top and dots hidden", () => {
  assert.deepEqual(names(readyDriver().local), ["..", "docs", "report.pdf", "video.mp4"]);
  assert.deepEqual(names(readyDriver().server), ["photos", "sample.txt", "script.py"]);
});

Deno.test("update() shows and hides local names that begin with a dot on `.`", () => {
  const driver = readyDriver().press(".");
  assert.deepEqual(names(driver.local), ["..", "docs", ".secret", "report.pdf", "video.mp4"]);
  assert.deepEqual(names(driver.press(".").local), ["..", "docs", "report.pdf", "video.mp4"]);
});

Deno.test("update() sorts numbers in names by their value and letters in any case", () => {
  const entries = ["b10", "B9", "a", "ä", "b1", "Z"].map((name) => file(name));
  const driver = new Driver().loaded("local", entries);
  assert.deepEqual(names(driver.local), ["..", "a", "ä", "b1", "B9", "b10", "Z"]);
});

Deno.test("update() goes through name, size, time and extension on `s`, reversed on `S`", () => {
  const entries = [file("b.txt", 3, 1), file("a.zip", 2, 3), file("c.md", 1, 2), folder("f")];
  const driver = new Driver().loaded("local", entries);
  const rows = (): string => names(driver.local).slice(1).join(" ");
  assert.equal(rows(), "f a.zip b.txt c.md");
  driver.press("s");
  assert.equal(rows(), "f b.txt a.zip c.md");
  driver.press("s");
  assert.equal(rows(), "f a.zip c.md b.txt");
  driver.press("s");
  assert.equal(rows(), "f c.md b.txt a.zip");
  driver.press("S");
  assert.equal(rows(), "f a.zip b.txt c.md");
  driver.press("s");
  assert.equal(rows(), "f a.zip b.txt c.md");
});

Deno.test("update() keeps the cursor on its entry when the order changes", () => {
  const driver = readyDriver().press("j", "j", "S");
  assert.equal(driver.local.rows[driver.local.cursor]?.name, "report.pdf");
});

Deno.test("update() moves by rows, pages and to both ends, and keeps the cursor in sight", () => {
  const driver = new Driver().loaded("local", files(100));
  const height = 17;
  const at = (): number => driver.local.cursor;
  driver.press("down", "j", "k");
  assert.equal(at(), 1);
  driver.press("pageDown");
  assert.equal(at(), height);
  assert.equal(driver.local.top, 1);
  driver.press("G");
  assert.deepEqual([at(), driver.local.top], [100, 101 - height]);
  driver.press("down");
  assert.equal(at(), 100);
  driver.press("pageUp");
  assert.equal(at(), 100 - height + 1);
  driver.press("home");
  assert.deepEqual([at(), driver.local.top], [0, 0]);
  driver.press("end", "g");
  assert.equal(at(), 0);
});

Deno.test("update() switches panes on Tab and on the arrows", () => {
  const driver = readyDriver();
  assert.equal(driver.press("tab").model.focus, "server");
  assert.equal(driver.press("right").model.focus, "server");
  assert.equal(driver.press("h").model.focus, "local");
  assert.equal(driver.press("left").model.focus, "local");
  assert.equal(driver.press("l").model.focus, "server");
});

Deno.test("update() shows the old folder until the new one is there, then begins at its top", () => {
  const driver = readyDriver().press("down", "enter");
  assert.deepEqual(driver.effects, [
    { kind: "loadFolder", side: "local", folder: "/home/me/docs", loadId: 2 },
  ]);
  assert.equal(driver.local.folder, "/home/me");
  assert.equal(driver.local.isLoading && !driver.local.isQuiet, true);
  driver.loaded("local", [file("x")]);
  assert.equal(driver.local.folder, "/home/me/docs");
  assert.deepEqual([driver.local.cursor, driver.local.isLoading], [0, false]);
});

Deno.test("update() goes up on Backspace with the cursor on the folder that was left", () => {
  const driver = readyDriver().press("backspace");
  assert.deepEqual(driver.effects.map((effect) => effect.kind === "loadFolder" && effect.folder), [
    "/home",
  ]);
  driver.loaded("local", [folder("a"), folder("me"), folder("z")], "/home");
  assert.equal(driver.local.rows[driver.local.cursor]?.name, "me");
});

Deno.test("update() does not go above the server's root", () => {
  const driver = readyDriver().press("tab", "backspace");
  assert.deepEqual(driver.effects, []);
  assert.match(driver.model.notice?.text ?? "", /no folder above/);
});

Deno.test("update() stays where it is when a folder cannot be opened, and says why", () => {
  const driver = readyDriver().press("down", "enter").failed("local", "Permission denied");
  assert.equal(driver.local.folder, "/home/me");
  assert.equal(driver.local.rows.length, 4);
  assert.deepEqual([driver.model.notice?.text, driver.model.notice?.tone], [
    "Permission denied",
    "bad",
  ]);
});

Deno.test("update() ignores the answer to an older load", () => {
  const driver = readyDriver().press("down", "enter", "enter");
  const before = driver.model.panes;
  driver.send({ kind: "folderLoaded", side: "local", loadId: 2, folder: "/other", entries: [] });
  assert.equal(driver.model.panes, before);
});

Deno.test("update() says why the first folder cannot be read, and recovers", () => {
  const driver = new Driver().failed("local", "No such folder");
  assert.equal(driver.local.failure, "No such folder");
  assert.deepEqual(names(driver.local), [".."]);
  driver.press("f5").loaded("local", LOCAL_ENTRIES);
  assert.equal(driver.local.failure, undefined);
});

Deno.test("update() selects on Space and moves down, inverts on `*`, clears on Escape", () => {
  const driver = readyDriver().press("down", " ", " ");
  assert.deepEqual([...driver.local.selected], ["docs", "report.pdf"]);
  assert.equal(driver.local.cursor, 3);
  driver.press("*");
  assert.deepEqual([...driver.local.selected], ["video.mp4"]);
  driver.press("escape");
  assert.equal(driver.local.selected.size, 0);
});

Deno.test("update() never selects the way up", () => {
  const driver = readyDriver().press(" ");
  assert.deepEqual([driver.local.selected.size, driver.local.cursor], [0, 1]);
  assert.equal(driver.press("*").local.selected.has(".."), false);
});

Deno.test("update() filters as one types; arrows move; Enter keeps it; Escape clears it", () => {
  const driver = readyDriver().press("/").type("O");
  assert.deepEqual(names(driver.local), ["docs", "report.pdf", "video.mp4"]);
  driver.press("down").type("r");
  assert.deepEqual(names(driver.local), ["report.pdf"]);
  assert.equal(driver.local.cursor, 0);
  driver.press("backspace", "enter");
  assert.deepEqual(driver.local.filter, { text: "O", isTyping: false });
  driver.press("escape");
  assert.equal(driver.local.filter, undefined);
  assert.equal(driver.local.rows.length, 4);
  assert.equal(driver.local.rows[driver.local.cursor]?.name, "report.pdf");
});

Deno.test("update() takes letters that are keys elsewhere into the filter", () => {
  const driver = readyDriver().press("/").type("qx d");
  assert.equal(driver.local.filter?.text, "qx d");
  assert.equal(driver.model.exit, undefined);
  assert.deepEqual(driver.local.rows, []);
  assert.equal(driver.press("escape").local.rows.length, 4);
});

Deno.test("update() keeps what the filter hides selected, and inverts only what is shown", () => {
  const driver = readyDriver().press("down", " ", "/").type("mp4").press("enter", "*");
  assert.deepEqual([...driver.local.selected].sort(), ["docs", "video.mp4"]);
});

Deno.test("update() drops filter and selection when another folder opens", () => {
  const driver = readyDriver().press("/").type("doc").press("enter", " ", "enter");
  driver.loaded("local", [file("x")]);
  assert.equal(driver.local.filter, undefined);
  assert.equal(driver.local.selected.size, 0);
});

Deno.test("update() puts pasted text into the filter on one line", () => {
  const driver = readyDriver().press("/").paste("re\nport\u0007");
  assert.equal(driver.local.filter?.text, "re port ");
});

Deno.test("update() keeps cursor and selection by name over a reload, and drops what is gone", () => {
  const driver = readyDriver().press("down", " ", " ");
  driver.press("f5").loaded("local", [file("aaa"), file("report.pdf"), file("video.mp4")]);
  assert.equal(driver.local.rows[driver.local.cursor]?.name, "video.mp4");
  assert.deepEqual([...driver.local.selected], ["report.pdf"]);
});

Deno.test("update() keeps the cursor in sight when the screen gets smaller and larger again", () => {
  const driver = new Driver({ rows: 50 }).loaded("local", files(200)).press("pageDown");
  for (const rows of [12, 50, 24, 13]) {
    driver.send({ kind: "resized", columns: 80, rows });
    const { cursor, top } = driver.local;
    assert.ok(top <= cursor && cursor < top + rows, `${top} ${cursor} ${rows}`);
  }
});

Deno.test("update() takes no key but Ctrl-C and q while the screen is too small", () => {
  const driver = readyDriver().send({ kind: "resized", columns: 39, rows: 11 });
  const { panes } = driver.model;
  driver.press("down", "x", "d");
  assert.equal(driver.model.panes, panes);
  assert.deepEqual(driver.press("ctrl+c").model.exit, { code: 0 });
});

Deno.test("update() opens a local link, and refuses what is neither file nor folder", () => {
  const driver = new Driver().loaded("local", [
    { name: "l", kind: "symlink", sizeBytes: 0, modifiedAtMs: 0 },
    { name: "p", kind: "other", sizeBytes: 0, modifiedAtMs: 0 },
  ]);
  driver.press("down", "enter");
  assert.equal(driver.effects[0]?.kind, "loadFolder");
  driver.loaded("local", [], "/home/me/l");
  assert.equal(driver.local.folder, "/home/me/l");
});

Deno.test("update() says why a name cannot be used that no path can hold", () => {
  const driver = new Driver().online().loaded("server", [file("back\\slash")]).press("tab", "i");
  assert.deepEqual([driver.dialog, driver.effects], [undefined, []]);
  assert.match(driver.model.notice?.text ?? "", /backslash/);
});

Deno.test("update() goes up twice when Backspace comes twice before the first answer", () => {
  const driver = readyDriver().press("backspace", "backspace");
  assert.deepEqual(driver.effects, [{ kind: "loadFolder", side: "local", folder: "/", loadId: 3 }]);
  driver.loaded("local", [folder("home")], "/");
  assert.equal(driver.local.rows[driver.local.cursor]?.name, "home");
  assert.equal(driver.press("backspace").local.opening, undefined);
});
