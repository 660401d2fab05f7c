import { CONFLICT_CHOICES } from "../../model/dialog_choices.ts";
import type { Dialog } from "../../model/dialog.ts";
import type { Model } from "../../model/model.ts";
import { answerConflict, withoutConflictsOf } from "../../update/conflicts.ts";
import { stepTo } from "../../update/step.ts";
import { isActive, isGoing, withTransfer } from "../../update/transfer_rows.ts";
import { conflictLines } from "../../views/dialogs/conflict_lines.ts";
import type { LinearContext } from "../linear_context.ts";

type ConflictDialog = Extract<Dialog, { kind: "conflict" }>;

/** The question that the person should answer next, if there is one. */
export function openConflict({ dialogs }: Model): ConflictDialog | undefined {
  return dialogs.findLast((dialog): dialog is ConflictDialog => dialog.kind === "conflict");
}

/**
 * Waits until no transfer goes on; asks what they want to know. While the server is gone, those that
 * have not begun are not waited for.
 */
export async function waitForTransfers(context: LinearContext): Promise<void> {
  const { session } = context;
  for (;;) {
    await session.until((model) => openConflict(model) !== undefined || !hasWork(model));
    if (openConflict(session.model) === undefined) return;
    await askConflict(context);
  }
}

/** Asks what shall become of a name that is taken. Without an answer its transfer fails. */
export async function askConflict({ desk, session }: LinearContext): Promise<void> {
  const dialog = openConflict(session.model);
  if (dialog === undefined) return;
  const where = dialog.direction === "upload" ? "on the server" : "here";
  desk.say(...conflictLines(dialog.facts).map((line) => `  ${line}`));
  const labels = CONFLICT_CHOICES.map(({ label }) => label);
  const index = await desk.choose(`"${dialog.name}" is already ${where}. What now?`, labels);
  const choice = CONFLICT_CHOICES[index ?? -1];
  const { model } = session;
  // It may have been stopped meanwhile.
  if (openConflict(model) !== dialog) return;
  if (choice !== undefined) return session.apply(answerConflict(model, choice));
  const id = dialog.transferId;
  const running = withTransfer(model, id, (row) => ({ ...row, phase: "running" }));
  const quiet = withoutConflictsOf(running, id);
  session.apply(stepTo(quiet, { kind: "answerConflict", id, policy: "error" }));
}

function hasWork({ transfers: { rows }, link }: Model): boolean {
  return rows.some(link.state === "offline" ? isActive : isGoing);
}
