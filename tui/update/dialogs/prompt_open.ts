import type { Dialog } from "../../model/dialog.ts";
import type { Model } from "../../model/model.ts";
import { withDialog, withTop } from "../dialog_stack.ts";
import { entryAtCursor } from "../pane_rows.ts";
import { type Step, stepTo } from "../step.ts";
import { EMPTY_INPUT, inputOf, stemLength } from "../text_input.ts";
import { activePane } from "../with_pane.ts";

type PromptDialog = Extract<Dialog, { kind: "prompt" }>;

/** Asks for the new name of the entry under the cursor: the old one, the cursor before its extension. */
export function openRename(model: Model): Step {
  const pane = activePane(model);
  const { side, folder } = pane;
  const entry = entryAtCursor(pane);
  if (entry === undefined || entry.name === "..") return stepTo(model);
  const from = entry.name;
  // A folder has no extension.
  const cursor = entry.kind === "folder" ? undefined : stemLength(from);
  return open(model, { act: "rename", side, folder, from }, inputOf(from, cursor));
}

/** Asks for the name of a new folder. */
export function openMkdir(model: Model): Step {
  const { side, folder } = activePane(model);
  return open(model, { act: "mkdir", side, folder });
}

/** Asks what to search the server's folder for. */
export function openSearch(model: Model): Step {
  return open(model, { act: "search", folder: model.panes.server.folder });
}

/** Asks for a folder to go to. */
export function openGoto(model: Model): Step {
  const { side, folder } = activePane(model);
  const shown = side === "server" ? `/${folder}` : folder;
  return open(model, { act: "goto", side }, inputOf(shown));
}

/** Asks for the access token that the server wants. */
export function onTokenAsked(model: Model, problem: string | undefined): Step {
  const { model: asking } = open(model, { act: "token" });
  const top = asking.dialogs.at(-1);
  // With no room for another dialog the question waits for the next try.
  if (asking === model || top?.kind !== "prompt") {
    return stepTo(model, { kind: "giveToken", token: undefined });
  }
  return stepTo(withTop(asking, { ...top, problem }));
}

function open(
  model: Model,
  purpose: PromptDialog["purpose"],
  input: PromptDialog["input"] = EMPTY_INPUT,
): Step {
  const prompt = { kind: "prompt", purpose, input, problem: undefined, isBusy: false } as const;
  return stepTo(withDialog(model, prompt));
}
