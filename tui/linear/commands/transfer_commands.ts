import { MAX_JOBS } from "#client/cli/jobs.ts";
import { parseNumberRanges } from "#client/cli/prompt/number_ranges.ts";
import { parseRate } from "#protocol/byte_units.ts";
import type { TransferDirection } from "#client/types.ts";
import type { Transfer } from "../../model/transfer.ts";
import {
  cancelTransfer,
  pauseTransfer,
  resumeTransfer,
  retryTransfer,
} from "../../update/transfer_control.ts";
import { transferTargets } from "../../update/transfer_add.ts";
import type { Step } from "../../update/step.ts";
import type { Model } from "../../model/model.ts";
import { isGoing, RETRY_PHASES, transferOf } from "../../update/transfer_rows.ts";
import { withPane } from "../../update/with_pane.ts";
import type { LinearCommand, LinearContext } from "../linear_context.ts";
import { transferLine } from "../transfer_line.ts";
import { chooseEntries } from "./choose_entries.ts";
import { setJobs, setRate } from "./set_limits.ts";
import { waitForTransfers } from "./wait_for_transfers.ts";

/** Moving files, and what can be done with transfers. */
export const transferCommands: readonly LinearCommand[] = [
  { label: "upload", run: (context) => transfer(context, "upload") },
  { label: "download", run: (context) => transfer(context, "download") },
  { label: "transfers", run: showTransfers },
  { label: "wait for transfers", run: waitForTransfers },
  { label: "pause", run: (context) => control(context, "Pause", isGoing, pauseTransfer) },
  {
    label: "resume",
    run: (context) => control(context, "Resume", ({ phase }) => phase === "paused", resumeTransfer),
  },
  { label: "cancel", run: (context) => control(context, "Cancel", canCancel, cancelTransfer) },
  { label: "retry", run: (context) => control(context, "Retry", canRetry, retryTransfer) },
  { label: "limit the rate", run: limit },
  { label: "jobs at once", run: changeJobs },
];

async function transfer(context: LinearContext, direction: TransferDirection): Promise<void> {
  const { session } = context;
  const side = direction === "upload" ? "local" : "server";
  const verb = direction === "upload" ? "Upload" : "Download";
  const entries = await chooseEntries(context, side, `${verb} which ones`, true);
  if (entries.length === 0) return;
  const pane = session.model.panes[side];
  const selected = new Set(entries.map(({ name }) => name));
  const before = session.model.notice;
  session.apply(transferTargets(withPane(session.model, { ...pane, selected }), direction));
  const { notice } = session.model;
  if (notice !== undefined && notice !== before) context.fail(notice.text);
}

function showTransfers({ desk, session: { model } }: LinearContext): Promise<void> {
  const { rows, jobs } = model.transfers;
  desk.sayPaged([
    rows.length === 0 ? "There are no transfers." : `Transfers, ${jobs} at once at most:`,
    ...rows.map((row) => `  ${transferLine(row, model.nowMs)}`),
  ]);
  return Promise.resolve();
}

async function control(
  context: LinearContext,
  verb: string,
  isFit: (transfer: Transfer) => boolean,
  act: (model: Model, transfer: Transfer) => Step,
): Promise<void> {
  const { session } = context;
  const chosen = await chooseTransfers(context, verb, isFit);
  for (const { id } of chosen) {
    const current = transferOf(session.model, id);
    if (current !== undefined) session.apply(act(session.model, current));
  }
  // A stop takes a moment; what comes next should find it done.
  await session.until(({ transfers }) => {
    return !chosen.some(({ id }) => transfers.rows.some((row) => row.id === id && row.stopping));
  });
}

async function limit(context: LinearContext): Promise<void> {
  const { desk, session } = context;
  const chosen = await chooseTransfers(context, "Limit", isUnended);
  if (chosen.length === 0) return;
  const hint = "Please type a rate such as 500kB/s or 2MB/s, or 0 for none.";
  const rate = await desk.askFor("Rate, 0 for no limit", hint, (line) => {
    try {
      return parseRate(line);
    } catch {
      return undefined; // The hint says how it is written.
    }
  });
  if (rate === undefined) return;
  for (const { id } of chosen) session.apply(setRate(session.model, id, rate));
}

async function changeJobs({ desk, session }: LinearContext): Promise<void> {
  const hint = `Please type a number from 1 to ${MAX_JOBS}.`;
  const parse = (line: string): number | undefined => {
    const count = /^\d{1,2}$/.test(line) ? Number(line) : 0;
    return count >= 1 && count <= MAX_JOBS ? count : undefined;
  };
  const jobs = await desk.askFor("How many transfers at once", hint, parse);
  if (jobs !== undefined) session.apply(setJobs(session.model, jobs));
}

/** Asks for transfers by their numbers, which stay the same as long as the program runs. */
async function chooseTransfers(
  { desk, session: { model } }: LinearContext,
  verb: string,
  isFit: (transfer: Transfer) => boolean,
): Promise<readonly Transfer[]> {
  const fit = model.transfers.rows.filter(isFit);
  if (fit.length === 0) {
    desk.say(`There is no transfer to ${verb.toLowerCase()}.`);
    return [];
  }
  desk.say(...fit.map((row) => `  ${transferLine(row, model.nowMs)}`));
  const most = model.transfers.nextId - 1;
  const hint = "Please type numbers of transfers such as 1,3-5, or all.";
  const ids = await desk.askFor(`${verb} which transfers (numbers, or all)`, hint, (line) => {
    return parseNumberRanges(line, most);
  });
  return fit.filter(({ id }) => ids?.includes(id));
}

function canCancel({ phase }: Transfer): boolean {
  return phase !== "done" && phase !== "skipped" && phase !== "cancelled";
}

function canRetry({ phase }: Transfer): boolean {
  return RETRY_PHASES.includes(phase);
}

function isUnended(row: Transfer): boolean {
  return isGoing(row) || row.phase === "paused";
}
