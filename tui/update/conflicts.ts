import type { Dialog } from "../model/dialog.ts";
import type { MessageBody } from "../model/message.ts";
import type { Model } from "../model/model.ts";
import type { ConflictChoice } from "../model/dialog_choices.ts";
import { MAX_DIALOGS } from "./dialog_stack.ts";
import { inTurn, type Step, stepTo } from "./step.ts";
import { isActive, transferOf, withTransfer, withTransfers } from "./transfer_rows.ts";

/** Under the cursor when a conflict asks: nothing is lost by it. */
const SAFE_CHOICE = 1;

type ConflictDialog = Extract<Dialog, { kind: "conflict" }>;

/** Asks what shall become of a taken name, or gives the answer that stands for the batch. */
export function onConflictFound(
  model: Model,
  message: Extract<MessageBody, { kind: "conflictFound" }>,
): Step {
  const { id, name, facts } = message;
  const transfer = transferOf(model, id);
  if (transfer === undefined || !isActive(transfer) || transfer.stopping !== undefined) {
    return stepTo(model);
  }
  const standing = model.transfers.standingAnswers.get(transfer.batchId);
  if (standing !== undefined) {
    return stepTo(model, { kind: "answerConflict", id, policy: standing });
  }
  if (model.dialogs.length >= MAX_DIALOGS) {
    // More questions than anyone answers: the careful answer loses nothing.
    return stepTo(model, { kind: "answerConflict", id, policy: "rename" });
  }
  const dialog: ConflictDialog = {
    kind: "conflict",
    transferId: id,
    name,
    direction: transfer.direction,
    facts,
    cursor: SAFE_CHOICE,
  };
  const asking = withTransfer(model, id, (row) => ({ ...row, phase: "asking" }));
  // At the bottom: it must not take the keys from what is being typed, nor from an older conflict.
  return stepTo({ ...asking, dialogs: [dialog, ...asking.dialogs] });
}

/** Gives the answer of the topmost conflict, and of the whole batch when it is meant for all. */
export function answerConflict(model: Model, choice: ConflictChoice): Step {
  const top = model.dialogs.at(-1);
  if (top?.kind !== "conflict") return stepTo(model);
  const transfer = transferOf(model, top.transferId);
  const without = { ...model, dialogs: model.dialogs.slice(0, -1) };
  const answered = goOn(without, top, choice);
  if (!choice.isForAll || transfer === undefined) return answered;
  const { batchId } = transfer;
  const standingAnswers = new Map(model.transfers.standingAnswers).set(batchId, choice.policy);
  const waiting = answered.model.dialogs.filter((dialog): dialog is ConflictDialog =>
    dialog.kind === "conflict" && transferOf(model, dialog.transferId)?.batchId === batchId
  );
  const rest = { ...withTransfers(answered.model, { standingAnswers }) };
  const quiet = {
    ...rest,
    dialogs: rest.dialogs.filter((dialog) => !waiting.some((other) => other === dialog)),
  };
  const all = inTurn(
    quiet,
    waiting.map((dialog) => (next: Model) => goOn(next, dialog, choice)),
  );
  return { model: all.model, effects: [...answered.effects, ...all.effects] };
}

/** Closes the conflicts of a transfer that no longer waits for an answer. */
export function withoutConflictsOf(model: Model, id: number): Model {
  const dialogs = model.dialogs.filter((dialog) =>
    !(dialog.kind === "conflict" && dialog.transferId === id)
  );
  return dialogs.length === model.dialogs.length ? model : { ...model, dialogs };
}

/** Forgets the answers of batches of which nothing is left to do. */
export function withoutOldAnswers(model: Model): Model {
  const { standingAnswers, rows } = model.transfers;
  if (standingAnswers.size === 0) return model;
  const live = new Set(
    rows.flatMap((row) =>
      isActive(row) || row.phase === "queued" || row.phase === "paused" ? [row.batchId] : []
    ),
  );
  const kept = [...standingAnswers].filter(([batchId]) => live.has(batchId));
  if (kept.length === standingAnswers.size) return model;
  return withTransfers(model, { standingAnswers: new Map(kept) });
}

function goOn(model: Model, dialog: ConflictDialog, choice: ConflictChoice): Step {
  const id = dialog.transferId;
  const asksMore = model.dialogs.some((other) =>
    other.kind === "conflict" && other.transferId === id
  );
  const next = asksMore
    ? model
    : withTransfer(model, id, (row) => row.phase === "asking" ? asMoving(row, model.nowMs) : row);
  return stepTo(next, { kind: "answerConflict", id, policy: choice.policy });
}

/** The time of the question is not a stall. */
function asMoving<T extends { readonly lastByteAtMs: number }>(
  row: T,
  nowMs: number,
): T & { readonly phase: "running" } {
  return { ...row, phase: "running", lastByteAtMs: nowMs };
}
