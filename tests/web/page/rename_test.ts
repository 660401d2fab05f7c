import assert from "node:assert/strict";
import { renameRow } from "#web/page/actions/manage.js";
import { Browser } from "#web/page/actions/browser.js";
import { Toaster } from "#web/page/actions/toaster.js";
import type { App } from "#web/page/app.js";
import { initialState } from "#web/page/state/initial_state.js";
import { folderRoute } from "#web/page/state/route.js";
import { Store } from "#web/page/store.js";
import type { Row } from "#web/page/types.js";
import { UploadEngine } from "#web/page/uploads/upload_engine.js";

const ROW: Row = {
  key: " page.html",
  name: " page.html",
  path: "docs/ page.html",
  kind: "file",
  sizeBytes: 1,
  timeMs: 0,
};

Deno.test("renameRow() refuses a name with a slash and lets the editing go on", async () => {
  const app = makeApp();
  assert.equal(await renameRow(app, ROW, "pa/ge.html"), false);
  assert.equal(app.store.state.renaming, ROW.key);
  assert.deepEqual(takeTexts(app), ["A name cannot hold a slash"]);
});

Deno.test("renameRow() lets the editing go on when the server does not do it", async () => {
  const app = makeApp();
  // There is no gateway behind this test.
  assert.equal(await renameRow(app, ROW, "other.html"), false);
  assert.equal(app.store.state.renaming, ROW.key);
  assert.deepEqual(takeTexts(app), ["The web interface does not answer"]);
});

Deno.test("renameRow() ends the editing of a name that stays as it is", async () => {
  for (const name of [ROW.name, "  "]) {
    const app = makeApp();
    assert.equal(await renameRow(app, ROW, name), true);
    assert.equal(app.store.state.renaming, null);
    assert.deepEqual(takeTexts(app), []);
  }
});

function makeApp(): App {
  const store = new Store(initialState({ route: folderRoute("docs"), isWide: true }));
  store.set({ renaming: ROW.key });
  const uploads = new UploadEngine(store, () => {});
  return { store, browser: new Browser(store), uploads, toaster: new Toaster(store) };
}

/** What was said; its timers end with it. */
function takeTexts({ store, toaster }: App): string[] {
  const { toasts } = store.state;
  for (const { id } of toasts) toaster.dismiss(id);
  return toasts.map(({ text }) => text);
}
