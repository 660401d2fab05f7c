import { formatBytes, formatSeconds } from "#protocol/byte_units.ts";
import { escapeText } from "#protocol/escape_text.ts";
import type { ConflictPolicy } from "#protocol/requests.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { FileSetOptions } from "../../file_set/file_job.ts";
import type { Conflict, TransferDirection, TransferOptions, TransferResult } from "../../types.ts";
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
import { finishLocalFolders, finishRemoteFolders } from "./folder_times.ts";
import { PlanReader } from "./plan_reader.ts";
import { TransferMonitor, type TransferWatch } from "./transfer_monitor.ts";
import type { PlannedFolder, TransferJob, TransferPlan } from "./transfer_plan.ts";

/** What a command says after Ctrl-C. */
const INTERRUPTED =
  "interrupted; what was transferred is kept for resume: run the same command again";
const INTERRUPTED_EARLY = "interrupted: run the same command again";

/** What a command moves. */
export interface TransferCommand {
  readonly direction: TransferDirection;
  readonly plan: TransferPlan;
  /** Most connections that work on it. */
  readonly atOnce: number;
  /** Whether there is one file at most, which may be of unknown size. */
  readonly isSingle: boolean;
  /** Where downloads go. */
  readonly folder: string;
  /** Moves a single file in another way than the client's upload and download. */
  readonly transfer?: (job: TransferJob, options: TransferOptions) => Promise<TransferResult>;
}

/**
 * Runs a plan's transfers, several at a time. One that fails does not stop the others.
 *
 * @param run The command under way.
 * @param client Moves the bytes.
 * @param command What to move.
 */
export async function runTransfers(
  run: CommandRun<TransferFlags>,
  client: ClientApi,
  command: TransferCommand,
): Promise<void> {
  const { environment: { terminal, signal, workingFolder }, report } = run;
  const now = (): number => performance.now();
  const board = new Board();
  const measure = new TextMeasure();
  const isLive = terminal.liveStyle !== "none" && !report.isJson && !report.isQuiet;
  const live = isLive ? new LiveProgress(terminal, board, () => measure.measure, now) : undefined;
  const monitor = new TransferMonitor({ report, board, live, workingFolder, now });
  const folders: PlannedFolder[] = [];
  const reader = new PlanReader(run, { monitor, board, folders, measure, isLive });
  const base = transferOptions(run, live, command);
  live?.open();
  try {
    const jobs = reader.read(command.plan);
    if (run.flags.dryRun) {
      for await (const job of jobs) printPlanned(run, job);
      return;
    }
    if (command.isSingle) {
      for await (const job of jobs) await runJob(client, job, monitor, { ...base, command });
    } else {
      await runSet(client, jobs, monitor, { ...base, command });
    }
    await finishFolders(run, client, command, folders, monitor);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    monitor.end();
    if (signal.aborted) report.interrupted(monitor.hasKept ? INTERRUPTED : INTERRUPTED_EARLY);
    else writeFailures(run, monitor);
  }
}

async function runSet(
  client: ClientApi,
  jobs: AsyncGenerator<TransferJob, void, void>,
  monitor: TransferMonitor,
  { command, ...base }: TransferOptions & { readonly command: TransferCommand },
): Promise<void> {
  const watches = new Map<TransferJob, TransferWatch>();
  const watchOf = (job: TransferJob): TransferWatch => {
    const watch = watches.get(job) ?? monitor.watch(job);
    watches.set(job, watch);
    return watch;
  };
  const options: FileSetOptions<TransferJob> = {
    ...base,
    atOnce: command.atOnce,
    onProgress: (job, progress) => watchOf(job).progress(progress),
    onEnd: (job, end) => {
      const watch = watchOf(job);
      watches.delete(job);
      if (end.kind === "done") watch.finished(end.result);
      else watch.failed(end.error);
    },
    onRetry: (waitMs, reason) => monitor.note(retryText(waitMs, reason)),
  };
  if (command.direction === "upload") await client.uploadAll(jobs, options);
  else await client.downloadAll(jobs, { ...options, folder: command.folder });
}

function retryText(waitMs: number, reason: SluiceError): string {
  return `retrying in ${formatSeconds(waitMs / 1000)}: ${shortReason(reason)}`;
}

async function finishFolders(
  run: CommandRun<TransferFlags>,
  client: ClientApi,
  command: TransferCommand,
  folders: readonly PlannedFolder[],
  monitor: TransferMonitor,
): Promise<void> {
  const { signal } = run.environment;
  const onFailure = (folder: PlannedFolder, error: unknown): void => {
    const name = command.direction === "upload" ? folder.remotePath : folder.localPath;
    monitor.failedBefore(name, error);
  };
  if (command.direction === "download") finishLocalFolders(folders, onFailure);
  else await finishRemoteFolders(client, folders, signal, onFailure);
}

function printPlanned(run: CommandRun<TransferFlags>, job: TransferJob): void {
  const { direction, localPath, remotePath, sizeBytes } = job;
  const target = direction === "upload" ? remotePath : localPath;
  const text = `would ${direction} ${escapeText(job.label)} to ${escapeText(target)}`;
  const size = sizeBytes > 0 ? ` (${formatBytes(sizeBytes)})` : "";
  run.report.result(
    { name: remotePath, direction, localPath, remotePath, sizeBytes, dryRun: true },
    text + size,
  );
}

async function runJob(
  client: ClientApi,
  job: TransferJob,
  monitor: TransferMonitor,
  { command, ...base }: TransferOptions & { readonly command: TransferCommand },
): Promise<void> {
  const watch = monitor.watch(job);
  const options: TransferOptions = { ...base, onProgress: watch.progress };
  const transfer = command.transfer ??
    ((): Promise<TransferResult> =>
      job.direction === "upload"
        ? client.upload(job.localPath, job.remotePath, options)
        : client.download(job.remotePath, job.localPath, options));
  try {
    watch.finished(await transfer(job, options));
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

function transferOptions(
  run: CommandRun<TransferFlags>,
  live: LiveProgress | undefined,
  command: TransferCommand,
): TransferOptions {
  const { flags, environment } = run;
  return {
    signal: environment.signal,
    onConflict: flags.onConflict ?? conflictPolicy(run, live, !command.isSingle),
    // The limit is the command's; each of the transfers that run together gets its part.
    limitRate: Math.ceil((flags.limitRate ?? 0) / command.atOnce),
    resume: flags.resume,
    verify: flags.verify,
    compress: flags.compress,
  };
}

function conflictPolicy(
  run: CommandRun<TransferFlags>,
  live: LiveProgress | undefined,
  hasOthers: boolean,
): ConflictPolicy | ((conflict: Conflict) => Promise<ConflictPolicy>) {
  const { terminal, signal, homeFolder } = run.environment;
  if (!isInteractive(terminal) || run.flags.json) return "error";
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
