import type { HistoryRecord } from "#protocol/replies.ts";
import { formatBytes, formatRate, formatSeconds } from "#protocol/byte_units.ts";
import type { Model } from "../model/model.ts";
import type { Transfer } from "../model/transfer.ts";
import { withDialog } from "./dialog_stack.ts";
import { historyRecordAtCursor } from "./history_update.ts";
import { keyContext } from "./keymap.ts";
import { openEntry } from "./pane_actions.ts";
import { type Step, stepTo } from "./step.ts";
import { transferAtCursor } from "./transfer_rows.ts";

/** Opens what is under the cursor: a folder, a file, or a page that tells all about a row. */
export function openAtCursor(model: Model): Step {
  const context = keyContext(model);
  switch (context) {
    case "pane":
      return openEntry(model);
    case "panel":
    case "transfers": {
      const transfer = transferAtCursor(model);
      return transfer === undefined
        ? stepTo(model)
        : tell(model, "Transfer", transferLines(transfer));
    }
    case "history": {
      const record = historyRecordAtCursor(model);
      return record === undefined ? stepTo(model) : tell(model, "History", recordLines(record));
    }
    case "server":
      return stepTo(model);
    default:
      return context satisfies never;
  }
}

function tell(model: Model, title: string, lines: readonly string[]): Step {
  return stepTo(withDialog(model, { kind: "message", title, lines }));
}

function transferLines(transfer: Transfer): readonly string[] {
  const { direction, phase, name, localPath, remotePath, progress, files, result } = transfer;
  const lines = [
    `${direction} of ${name}: ${transfer.stopping ?? phase}`,
    `local   ${localPath}`,
    `server  /${remotePath}`,
  ];
  if (progress !== undefined) {
    lines.push(`bytes   ${progress.doneBytes} of ${progress.totalBytes}`);
  }
  if (files !== undefined) {
    lines.push(`files   ${files.done} of ${files.total}, ${files.failed} failed`);
  }
  if (result?.digest !== undefined) lines.push(`digest  ${result.digest}`);
  if (transfer.seconds !== undefined) lines.push(`took    ${formatSeconds(transfer.seconds)}`);
  if (transfer.limitRate > 0) lines.push(`limit   ${formatRate(transfer.limitRate)}`);
  const reason = transfer.failure ?? progress?.reason?.message;
  return reason === undefined ? lines : [...lines, "", reason];
}

function recordLines(record: HistoryRecord): readonly string[] {
  const { operation, path, target, peer, bytes, seconds, digest, outcome, atMs } = record;
  const lines = [
    `${operation} of /${path}: ${outcome}`,
    `by      ${peer}`,
    `ended   ${new Date(atMs).toISOString()}`,
    `took    ${formatSeconds(seconds)}`,
  ];
  if (target !== undefined) lines.push(`to      /${target}`);
  if (bytes > 0) {
    const rate = seconds > 0 ? `, ${formatRate(bytes / seconds)}` : "";
    lines.push(`bytes   ${bytes} (${formatBytes(bytes)}${rate})`);
  }
  return digest === undefined ? lines : [...lines, `digest  ${digest}`];
}
