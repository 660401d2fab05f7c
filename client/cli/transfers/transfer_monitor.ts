import type { TransferProgress, TransferResult } from "../../types.ts";
import type { Report } from "../output/report.ts";
import { totalText, transferLine } from "../output/transfer_text.ts";
import type { Board } from "../progress/board.ts";
import type { LiveProgress } from "../progress/live_progress.ts";
import type { TransferJob } from "./transfer_plan.ts";

/** Least time between two JSON progress lines of one transfer. */
const JSON_PROGRESS_MS = 250;

/** What a monitor shows progress with. */
export interface TransferMonitorOptions {
  readonly report: Report;
  readonly board: Board;
  /** Present when progress is drawn. */
  readonly live?: LiveProgress | undefined;
  /** Local names inside it are shown without it. */
  readonly workingFolder: string;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
}

/** One transfer as its runner reports it. */
export interface TransferWatch {
  progress(progress: TransferProgress): void;
  finished(result: TransferResult): void;
  failed(error: unknown): void;
}

/** Turns what transfers report into lines, JSON or live drawing. */
export class TransferMonitor {
  readonly #options: TransferMonitorOptions;
  readonly #startedAtMs: number;
  readonly #failures: { name: string; error: unknown }[] = [];
  #nextId = 1;
  #endedFiles = 0;
  #movedBytes = 0;
  #hasKept = false;

  /** @param options What to show progress with. */
  constructor(options: TransferMonitorOptions) {
    this.#options = options;
    this.#startedAtMs = options.now();
  }

  /** Files that failed, in the order in which they did. */
  get failures(): readonly { readonly name: string; readonly error: unknown }[] {
    return this.#failures;
  }

  /** Files that ended, well or not. */
  get files(): number {
    return this.#endedFiles + this.#failures.length;
  }

  /** Whether running the same command again has less to do: whole files, or parts of some. */
  get hasKept(): boolean {
    return this.#hasKept;
  }

  /** A transfer begins. */
  watch(job: TransferJob): TransferWatch {
    const { board, report, now } = this.#options;
    const id = this.#nextId++;
    board.start(id, job.label, job.direction, job.sizeBytes);
    let hasProgress = false;
    let doneBytes = 0;
    let lastJsonMs = Number.NEGATIVE_INFINITY;
    return {
      progress: (progress) => {
        const nowMs = now();
        hasProgress = true;
        doneBytes = progress.doneBytes;
        board.update(id, progress, nowMs);
        if (!report.isJson || nowMs - lastJsonMs < JSON_PROGRESS_MS) return;
        lastJsonMs = nowMs;
        const { reason, ...rest } = progress;
        const { direction, remotePath: name } = job;
        report.progress({ direction, name, ...rest, reason: reason?.message });
      },
      finished: (result) => {
        if (!hasProgress) board.update(id, asProgress(result), now());
        board.end(id, "finished");
        this.#endedFiles++;
        this.#hasKept ||= result.outcome !== "skipped";
        this.#movedBytes += result.outcome === "skipped"
          ? 0
          : result.sizeBytes - result.resumedFromBytes;
        this.#print(() => this.#writeResult(job, result));
      },
      failed: (error) => {
        board.end(id, "failed");
        this.#hasKept ||= doneBytes > 0;
        this.#fail(job.remotePath, error);
      },
    };
  }

  /** A file failed before its transfer could begin. */
  failedBefore(name: string, error: unknown): void {
    this.#options.board.failUnstarted();
    this.#fail(name, error);
  }

  /** Something is left out on purpose. */
  note(text: string): void {
    this.#print(() => this.#options.report.note(text));
  }

  /** All transfers ended: writes the summary. */
  end(): void {
    const { report, live, now } = this.#options;
    live?.close();
    if (this.files < 2 || report.isJson) return;
    const seconds = (now() - this.#startedAtMs) / 1000;
    report.note(totalText(this.#endedFiles, this.#movedBytes, seconds));
  }

  #fail(name: string, error: unknown): void {
    this.#failures.push({ name, error });
    this.#print(() => this.#options.report.failure(error, name));
  }

  #writeResult(job: TransferJob, result: TransferResult): void {
    const { report, live, workingFolder } = this.#options;
    const line = transferLine(job.label, result, workingFolder);
    if (!report.isQuiet || report.isJson) {
      report.result({ name: job.remotePath, ...result }, line);
    }
    // With stdout in a file, the person at the terminal still sees each finished bar scroll up.
    if (live !== undefined && !live.sharesTerminalWithStdout) report.note(line);
  }

  #print(write: () => void): void {
    const { live } = this.#options;
    if (live === undefined) write();
    else live.printAbove(write);
  }
}

/** A small file reports nothing before its end; its bytes count all the same. */
function asProgress(result: TransferResult): TransferProgress {
  const { sizeBytes, outcome } = result;
  const resumedFromBytes = outcome === "skipped" ? sizeBytes : result.resumedFromBytes;
  return { state: "finishing", doneBytes: sizeBytes, totalBytes: sizeBytes, resumedFromBytes };
}
