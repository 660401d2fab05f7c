import type { Model } from "../model/model.ts";
import type { Transfer, TransferList, TransferPhase } from "../model/transfer.ts";
import { isUnfinished } from "../model/layout.ts";

/** Changes the list of transfers. */
export function withTransfers(model: Model, change: Partial<TransferList>): Model {
  return { ...model, transfers: { ...model.transfers, ...change } };
}

/** Changes one transfer. */
export function withTransfer(
  model: Model,
  id: number,
  change: (transfer: Transfer) => Transfer,
): Model {
  const rows = model.transfers.rows.map((row) => row.id === id ? change(row) : row);
  return withTransfers(model, { rows });
}

/** A transfer by its id. */
export function transferOf(model: Model, id: number | undefined): Transfer | undefined {
  return id === undefined ? undefined : model.transfers.rows.find((row) => row.id === id);
}

/** The transfer under the cursor. */
export function transferAtCursor(model: Model): Transfer | undefined {
  return transferOf(model, model.transfers.cursorId);
}

/** Whether a transfer holds one of the places for those that run at once. */
export function isActive(transfer: Transfer): boolean {
  return transfer.phase === "running" || transfer.phase === "asking";
}

/** Whether a transfer goes on by itself: it runs or will, unlike one that is paused. */
export function isGoing(transfer: Transfer): boolean {
  return transfer.phase === "queued" || isActive(transfer);
}

/** Whether it came to an end of its own or was given up. */
export function hasEnded(transfer: Transfer): boolean {
  return !isUnfinished(transfer);
}

/** Phases from which a transfer can be tried again. */
export const RETRY_PHASES: readonly TransferPhase[] = ["failed", "cancelled", "skipped"];
