import type { Model } from "../../model/model.ts";
import { type Step, stepTo } from "../../update/step.ts";
import { startQueued } from "../../update/transfer_queue.ts";
import { isActive, transferOf, withTransfer, withTransfers } from "../../update/transfer_rows.ts";

/** Limits one transfer to a rate that was typed, also while it runs; 0 for no limit. */
export function setRate(model: Model, id: number, limitRate: number): Step {
  const next = withTransfer(model, id, (row) => ({ ...row, limitRate }));
  const transfer = transferOf(next, id);
  if (transfer === undefined || !isActive(transfer)) return stepTo(next);
  return stepTo(next, { kind: "setRate", id, bytesPerSecond: limitRate });
}

/** Sets how many transfers run at once. Those that run go on. */
export function setJobs(model: Model, jobs: number): Step {
  return startQueued(withTransfers(model, { jobs }));
}
