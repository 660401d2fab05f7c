import type { HistoryRecord } from "#protocol/replies.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { TransferDirection } from "#client/types.ts";
import type { Model } from "../model/model.ts";
import type { PaneEntry } from "../model/pane.ts";
import type { Transfer } from "../model/transfer.ts";
import { withNotice } from "./notice.ts";
import { targetsOf } from "./pane_rows.ts";
import { nameOf, pathIn } from "./pane_paths.ts";
import { andThen, type Step, stepTo } from "./step.ts";
import { startQueued } from "./transfer_queue.ts";
import { hasEnded, withTransfers } from "./transfer_rows.ts";
import { withPane } from "./with_pane.ts";

/** Most rows of transfers; a folder is one row, whatever it holds. */
export const MAX_TRANSFERS = 5_000;

/** Both ends of a transfer that shall be. */
export interface Wanted {
  readonly kind: Transfer["kind"];
  readonly name: string;
  readonly localPath: string;
  readonly remotePath: string;
}

/** Transfers the selection of a pane, or the entry under its cursor, into the other pane's folder. */
export function transferTargets(model: Model, direction: TransferDirection): Step {
  const { local, server } = model.panes;
  const pane = direction === "upload" ? local : server;
  const wanted: Wanted[] = [];
  const refused: string[] = [];
  for (const entry of targetsOf(pane)) {
    const ends = endsOf(entry, local.folder, server.folder);
    if (typeof ends === "string") refused.push(ends);
    else wanted.push(ends);
  }
  const cleared = withPane(model, { ...pane, selected: new Set() });
  return andThen(addTransfers(cleared, direction, wanted), (next) => {
    const [first] = refused;
    if (first === undefined) return stepTo(next);
    const more = refused.length > 1 ? ` (and ${refused.length - 1} more)` : "";
    return stepTo(withNotice(next, first + more, "bad"));
  });
}

/**
 * Makes the transfer of a line of the history once more, with the present local folder. A record in which
 * the server names no file is refused by a notice.
 */
export function repeatRecord(model: Model, record: HistoryRecord): Step {
  const { operation, path } = record;
  if (operation !== "upload" && operation !== "download") return stepTo(model);
  const ends = endsOfRecord(path, model.panes.local.folder);
  if (typeof ends === "string") return stepTo(withNotice(model, ends, "bad"));
  return addTransfers(model, operation, [ends]);
}

/** Adds transfers at the end of the list; they begin when there is a place and a server. */
export function addTransfers(
  model: Model,
  direction: TransferDirection,
  wanted: readonly Wanted[],
): Step {
  if (wanted.length === 0) return stepTo(model);
  const { rows, nextId, nextBatchId, cursorId } = model.transfers;
  const kept = withRoomFor(rows, wanted.length);
  if (kept === undefined) {
    const text = `Cannot list more than ${MAX_TRANSFERS} transfers: transfer the folder as a whole`;
    return stepTo(withNotice(model, text, "bad"));
  }
  const added = wanted.map((ends, index) =>
    newTransfer({ ...ends, direction, id: nextId + index, batchId: nextBatchId })
  );
  const next = withTransfers(model, {
    rows: [...kept, ...added],
    nextId: nextId + added.length,
    nextBatchId: nextBatchId + 1,
    // What was just asked for comes into sight, unless the person is at something that goes on.
    cursorId: kept.some((row) => row.id === cursorId && !hasEnded(row)) ? cursorId : added[0]?.id,
  });
  return startQueued(next);
}

/** Drops the oldest rows that ended well where they take the room; undefined when that is not enough. */
function withRoomFor(rows: readonly Transfer[], count: number): readonly Transfer[] | undefined {
  let over = rows.length + count - MAX_TRANSFERS;
  if (over <= 0) return rows;
  const kept = rows.filter((row) => !(hasEnded(row) && row.phase !== "failed" && over-- > 0));
  return kept.length + count <= MAX_TRANSFERS ? kept : undefined;
}

function newTransfer(
  ends: Wanted & Pick<Transfer, "id" | "batchId" | "direction">,
): Transfer {
  return {
    ...ends,
    phase: "queued",
    stopping: undefined,
    progress: undefined,
    files: undefined,
    samples: [],
    sparkline: [],
    limitRate: 0,
    lastByteAtMs: 0,
    retryAtMs: undefined,
    result: undefined,
    seconds: undefined,
    startedAtMs: undefined,
    failure: undefined,
  };
}

/** Both ends of an entry's transfer, or why it cannot be transferred. */
function endsOf(entry: PaneEntry, localFolder: string, serverFolder: string): Wanted | string {
  const { name, kind } = entry;
  if (kind !== "file" && kind !== "folder") {
    return `Cannot transfer "${name}": it is neither a file nor a folder`;
  }
  try {
    const remotePath = pathIn("server", serverFolder, name);
    return { kind, name, localPath: pathIn("local", localFolder, name), remotePath };
  } catch (error) {
    return reasonOf(error);
  }
}

/** Both ends of a recorded transfer, or why its record cannot be believed. */
function endsOfRecord(path: string, localFolder: string): Wanted | string {
  try {
    const name = nameOf("server", path);
    if (name === "") return "Cannot repeat it: the record names no file";
    const localPath = pathIn("local", localFolder, name);
    return { kind: "file", name, localPath, remotePath: path };
  } catch (error) {
    return reasonOf(error);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof SluiceError) return error.message;
  throw error;
}
