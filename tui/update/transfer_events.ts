import type { MessageBody, TransferEnd } from "../model/message.ts";
import type { Model } from "../model/model.ts";
import type { Transfer } from "../model/transfer.ts";
import { withoutConflictsOf, withoutOldAnswers } from "./conflicts.ts";
import { leaveWhenDone } from "./leave.ts";
import { withNotice } from "./notice.ts";
import { wantReload } from "./pane_load.ts";
import { andThen, type Step, stepTo } from "./step.ts";
import { startQueued } from "./transfer_queue.ts";
import { isActive, transferOf, withTransfer, withTransfers } from "./transfer_rows.ts";
import {
  secondsBetween,
  SPARKLINE_SECONDS,
  withSample,
  withSparkline,
} from "./transfer_samples.ts";

type Reports = Extract<MessageBody, { kind: "progressed" }>["reports"];

/** Takes over where transfers stand. */
export function onProgressed(model: Model, reports: Reports): Model {
  const byId = new Map(reports.map((report) => [report.id, report]));
  let isChanged = false;
  const rows = model.transfers.rows.map((row) => {
    const report = byId.get(row.id);
    // A report may be overtaken by the end of its transfer.
    if (report === undefined || !isActive(row)) return row;
    isChanged = true;
    return progressed(row, report, model.nowMs);
  });
  return isChanged ? withTransfers(model, { rows }) : model;
}

/** Takes over how a transfer ended, and lets the next one begin. */
export function onTransferEnded(model: Model, id: number, end: TransferEnd): Step {
  const transfer = transferOf(model, id);
  if (transfer === undefined || !isActive(transfer)) return stepTo(model);
  const ended = withTransfer(model, id, (row) => asEnded(row, end, model.nowMs));
  const quiet = withoutOldAnswers(withoutConflictsOf(ended, id));
  const side = transfer.direction === "upload" ? "server" : "local";
  const told = withEndNotice(wantReload(quiet, side), transfer, end);
  return andThen(startQueued(told), leaveWhenDone);
}

/** Moves the charts of running transfers on. */
export function sampleTransfers(model: Model, sinceMs: number): Model {
  const seconds = secondsBetween(sinceMs, model.nowMs, SPARKLINE_SECONDS);
  if (seconds === 0 || !model.transfers.rows.some(isActive)) return model;
  const rows = model.transfers.rows.map((row) =>
    isActive(row) ? withSparkline(row, seconds, model.nowMs) : row
  );
  return withTransfers(model, { rows });
}

function progressed(row: Transfer, report: Reports[number], nowMs: number): Transfer {
  const { progress, files } = report;
  const hadBytes = row.progress?.doneBytes ?? 0;
  const isNewState = row.progress?.state !== progress.state;
  // Empty files of a folder bring no bytes, but they are through.
  const hasMoved = progress.doneBytes !== hadBytes || isNewState ||
    (files !== undefined && files.done !== row.files?.done);
  const next: Transfer = {
    ...row,
    progress,
    files: files ?? row.files,
    lastByteAtMs: hasMoved ? nowMs : row.lastByteAtMs,
    retryAtMs: progress.state === "retrying" && progress.retryInMs !== undefined
      ? nowMs + progress.retryInMs
      : undefined,
  };
  if (progress.state !== "moving") return next;
  // What was there before it began to move (a resumed part) must not look like speed.
  return withSample(isNewState ? { ...next, samples: [] } : next, progress.doneBytes, nowMs);
}

function asEnded(row: Transfer, end: TransferEnd, nowMs: number): Transfer {
  const over: Transfer = { ...row, stopping: undefined, retryAtMs: undefined };
  const seconds = row.startedAtMs === undefined ? undefined : (nowMs - row.startedAtMs) / 1000;
  switch (end.kind) {
    case "finished": {
      const phase = end.result?.outcome === "skipped" ? "skipped" : "done";
      return { ...over, phase, seconds, result: end.result, files: end.files ?? row.files };
    }
    case "paused":
      return { ...over, phase: "paused" };
    case "cancelled":
      return { ...over, phase: "cancelled", seconds };
    case "failed":
      return { ...over, phase: "failed", seconds, failure: end.reason };
    default:
      return end satisfies never;
  }
}

/** The row tells the rest; a failure must be seen wherever the person looks. */
function withEndNotice(model: Model, transfer: Transfer, end: TransferEnd): Model {
  if (end.kind !== "failed") return model;
  return withNotice(model, end.reason === "" ? `${transfer.name} failed` : end.reason, "bad");
}
