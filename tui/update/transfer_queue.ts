import type { Effect } from "../model/effect.ts";
import type { Model } from "../model/model.ts";
import type { Transfer } from "../model/transfer.ts";
import { isActive, withTransfers } from "./transfer_rows.ts";
import { type Step, stepTo } from "./step.ts";

/** Starts as many of the queued transfers as there are places; none while the server is gone. */
export function startQueued(model: Model): Step {
  const { rows, jobs } = model.transfers;
  let free = jobs - rows.filter(isActive).length;
  const canStart = model.link.state === "online" && model.exit === undefined;
  if (free <= 0 || !canStart || !rows.some((row) => row.phase === "queued")) return stepTo(model);
  const effects: Effect[] = [];
  const started = rows.map((row) => {
    if (row.phase !== "queued" || free <= 0) return row;
    free--;
    const transfer = asStarted(row, model.nowMs);
    effects.push({ kind: "startTransfer", transfer });
    return transfer;
  });
  return stepTo(withTransfers(model, { rows: started }), ...effects);
}

function asStarted(transfer: Transfer, nowMs: number): Transfer {
  return {
    ...transfer,
    phase: "running",
    samples: [],
    lastByteAtMs: nowMs,
    retryAtMs: undefined,
    startedAtMs: transfer.startedAtMs ?? nowMs,
  };
}
