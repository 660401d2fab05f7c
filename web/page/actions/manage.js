// @ts-check
/** What people do with files and folders: rename, make, delete, restore, fetch. */

import { ApiError, messageOf } from "../api/api_error.js";
import { call } from "../api/call.js";
import { formatCount } from "../state/format.js";
import {
  archiveAddress,
  encodePath,
  fileAddress,
  joinPath,
  lastName,
  parentOf,
} from "../state/remote_path.js";

/** @typedef {import("../types.js").Row} Row */
/** @typedef {import("../app.js").App} App */

/** Calls under way at once when many entries are deleted or restored. */
const MOST_CALLS = 4;
/** The gateway takes bodies of 64 KiB: so many trash ids fit. */
const MOST_IDS = 500;

/**
 * Renames, and ends the editing of the name; after a problem, which is told, it goes on.
 *
 * @param {App} app
 * @param {Row} row
 * @param {string} newName
 * @returns {Promise<boolean>} Whether the editing is over.
 */
export async function renameRow(app, row, newName) {
  const name = newName.trim();
  const end = () => {
    if (app.store.state.renaming === row.key) app.store.set({ renaming: null });
  };
  if (name === "" || newName === row.name) {
    end();
    return true;
  }
  if (name.includes("/")) {
    app.toaster.say("A name cannot hold a slash", { isProblem: true });
    return false;
  }
  const to = joinPath(parentOf(row.path), name);
  return await attempt(app, async () => {
    await call("POST", "/api/rename", { body: { from: row.path, to } });
    end();
    app.browser.standOn(name);
    app.toaster.say(`Renamed to ${name}`, {
      actionLabel: "Undo",
      action: async () => {
        await attempt(app, async () => {
          await call("POST", "/api/rename", { body: { from: to, to: row.path } });
          app.browser.standOn(row.name);
        });
      },
    });
  });
}

/** @param {App} app @param {string} name @returns {Promise<string>} Why it failed, or empty. */
export async function makeFolder(app, name) {
  try {
    await call("POST", "/api/mkdir", {
      body: { path: joinPath(app.store.state.route.path, name.trim()) },
    });
    app.browser.standOn(name.trim());
    return "";
  } catch (error) {
    return messageOf(error);
  }
}

/** @param {App} app @param {readonly Row[]} rows */
export async function deleteRows(app, rows) {
  /** @type {string[]} */
  const trashIds = [];
  const failed = await eachOf(rows, async (row) => {
    const answer = await call("DELETE", `/api/files/${encodePath(row.path)}`);
    if (answer.trashId !== undefined) trashIds.push(answer.trashId);
  });
  app.browser.refreshNow();
  tellFailures(app, failed, "delete");
  if (trashIds.length === 0) return;
  const what = rows.length === 1 ? rows[0]?.name ?? "" : formatCount(trashIds.length, "item");
  app.toaster.say(`Moved ${what} to the trash`, {
    actionLabel: "Undo",
    action: () => restoreIds(app, trashIds),
  });
}

/** @param {App} app @param {readonly string[]} ids */
export async function restoreIds(app, ids) {
  /** @type {string[]} */
  const paths = [];
  const failed = await eachOf(ids, async (id) => {
    // Somebody may have taken the name meanwhile: then both are kept.
    const answer = await call("POST", "/api/trash/restore", { body: { id, onConflict: "rename" } });
    paths.push(answer.path);
  });
  app.browser.refreshNow();
  tellFailures(app, failed, "restore");
  if (paths.length === 0) return;
  const what = paths.length === 1 ? lastName(paths[0] ?? "") : formatCount(paths.length, "item");
  app.toaster.say(`Restored ${what}`);
}

/** Deletes trash entries for good. @param {App} app @param {readonly string[] | null} ids Null for all. */
export async function emptyTrash(app, ids) {
  await attempt(app, async () => {
    let removed = 0;
    for (let at = 0; ids !== null && at < ids.length; at += MOST_IDS) {
      const body = { ids: ids.slice(at, at + MOST_IDS) };
      removed += (await call("POST", "/api/trash/empty", { body })).removed;
    }
    if (ids === null) {
      // A full trash takes its time.
      removed = (await call("POST", "/api/trash/empty", { body: {}, deadlineMs: 600_000 })).removed;
    }
    app.toaster.say(`Deleted ${formatCount(removed, "item")} for good`);
  });
  app.browser.refreshNow();
}

/** Downloads one file as it is, and folders or several entries as a zip. */
/** @param {App} app @param {readonly Row[]} rows */
export async function downloadRows(app, rows) {
  const [first] = rows;
  if (first === undefined) return;
  if (rows.length === 1 && first.kind === "file") return follow(fileAddress(first.path));
  const paths = rows.map((row) => row.path);
  const address = archiveAddress(paths);
  if (address !== null) return follow(address);
  await attempt(app, async () => {
    follow((await call("POST", "/api/archive", { body: { paths } })).url);
  });
}

/** @param {App} app @param {Row} row */
export async function copyLink(app, row) {
  const address = row.kind === "folder"
    ? `${location.origin}/#/${encodePath(row.path)}`
    : `${location.origin}${fileAddress(row.path)}`;
  try {
    await navigator.clipboard.writeText(address);
    app.toaster.say("Link copied");
  } catch {
    // Browsers refuse it outside of https and localhost.
    app.toaster.say(address);
  }
}

/** Lets the browser download something, as if its link had been clicked. @param {string} address */
function follow(address) {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  document.body.append(link);
  link.click();
  link.remove();
}

/** @param {App} app @param {() => Promise<void>} work @returns {Promise<boolean>} Whether it went well. */
async function attempt(app, work) {
  try {
    await work();
    return true;
  } catch (error) {
    app.toaster.say(messageOf(error), { isProblem: true });
    return false;
  }
}

/**
 * @template T
 * @param {readonly T[]} things
 * @param {(thing: T) => Promise<void>} work
 * @returns {Promise<string[]>} Why some failed.
 */
async function eachOf(things, work) {
  const left = [...things];
  /** @type {string[]} */
  const problems = [];
  await Promise.all(Array.from({ length: MOST_CALLS }, async () => {
    for (let thing = left.shift(); thing !== undefined; thing = left.shift()) {
      try {
        await work(thing);
      } catch (error) {
        problems.push(messageOf(error));
        // Nothing answers: the rest would only fail one by one.
        if (error instanceof ApiError && error.code === "unreachable") left.length = 0;
      }
    }
  }));
  return problems;
}

/** @param {App} app @param {readonly string[]} problems @param {string} verb */
function tellFailures(app, problems, verb) {
  const [first] = problems;
  if (first === undefined) return;
  const text = problems.length === 1
    ? first
    : `Could not ${verb} ${formatCount(problems.length, "item")}: ${first}`;
  app.toaster.say(text, { isProblem: true });
}
