import { isAccessToken } from "#protocol/access_token.ts";
import { MAX_NAME_BYTES, MAX_PATTERN_LENGTH } from "#protocol/limits.ts";
import { parseRemoteName, parseRemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { Dialog } from "../../model/dialog.ts";
import type { Model } from "../../model/model.ts";
import type { Side } from "../../model/pane.ts";
import { pathIn, typedFolder } from "../pane_paths.ts";

type Purpose = Extract<Dialog, { kind: "prompt" }>["purpose"];

/**
 * Checks what was typed before anything is asked for.
 *
 * @returns Why it is refused; undefined when it may be tried.
 */
export function problemOf(model: Model, purpose: Purpose, text: string): string | undefined {
  switch (purpose.act) {
    case "rename":
      if (text === purpose.from) return undefined;
      return nameProblem(model, purpose.side, purpose.folder, text);
    case "mkdir":
      return nameProblem(model, purpose.side, purpose.folder, text);
    case "search":
      if (text.trim() === "") return "Type a part of a name, or a pattern such as *.txt";
      return text.length > MAX_PATTERN_LENGTH
        ? `A pattern has at most ${MAX_PATTERN_LENGTH} characters`
        : undefined;
    case "goto":
      return folderProblem(model, purpose.side, text);
    case "token":
      return isAccessToken(text.trim())
        ? undefined
        : "It has a slip or is not whole: a token is sluice_ and 48 characters";
    default:
      return purpose satisfies never;
  }
}

function nameProblem(model: Model, side: Side, folder: string, name: string): string | undefined {
  if (name === "") return "Type a name";
  if (name === "." || name === "..") return `"${name}" is not a name`;
  if (name.includes("/")) return "A name cannot hold a slash";
  if (name.includes("\0")) return "A name cannot hold a NUL character";
  if (encoder.encode(name).byteLength > MAX_NAME_BYTES) {
    return `A name has at most ${MAX_NAME_BYTES} bytes`;
  }
  const pane = model.panes[side];
  if (pane.folder === folder && pane.entries.some((entry) => entry.name === name)) {
    return `"${name}" exists already`;
  }
  return side === "server" ? ruleOf(() => checkRemote(folder, name)) : undefined;
}

function folderProblem(model: Model, side: Side, text: string): string | undefined {
  if (text.trim() === "") return "Type the path of a folder";
  if (text.includes("\0")) return "A path cannot hold a NUL character";
  return ruleOf(() => typedFolder(side, model.panes[side].folder, text, model.homeFolder));
}

function checkRemote(folder: string, name: string): void {
  parseRemoteName(name);
  parseRemotePath(pathIn("server", folder, name));
}

/** The rule of remote paths that something breaks. */
function ruleOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof SluiceError) return error.message;
    throw error;
  }
}

const encoder = new TextEncoder();
