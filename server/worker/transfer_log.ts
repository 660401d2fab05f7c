import type { WorkerEvent } from "../channel.ts";

/** Transfers that last report where they are this often. */
const PROGRESS_EVERY_MS = 1_000;

/** Reports the life of one transfer to the log. */
export class TransferLog {
  readonly #emit: (event: WorkerEvent) => void;
  readonly #base: Pick<
    WorkerEvent,
    "operation" | "path" | "requestId" | "totalBytes" | "offsetBytes"
  >;
  readonly #startedMs = performance.now();
  #reportedMs = this.#startedMs;

  constructor(
    context: { readonly requestId: number; emit(event: WorkerEvent): void },
    operation: "upload" | "download" | "archive",
    path: string,
    totalBytes: number,
    offsetBytes: number,
  ) {
    this.#emit = (event): void => context.emit(event);
    this.#base = { operation, path, requestId: context.requestId, totalBytes, offsetBytes };
    this.#emit({ kind: "started", ...this.#base });
  }

  /** Reports now and then. */
  progress(doneBytes: number): void {
    const nowMs = performance.now();
    if (nowMs - this.#reportedMs < PROGRESS_EVERY_MS) return;
    this.#reportedMs = nowMs;
    this.#emit({ kind: "progress", ...this.#base, doneBytes });
  }

  /** Its client ended it, and goes on with it later (`keep`) or not at all. */
  letGo(doneBytes: number, keep: boolean): void {
    this.#emit({ kind: keep ? "kept" : "discarded", ...this.#base, doneBytes });
  }

  finished(doneBytes: number, digest: string | undefined, outcome: string): void {
    const seconds = (performance.now() - this.#startedMs) / 1000;
    this.#emit({
      kind: "finished",
      ...this.#base,
      doneBytes,
      digest: digest ?? "no digest",
      outcome,
      seconds,
    });
  }
}
