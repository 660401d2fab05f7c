import type { ConflictPolicy } from "#protocol/requests.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { Conflict, TransferOptions } from "../../types.ts";
import type { ClientApi } from "../client_api.ts";
import type { CommandRun } from "../context.ts";
import type { TransferFlags } from "../flags.ts";
import { shortReason } from "../output/failure.ts";
import { Board } from "../progress/board.ts";
import { LiveProgress } from "../progress/live_progress.ts";
import { TextMeasure } from "../progress/text_measure.ts";
import { Prompter } from "../prompt/prompter.ts";
import { isInteractive } from "../terminal.ts";
import { ConflictAsker } from "./conflict_asker.ts";
import { transfersAtOnce } from "./connect_for_transfers.ts";
import { ReadAhead } from "./read_ahead.ts";
import { TransferMonitor } from "./transfer_monitor.ts";
import type { PlanItem, TransferJob, TransferPlan } from "./transfer_plan.ts";

/** Files that are found ahead of the transfers: enough for a total that means something. */
const MAX_PLANNED = 10_000;

/** What a command says after Ctrl-C. */
const INTERRUPTED =
  "interrupted; what was transferred is kept for resume: run the same command again";

/**
 * Runs a plan's transfers, several at a time. One that fails does not stop the others.
 *
 * @param run The command under way.
 * @param client Moves the bytes.
 * @param plan The files.
 * @param names How many names were given.
 */
export async function runTransfers(
  run: CommandRun<TransferFlags>,
  client: ClientApi,
  plan: TransferPlan,
  names: number,
): Promise<void> {
  const atOnce = transfersAtOnce(run.flags, names);
  const { environment: { terminal, signal, workingFolder }, report } = run;
  const now = (): number => performance.now();
  const board = new Board();
  const measure = new TextMeasure();
  const isLive = terminal.liveStyle !== "none" && !report.isJson && !report.isQuiet;
  const live = isLive ? new LiveProgress(terminal, board, () => measure.measure, now) : undefined;
  const monitor = new TransferMonitor({ report, board, live, workingFolder, now });
  const items = new ReadAhead(untilPlanned(plan, board), MAX_PLANNED, (item) => {
    if (item.kind !== "job") return;
    board.plan(item.sizeBytes);
    if (isLive) measure.prepareFor(item.label);
  });
  const options: TransferOptions = {
    ...fixedOptions(run, atOnce),
    onConflict: run.flags.onConflict ?? conflictPolicy(run, live, names),
  };
  live?.open();
  try {
    const loops = Array.from({ length: atOnce }, () => runLoop(client, items, monitor, options));
    const ends = await Promise.allSettled(loops);
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  } finally {
    monitor.end();
    if (signal.aborted) report.interrupted(INTERRUPTED);
    else writeFailures(run, monitor);
  }
}

async function* untilPlanned(plan: TransferPlan, board: Board): TransferPlan {
  yield* plan;
  board.planned();
}

async function runLoop(
  client: ClientApi,
  items: AsyncIterable<PlanItem>,
  monitor: TransferMonitor,
  options: TransferOptions,
): Promise<void> {
  for await (const item of items) {
    if (options.signal?.aborted) return;
    if (item.kind === "failure") monitor.failedBefore(item.name, item.error);
    else if (item.kind === "note") monitor.note(item.text);
    else await runJob(client, item, monitor, options);
  }
}

async function runJob(
  client: ClientApi,
  job: TransferJob,
  monitor: TransferMonitor,
  base: TransferOptions,
): Promise<void> {
  const watch = monitor.watch(job);
  const options: TransferOptions = { ...base, onProgress: watch.progress };
  try {
    const result = job.direction === "upload"
      ? await client.upload(job.localPath, job.remotePath, options)
      : await client.download(job.remotePath, job.localPath, options);
    watch.finished(result);
  } catch (error) {
    watch.failed(explain(job, error));
  }
}

// The local side was looked at before, so the folder is the server's.
function explain(job: TransferJob, error: unknown): unknown {
  const isFolder = error instanceof SluiceError && error.code === "is_a_folder";
  if (!isFolder || job.direction !== "download") return error;
  const message = `Cannot download "${job.remotePath}": it is a folder, add --recursive`;
  return new SluiceError("is_a_folder", message, { cause: error });
}

function fixedOptions(run: CommandRun<TransferFlags>, atOnce: number): TransferOptions {
  const { flags, environment: { signal } } = run;
  // The limit is the command's; each of the transfers that run together gets its part.
  const limitRate = Math.ceil((flags.limitRate ?? 0) / atOnce);
  return { signal, limitRate, resume: flags.resume, verify: flags.verify };
}

function conflictPolicy(
  run: CommandRun<TransferFlags>,
  live: LiveProgress | undefined,
  names: number,
): ConflictPolicy | ((conflict: Conflict) => Promise<ConflictPolicy>) {
  const { terminal, signal, homeFolder } = run.environment;
  if (!isInteractive(terminal) || run.flags.json) return "error";
  const hasOthers = names > 1 || run.flags.recursive;
  const asker = new ConflictAsker(new Prompter(terminal, signal, homeFolder), hasOthers);
  return async (conflict) => {
    const ask = (): Promise<ConflictPolicy> => asker.ask(conflict);
    return await (live === undefined ? ask() : live.pauseWhile(ask));
  };
}

function writeFailures(run: CommandRun<TransferFlags>, monitor: TransferMonitor): void {
  const { failures } = monitor;
  if (failures.length === 0 || monitor.files < 2) return;
  const lines = failures.slice(0, 20).map(({ name, error }) => `  ${name}: ${shortReason(error)}`);
  const more = failures.length > lines.length
    ? [`  and ${failures.length - lines.length} more`]
    : [];
  run.report.summary([`${failures.length} of ${monitor.files} files failed:`, ...lines, ...more]);
}
