import type { MessageBody } from "../model/message.ts";
import type { Model } from "../model/model.ts";
import type { Pane, Side } from "../model/pane.ts";
import { closeGoto, failGoto } from "./goto_dialog.ts";
import { withNotice } from "./notice.ts";
import { withCursorOn, withRows } from "./pane_rows.ts";
import { type Step, stepTo } from "./step.ts";
import { withPane } from "./with_pane.ts";

/** A folder that changes all the time is read again at most this often, in ms. */
const RELOAD_MS = 1_000;

/**
 * Reads a folder. What the pane shows stays until the answer is there, so nothing flickers and the
 * person always acts on what they see.
 *
 * @param cursorName Name to put the cursor on then.
 */
export function openFolder(model: Model, side: Side, folder: string, cursorName?: string): Step {
  return load(model, side, folder, { isQuiet: false, cursorName });
}

/** Reads the shown folder again without telling; the cursor and the selection stay. */
export function reloadPane(model: Model, side: Side, cursorName?: string): Step {
  const pane = model.panes[side];
  if (pane.isLoading && !pane.isQuiet) {
    // A folder is being opened: what it shows will be fresh.
    return stepTo(withPane(model, { ...pane, cursorName: cursorName ?? pane.cursorName }));
  }
  return load(model, side, pane.folder, { isQuiet: true, cursorName });
}

/** Notes that a folder has changed: it is read again when that is due. */
export function wantReload(model: Model, side: Side): Model {
  const pane = model.panes[side];
  return pane.wantsReload ? model : withPane(model, { ...pane, wantsReload: true });
}

/** Reads changed folders again, each at most once a second and never before the last one ended. */
export function reloadWhereDue(model: Model, side: Side): Step {
  const pane = model.panes[side];
  const agoMs = model.nowMs - pane.loadStartedAtMs;
  // Negative when the clock was set back.
  const isDue = agoMs < 0 || agoMs >= RELOAD_MS;
  const canLoad = side === "local" || model.link.state === "online";
  if (!pane.wantsReload || pane.isLoading || !isDue || !canLoad) return stepTo(model);
  return reloadPane(model, side);
}

/** Shows a folder that was read. */
export function onFolderLoaded(
  model: Model,
  message: Extract<MessageBody, { kind: "folderLoaded" }>,
): Step {
  const { side, loadId, folder, entries } = message;
  const pane = model.panes[side];
  if (pane.loadId !== loadId) return stepTo(model);
  const isSame = folder === pane.folder;
  const before = isSame ? pane : movedTo(pane, folder);
  const selected = keptSelection(before.selected, entries);
  const loaded = withRows({ ...loadOver(before), entries, selected, failure: undefined });
  const next = withCursorOn(loaded, pane.cursorName);
  return stepTo(closeGoto(withPane(model, next), side));
}

/** Stays where the pane is, and says why. */
export function onFolderFailed(
  model: Model,
  message: Extract<MessageBody, { kind: "folderFailed" }>,
): Step {
  const { side, loadId, folder, reason } = message;
  const pane = model.panes[side];
  if (pane.loadId !== loadId) return stepTo(model);
  const over = loadOver(pane);
  const asked = failGoto(withPane(model, over), side, reason);
  if (asked !== undefined) return stepTo(asked);
  if (folder !== pane.folder) return stepTo(withNotice(withPane(model, over), reason, "bad"));
  const isLost = side === "server" && model.link.state !== "online";
  // What was there before the server went is better than nothing; the link says what is wrong.
  if (isLost && pane.entries.length > 0) return stepTo(withPane(model, over));
  const empty: Pane = { ...over, entries: [], selected: new Set(), failure: reason };
  return stepTo(withPane(model, withRows(empty)));
}

function load(
  model: Model,
  side: Side,
  folder: string,
  how: { readonly isQuiet: boolean; readonly cursorName: string | undefined },
): Step {
  const pane = model.panes[side];
  const loadId = pane.loadId + 1;
  const next = withPane(model, {
    ...pane,
    loadId,
    isLoading: true,
    opening: how.isQuiet ? undefined : folder,
    isQuiet: how.isQuiet,
    loadStartedAtMs: model.nowMs,
    wantsReload: false,
    // A quiet load may take the place of one that was to put the cursor somewhere.
    cursorName: how.cursorName ?? (how.isQuiet ? pane.cursorName : undefined),
  });
  return stepTo(next, { kind: "loadFolder", side, folder, loadId });
}

function loadOver(pane: Pane): Pane {
  return { ...pane, isLoading: false, isQuiet: false, opening: undefined, cursorName: undefined };
}

function movedTo(pane: Pane, folder: string): Pane {
  return {
    ...pane,
    folder,
    rows: [],
    cursor: 0,
    top: 0,
    selected: new Set(),
    filter: undefined,
  };
}

function keptSelection(
  selected: ReadonlySet<string>,
  entries: Pane["entries"],
): ReadonlySet<string> {
  if (selected.size === 0) return selected;
  return new Set(entries.flatMap(({ name }) => selected.has(name) ? [name] : []));
}
