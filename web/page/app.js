// @ts-check
/** The page begins here: state, actions and views are put together. */

import { Browser } from "./actions/browser.js";
import { followLive } from "./actions/follow_live.js";
import { listenToKeys } from "./actions/keyboard.js";
import { checkSession } from "./actions/session.js";
import { Toaster } from "./actions/toaster.js";
import { initialState } from "./state/initial_state.js";
import { parentOf } from "./state/remote_path.js";
import { parseRoute } from "./state/route.js";
import { isActive } from "./state/upload_queue.js";
import { Store } from "./store.js";
import { UploadEngine } from "./uploads/upload_engine.js";
import { drawOnChange } from "./view/draw_on_change.js";

/**
 * @typedef {object} App What views and actions share.
 * @property {Store} store
 * @property {Browser} browser
 * @property {UploadEngine} uploads
 * @property {Toaster} toaster
 */

/** From this width on the activity has room beside the list. */
const WIDE_PIXELS = 1100;

const store = new Store(
  initialState({ route: parseRoute(location.hash), isWide: innerWidth >= WIDE_PIXELS }),
);
const browser = new Browser(store);
const uploads = new UploadEngine(store, (item) => {
  if (isBelow(item.path, store.state.route.path)) browser.refreshSoon();
});
/** @type {App} */
const app = { store, browser, uploads, toaster: new Toaster(store) };

drawOnChange(app);
listenToKeys(app);
browser.start();
followLive(app);
checkSession(app);
addEventListener("beforeunload", (event) => {
  // What was sent is kept, but only the same files, dropped again, go on with it.
  if (store.state.uploads.some((item) => isActive(item.state))) event.preventDefault();
});

/** @param {string} path @param {string} folder @returns {boolean} */
function isBelow(path, folder) {
  return folder === "" || parentOf(path) === folder || path.startsWith(`${folder}/`);
}
