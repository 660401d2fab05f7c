import { MAX_JOBS } from "#client/cli/jobs.ts";
import { formatRate } from "#protocol/byte_units.ts";
import type { Effect } from "../model/effect.ts";
import type { Model } from "../model/model.ts";
import type { Transfer } from "../model/transfer.ts";
import { rateOf } from "../model/transfer_rate.ts";
import { withoutConflictsOf } from "./conflicts.ts";
import { withNotice } from "./notice.ts";
import { higherRate, lowerRate } from "./rate_steps.ts";
import { type Step, stepTo } from "./step.ts";
import { startQueued } from "./transfer_queue.ts";
import {
  hasEnded,
  isActive,
  isGoing,
  RETRY_PHASES,
  transferAtCursor,
  withTransfer,
  withTransfers,
} from "./transfer_rows.ts";

/** How many may run at once, as a key goes through it; the last is the most that `--jobs` takes. */
const JOB_STEPS: readonly number[] = [1, 2, 3, 4, 6, 8, 12, 16, 32, MAX_JOBS];

/** Pauses a transfer; one that has not begun just waits. */
export function pauseTransfer(model: Model, transfer: Transfer): Step {
  const { id, phase, stopping } = transfer;
  if (phase === "queued") {
    return stepTo(withTransfer(model, id, (row) => ({ ...row, phase: "paused" })));
  }
  if (!isActive(transfer) || stopping !== undefined) return stepTo(model);
  return stopTransfer(model, id, "pause");
}

/** Lets a paused transfer go on where it was. */
export function resumeTransfer(model: Model, transfer: Transfer): Step {
  if (transfer.phase !== "paused") return stepTo(model);
  return startQueued(
    withTransfer(model, transfer.id, (row) => ({ ...row, phase: "queued" })),
  );
}

/** Pauses all that go on, or resumes all that are paused when none does. */
export function pauseOrResumeAll(model: Model): Step {
  const { rows } = model.transfers;
  if (!rows.some((row) => isGoing(row) && row.stopping === undefined)) {
    return startQueued(withTransfers(model, { rows: rows.map(asResumed) }));
  }
  const stopped = rows.filter((row) => isActive(row) && row.stopping === undefined);
  const next = withTransfers(model, { rows: rows.map(asPausing) });
  const quiet = stopped.reduce((rest, { id }) => withoutConflictsOf(rest, id), next);
  return stepTo(
    quiet,
    ...stopped.map(({ id }): Effect => ({ kind: "stopTransfer", id, how: "pause" })),
  );
}

/** Ends a transfer and throws away what it has moved. */
export function cancelTransfer(model: Model, transfer: Transfer): Step {
  const { id, phase } = transfer;
  if (isActive(transfer)) {
    // A pause that is under way becomes a cancel; a second cancel adds nothing.
    return transfer.stopping === "cancel" ? stepTo(model) : stopTransfer(model, id, "cancel");
  }
  if (phase !== "queued" && phase !== "paused" && phase !== "failed") return stepTo(model);
  const next = withTransfer(model, id, (row) => ({ ...row, phase: "cancelled" }));
  const hasLeftovers = transfer.startedAtMs !== undefined;
  return hasLeftovers ? stepTo(next, { kind: "discardTransfer", transfer }) : stepTo(next);
}

/** Tries an ended transfer again; what was moved before is kept where both sides allow it. */
export function retryTransfer(model: Model, transfer: Transfer): Step {
  if (!RETRY_PHASES.includes(transfer.phase)) return stepTo(model);
  return startQueued(withTransfer(model, transfer.id, (row) => ({
    ...row,
    phase: "queued",
    progress: undefined,
    result: undefined,
    seconds: undefined,
    // What a failed one has left behind is still there.
    startedAtMs: row.phase === "failed" ? row.startedAtMs : undefined,
    failure: undefined,
  })));
}

/** Changes what a transfer may use, also while it runs. */
export function changeRate(model: Model, transfer: Transfer, direction: "up" | "down"): Step {
  const { id, name } = transfer;
  const limitRate = direction === "up"
    ? higherRate(transfer.limitRate)
    : lowerRate(transfer.limitRate, rateOf(transfer, model.nowMs));
  if (limitRate === transfer.limitRate || hasEnded(transfer)) return stepTo(model);
  const told = limitRate === 0 ? "no limit" : `at most ${formatRate(limitRate)}`;
  const next = withTransfer(model, id, (row) => ({ ...row, limitRate }));
  const noticed = withNotice(next, `${name}: ${told}`);
  if (!isActive(transfer)) return stepTo(noticed);
  return stepTo(noticed, { kind: "setRate", id, bytesPerSecond: limitRate });
}

/** Changes how many run at once: step by step up to 64 and round again. Those that run go on. */
export function cycleJobs(model: Model): Step {
  const jobs = JOB_STEPS.find((step) => step > model.transfers.jobs) ?? 1;
  const text = jobs === 1 ? "One transfer at a time" : `Up to ${jobs} transfers at once`;
  return startQueued(withNotice(withTransfers(model, { jobs }), text));
}

/** Removes the ended row under the cursor. */
export function dismissRow(model: Model): Step {
  const transfer = transferAtCursor(model);
  if (transfer === undefined || !hasEnded(transfer)) return stepTo(model);
  const { rows } = model.transfers;
  const at = rows.indexOf(transfer);
  const left = rows.filter((row) => row !== transfer);
  const cursorId = (left[at] ?? left.at(-1))?.id;
  return stepTo(withTransfers(model, { rows: left, cursorId }));
}

/** Removes all ended rows. */
export function dismissAll(model: Model): Step {
  const rows = model.transfers.rows.filter((row) => !hasEnded(row));
  const { cursorId } = model.transfers;
  const isThere = rows.some(({ id }) => id === cursorId);
  return stepTo(withTransfers(model, { rows, cursorId: isThere ? cursorId : rows[0]?.id }));
}

/** Does something to the transfer under the cursor. */
export function atCursor(
  model: Model,
  act: (model: Model, transfer: Transfer) => Step,
): Step {
  const transfer = transferAtCursor(model);
  return transfer === undefined ? stepTo(model) : act(model, transfer);
}

function stopTransfer(model: Model, id: number, how: "pause" | "cancel"): Step {
  const next = withTransfer(model, id, (row) => ({ ...row, phase: "running", stopping: how }));
  // Nobody waits for an answer any more.
  return stepTo(withoutConflictsOf(next, id), { kind: "stopTransfer", id, how });
}

function asPausing(row: Transfer): Transfer {
  if (row.phase === "queued") return { ...row, phase: "paused" };
  if (!isActive(row) || row.stopping !== undefined) return row;
  return { ...row, phase: "running", stopping: "pause" };
}

function asResumed(row: Transfer): Transfer {
  return row.phase === "paused" ? { ...row, phase: "queued" } : row;
}
