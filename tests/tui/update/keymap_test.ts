import assert from "node:assert/strict";
import type { ActionId } from "#tui/model/action.ts";
import { readProjectFile } from "#tests/support/project_files.ts";
import { actionEntries, footerEntries, menuEntries } from "#tui/update/action_entries.ts";
import { whyNot } from "#tui/update/action_limits.ts";
import { keyTable } from "#tui/update/key_table.ts";
import { keyName, shownKey } from "#tui/update/key_name.ts";
import { BINDINGS, bindingsOf, type KeyContext } from "#tui/update/keymap.ts";
import { MENU_ACTIONS } from "#tui/update/menu_actions.ts";
import { runAction } from "#tui/update/run_action.ts";
import { Driver, keyPress, readyDriver } from "./driver.ts";

const CONTEXTS: readonly KeyContext[] = ["pane", "panel", "transfers", "history", "server"];

/** Every action; the compiler sees that none is missing. */
const ALL_ACTIONS: Readonly<Record<ActionId, true>> = {
  quit: true,
  help: true,
  viewFiles: true,
  viewTransfers: true,
  viewHistory: true,
  viewServer: true,
  nextView: true,
  switchPane: true,
  leftPane: true,
  rightPane: true,
  focusTransfers: true,
  up: true,
  down: true,
  pageUp: true,
  pageDown: true,
  first: true,
  last: true,
  open: true,
  parent: true,
  goto: true,
  select: true,
  invertSelection: true,
  clearSelection: true,
  sort: true,
  reverseSort: true,
  filter: true,
  showHidden: true,
  refresh: true,
  menu: true,
  upload: true,
  download: true,
  rename: true,
  delete: true,
  deletePermanently: true,
  mkdir: true,
  checksum: true,
  preview: true,
  details: true,
  search: true,
  trash: true,
  pause: true,
  pauseAll: true,
  cancel: true,
  retry: true,
  dismiss: true,
  dismissAll: true,
  rateUp: true,
  rateDown: true,
  jobs: true,
  historyFailed: true,
  repeat: true,
  reconnect: true,
};

Deno.test("BINDINGS has a key for every action", () => {
  const bound = new Set(BINDINGS.flatMap(({ id, keys }) => keys.length > 0 ? [id] : []));
  assert.deepEqual(Object.keys(ALL_ACTIONS).filter((id) => !bound.has(id as ActionId)), []);
});

for (const context of CONTEXTS) {
  Deno.test(`BINDINGS binds no key twice in ${context}`, () => {
    const keys = bindingsOf(context).flatMap((binding) => binding.keys);
    assert.deepEqual(keys.filter((key, at) => keys.indexOf(key) !== at), []);
  });

  Deno.test(`BINDINGS has a way to help and to quit in ${context}`, () => {
    const ids = bindingsOf(context).map(({ id }) => id);
    assert.ok(ids.includes("help") && ids.includes("quit"));
  });
}

Deno.test("BINDINGS names keys as keyName() does", () => {
  for (const key of BINDINGS.flatMap(({ keys }) => keys)) assert.equal(keyName(keyPress(key)), key);
});

Deno.test("shownKey() names keys as people know them", () => {
  const shown = ["ctrl+c", "shift+tab", "+", " ", "pageUp", "G", "up", "f5"].map(shownKey);
  assert.deepEqual(shown, ["Ctrl+C", "Shift+Tab", "+", "Space", "PgUp", "G", "↑", "F5"]);
});

Deno.test("menuEntries() and footerEntries() leave nothing out", () => {
  const driver = readyDriver();
  assert.deepEqual(menuEntries(driver.model).map(({ id }) => id), MENU_ACTIONS);
  for (const keys of [[], ["t"], ["2"], ["3"], ["4"]]) {
    const { model } = readyDriver().press(...keys);
    const entries = actionEntries(model);
    assert.ok(footerEntries(model).every((entry) => entries.some(({ id }) => id === entry.id)));
    assert.ok(footerEntries(model).length >= 4);
  }
});

Deno.test("runAction() tells why for each action that cannot be done, and does nothing", () => {
  const { model } = new Driver();
  for (const id of Object.keys(ALL_ACTIONS) as ActionId[]) {
    if (whyNot(model, id) === undefined) continue;
    const step = runAction(model, id);
    assert.deepEqual(step.effects, []);
    assert.equal(step.model.notice?.tone, "bad", id);
  }
});

Deno.test("docs/terminal.md lists the keys as they are", async () => {
  const page = await readProjectFile("docs/terminal.md");
  const missing = keyTable().filter((line) => !page.includes(line));
  assert.deepEqual(missing, []);
});
