import assert from "node:assert/strict";
import { type Layout, layoutOf } from "#tui/model/layout.ts";
import { MENU_ACTIONS } from "#tui/update/menu_actions.ts";
import { Driver, files, readyDriver } from "./driver.ts";

function places(driver: Driver): Layout {
  return layoutOf(driver.model, MENU_ACTIONS.length);
}

/** Clicks on a row of one of the panes. */
function clickRow(driver: Driver, side: "local" | "server", row: number): Driver {
  const { list } = places(driver).panes[side];
  return driver.mouse("press", list.column + 3, list.row + row).mouse("release", 0, 0);
}

Deno.test("update() focuses a pane on a click and puts the cursor there", () => {
  const driver = clickRow(readyDriver(), "server", 1);
  assert.equal(driver.model.focus, "server");
  assert.equal(driver.server.cursor, 1);
});

Deno.test("update() counts rows from the first one in sight", () => {
  const driver = new Driver().loaded("local", files(100)).press("end");
  const { top } = driver.local;
  assert.equal(clickRow(driver, "local", 2).local.cursor, top + 2);
});

Deno.test("update() only focuses on a click below the last row", () => {
  const driver = clickRow(readyDriver(), "server", 9);
  assert.deepEqual([driver.model.focus, driver.server.cursor], ["server", 0]);
});

Deno.test("update() opens on a double click, and not on two slow ones", () => {
  const slow = clickRow(readyDriver(), "local", 1);
  slow.wait(500);
  clickRow(slow, "local", 1);
  assert.equal(slow.local.isLoading, false);
  const fast = clickRow(clickRow(readyDriver(), "local", 1), "local", 1);
  assert.equal(fast.local.isLoading, true);
});

Deno.test("update() does not open on two clicks on different rows", () => {
  const driver = clickRow(clickRow(readyDriver(), "local", 2), "local", 1);
  assert.equal(driver.local.isLoading, false);
});

Deno.test("update() does not take three clicks for two double clicks", () => {
  const driver = new Driver().loaded("local", files(3));
  for (let click = 0; click < 3; click++) clickRow(driver, "local", 1);
  assert.equal(driver.model.dialogs.length, 1);
});

Deno.test("update() scrolls the list below the pointer, wherever the keys go", () => {
  const driver = new Driver().loaded("local", files(100)).press("tab");
  const { list } = places(driver).panes.local;
  driver.mouse("wheelDown", list.column, list.row).mouse("wheelDown", list.column, list.row);
  assert.deepEqual([driver.local.top, driver.local.cursor], [6, 6]);
  driver.mouse("wheelUp", list.column, list.row);
  assert.equal(driver.local.top, 3);
  assert.equal(driver.model.focus, "server");
});

Deno.test("update() switches views on a click on their names", () => {
  const driver = readyDriver();
  for (const { view, rect } of places(driver).tabs) {
    assert.equal(driver.mouse("press", rect.column, rect.row).model.view, view);
  }
});

Deno.test("update() chooses the entry of the menu that is clicked", () => {
  const driver = readyDriver().press("m");
  const list = places(driver).dialog?.list;
  assert.ok(list);
  driver.mouse("press", list.column + 2, list.row + MENU_ACTIONS.indexOf("mkdir"));
  assert.equal(driver.dialog?.kind === "prompt" && driver.dialog.purpose.act, "mkdir");
});

Deno.test("update() answers a conflict by a click, and ignores clicks beside a dialog", () => {
  const driver = readyDriver().press("end", "u");
  driver.send({
    kind: "conflictFound",
    id: 1,
    name: "video.mp4",
    facts: { local: undefined, server: undefined },
  });
  const list = places(driver).dialog?.list;
  assert.ok(list);
  driver.mouse("press", 0, 0);
  assert.equal(driver.dialog?.kind, "conflict");
  driver.mouse("press", list.column, list.row + 2);
  assert.deepEqual(driver.effects, [{ kind: "answerConflict", id: 1, policy: "skip" }]);
});

Deno.test("update() moves the cursor of the trash on a click and restores on a double click", () => {
  const driver = readyDriver().press("T").send({
    kind: "trashLoaded",
    entries: [0, 1, 2].map((index) => (
      { id: `${index}`, path: `${index}`, kind: "file", sizeBytes: 0, deletedAtMs: 0 }
    )),
  });
  const list = places(driver).dialog?.list;
  assert.ok(list);
  driver.mouse("press", list.column, list.row + 1);
  assert.deepEqual(driver.effects, []);
  driver.mouse("press", list.column, list.row + 1);
  assert.deepEqual(driver.effects, [{ kind: "restore", ids: ["1"] }]);
});

Deno.test("update() scrolls help with the wheel", () => {
  const driver = readyDriver().press("?").mouse("wheelDown", 40, 12);
  assert.equal(driver.dialog?.kind === "help" && driver.dialog.choice.top, 3);
});
