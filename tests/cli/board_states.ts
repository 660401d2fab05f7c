import type { BoardRow, BoardState, BoardTotal } from "#client/cli/progress/board.ts";
import type { TransferProgress } from "#client/types.ts";

/** A progress report with what a test cares about. */
export function progressOf(progress: Partial<TransferProgress>): TransferProgress {
  return { state: "moving", doneBytes: 0, totalBytes: 0, resumedFromBytes: 0, ...progress };
}

/** A row with what a test cares about. */
export function rowOf(
  name: string,
  progress: Partial<TransferProgress>,
  row: Partial<BoardRow> = {},
): BoardRow {
  return {
    name,
    direction: "upload",
    progress: progressOf(progress),
    rate: undefined,
    retryAtMs: undefined,
    ...row,
  };
}

/** A picture of rows, with a total that fits them unless a test says otherwise. */
export function stateOf(rows: readonly BoardRow[], total: Partial<BoardTotal> = {}): BoardState {
  return {
    nowMs: 0,
    rows,
    total: {
      files: rows.length,
      isCounting: false,
      endedFiles: 0,
      failedFiles: 0,
      doneBytes: rows.reduce((sum, { progress }) => sum + progress.doneBytes, 0),
      totalBytes: rows.reduce((sum, { progress }) => sum + progress.totalBytes, 0),
      rate: undefined,
      ...total,
    },
  };
}
