import type { Dialog } from "../model/dialog.ts";
import type { MessageBody } from "../model/message.ts";
import type { Model } from "../model/model.ts";
import { withDialogsOf } from "./dialog_stack.ts";

/** An answer about one file: its beginning, its properties, its digest. */
export type LookAnswer = Extract<
  MessageBody,
  {
    kind:
      | "previewLoaded"
      | "detailsLoaded"
      | "digestProgressed"
      | "digestLoaded"
      | "lookFailed";
  }
>;

type Details = Extract<Dialog, { kind: "details" }>;

/** Shows an answer in the dialog that asked; a dialog about another file leaves it. */
export function onLookAnswer(model: Model, message: LookAnswer): Model {
  switch (message.kind) {
    case "previewLoaded":
      return withDialogsOf(
        model,
        "preview",
        (dialog) => dialog.path === message.path ? { ...dialog, preview: message.preview } : dialog,
      );
    case "detailsLoaded":
      return inDetails(model, message.path, (dialog) => {
        const { stat } = message;
        // A digest that the server knows needs no computing.
        const digest = dialog.digest ?? stat.digests[0];
        const digestProgress = digest === undefined ? dialog.digestProgress : undefined;
        return { ...dialog, stat, digest, digestProgress };
      });
    case "digestProgressed":
      return inDetails(
        model,
        message.path,
        (dialog) =>
          dialog.digest === undefined
            ? { ...dialog, digestProgress: Math.max(0, Math.min(1, message.share)) }
            : dialog,
      );
    case "digestLoaded":
      return inDetails(model, message.path, (dialog) => ({
        ...dialog,
        digest: message.digest,
        digestProgress: undefined,
      }));
    case "lookFailed": {
      const { path, reason } = message;
      const next = withDialogsOf(
        model,
        "preview",
        (dialog) => dialog.path === path ? { ...dialog, problem: reason } : dialog,
      );
      return inDetails(next, path, (dialog) => ({
        ...dialog,
        problem: reason,
        digestProgress: undefined,
      }));
    }
    default:
      return message satisfies never;
  }
}

function inDetails(model: Model, path: string, change: (dialog: Details) => Details): Model {
  return withDialogsOf(
    model,
    "details",
    (dialog) => dialog.path === path ? change(dialog) : dialog,
  );
}
