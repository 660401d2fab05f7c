// @ts-check
/** Takes files and folders that people drop, paste or choose. */

import { messageOf } from "../api/api_error.js";
import { call } from "../api/call.js";
import { joinPath } from "../state/remote_path.js";
import { formatCount } from "../state/format.js";
import { MAX_QUEUED_FILES } from "../state/upload_queue.js";
import { readChosen, readDrop } from "../uploads/read_drop.js";

/** @typedef {import("../app.js").App} App */

/**
 * @param {App} app
 * @param {DataTransfer} transfer
 * @param {string} folder Where to.
 */
export async function takeDrop(app, transfer, folder) {
  const reading = readDrop(transfer, MAX_QUEUED_FILES - app.store.state.uploads.length);
  app.store.set({ announcement: "Reading what was dropped" });
  try {
    await enqueue(app, await reading, folder);
  } catch (error) {
    app.toaster.say(`Cannot read what was dropped: ${messageOf(error)}`, { isProblem: true });
  }
}

/** @param {App} app @param {FileList} list @param {string} folder */
export async function takeChosen(app, list, folder) {
  const room = MAX_QUEUED_FILES - app.store.state.uploads.length;
  await enqueue(app, readChosen(list, room), folder);
}

/** @param {App} app @param {import("../uploads/read_drop.js").Drop} drop @param {string} folder */
async function enqueue(app, drop, folder) {
  if (drop.isCut) {
    const most = formatCount(MAX_QUEUED_FILES, "file");
    app.toaster.say(`Only ${most} fit into the queue; drop the rest later`, { isProblem: true });
  }
  app.uploads.add(drop.files.map(({ path, file }) => ({ path: joinPath(folder, path), file })));
  if (drop.files.length > 0) {
    app.store.set({
      isDockOpen: true,
      announcement: `Uploading ${formatCount(drop.files.length, "file")}`,
    });
  }
  for (const path of drop.folders) {
    await call("POST", "/api/mkdir", { body: { path: joinPath(folder, path), parents: true } });
  }
  if (drop.folders.length > 0) app.browser.refreshSoon();
}
