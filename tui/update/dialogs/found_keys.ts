import type { KeyPress } from "../../input/input_event.ts";
import type { Dialog } from "../../model/dialog.ts";
import type { MessageBody } from "../../model/message.ts";
import type { Model } from "../../model/model.ts";
import { withDialog, withDialogsOf, withoutTop, withTop } from "../dialog_stack.ts";
import { keyName } from "../key_name.ts";
import { openFolder } from "../pane_load.ts";
import { nameOf, parentOf } from "../pane_paths.ts";
import { andThen, type Step, stepTo } from "../step.ts";
import { moveOfKey, withMovedCursor } from "./list_keys.ts";

/** Most rows that a search shows. */
export const MAX_FOUND = 5_000;

type FoundDialog = Extract<Dialog, { kind: "found" }>;

/** Searches a folder of the server and shows what is found as it comes. */
export function startSearch(model: Model, folder: string, pattern: string): Step {
  const searchId = model.searchCount + 1;
  const next = withDialog({ ...model, searchCount: searchId }, {
    kind: "found",
    searchId,
    folder,
    pattern,
    entries: [],
    isSearching: true,
    problem: undefined,
    cursor: 0,
    top: 0,
  });
  return stepTo(next, { kind: "search", searchId, folder, pattern });
}

/** Moves among what was found; Enter goes there. */
export function onFoundKey(model: Model, dialog: FoundDialog, press: KeyPress): Step {
  const key = keyName(press);
  if (key === "escape" || key === "q") return closeFound(model, dialog);
  if (key === "enter") return goThere(model, dialog);
  const move = moveOfKey(key);
  if (move === undefined) return stepTo(model);
  return stepTo(withTop(model, withMovedCursor(model, dialog, move, dialog.entries.length)));
}

/** Adds what was found; answers to other searches are stale. */
export function onFound(model: Model, message: Extract<MessageBody, { kind: "found" }>): Model {
  return withDialogsOf(model, "found", (dialog) => {
    if (dialog.searchId !== message.searchId) return dialog;
    const room = MAX_FOUND - dialog.entries.length;
    const entries = [...dialog.entries, ...message.entries.slice(0, room)];
    const isCut = message.entries.length > room;
    return { ...dialog, entries, problem: isCut ? cutText(MAX_FOUND) : dialog.problem };
  });
}

/** Notes that a search is over. */
export function onSearchEnded(
  model: Model,
  message: Extract<MessageBody, { kind: "searchEnded" }>,
): Model {
  return withDialogsOf(model, "found", (dialog) => {
    if (dialog.searchId !== message.searchId) return dialog;
    const cut = message.isCut ? cutText(dialog.entries.length) : dialog.problem;
    return { ...dialog, isSearching: false, problem: message.reason ?? cut };
  });
}

/** Shows the folder of what is under the cursor, with the cursor on it. */
function goThere(model: Model, dialog: FoundDialog): Step {
  const row = dialog.entries[dialog.cursor];
  if (row === undefined) return stepTo(model);
  const shown: Model = { ...model, view: "files", focus: "server" };
  const folder = parentOf("server", row.path);
  const name = nameOf("server", row.path);
  return andThen(
    closeFound(shown, dialog),
    (next) => openFolder(next, "server", folder, name),
  );
}

function closeFound(model: Model, dialog: FoundDialog): Step {
  const closed = withoutTop(model);
  return dialog.isSearching ? stepTo(closed, { kind: "stopSearch" }) : stepTo(closed);
}

function cutText(count: number): string {
  return `Only the first ${count} are shown: search for more of the name`;
}
