import type { TransferDirection, TransferProgress } from "../../types.ts";
import { RateMeter } from "./rate_meter.ts";

/** One transfer that is under way, as it is shown. */
export interface BoardRow {
  readonly name: string;
  readonly direction: TransferDirection;
  readonly progress: TransferProgress;
  /** Bytes per second; undefined while there is too little to tell. */
  readonly rate: number | undefined;
  /** When the next try comes, by the board's clock; only in state `retrying`. */
  readonly retryAtMs: number | undefined;
}

/** All files of the command together. */
export interface BoardTotal {
  readonly files: number;
  /** Whether more files may still be found. */
  readonly isCounting: boolean;
  readonly endedFiles: number;
  readonly failedFiles: number;
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly rate: number | undefined;
}

/** All that is shown at one instant. */
export interface BoardState {
  readonly nowMs: number;
  /** In the order in which they began. */
  readonly rows: readonly BoardRow[];
  readonly total: BoardTotal;
}

interface Row {
  readonly name: string;
  readonly direction: TransferDirection;
  readonly meter: RateMeter;
  progress: TransferProgress;
  retryAtMs: number | undefined;
}

/** Keeps what the transfers of one command report. Knows nothing of terminals. */
export class Board {
  readonly #rows = new Map<number, Row>();
  readonly #meter = new RateMeter();
  #files = 0;
  #isCounting = true;
  #endedFiles = 0;
  #failedFiles = 0;
  /** Bytes of files that ended, whatever came of them. */
  #endedBytes = 0;
  /** Bytes of all files as far as known. */
  #knownBytes = 0;
  /** Bytes that really moved: what was resumed or skipped did not. */
  #movedBytes = 0;

  /** A file was found that will be transferred. */
  plan(sizeBytes: number): void {
    this.#files++;
    this.#knownBytes += sizeBytes;
  }

  /** All files are found. */
  planned(): void {
    this.#isCounting = false;
  }

  /**
   * A transfer begins.
   *
   * @param id Unique in this board.
   * @param name What to call it.
   * @param direction Which way it goes.
   * @param sizeBytes The size that was planned for it.
   */
  start(id: number, name: string, direction: TransferDirection, sizeBytes: number): void {
    const progress: TransferProgress = {
      state: "waiting",
      doneBytes: 0,
      totalBytes: sizeBytes,
      resumedFromBytes: 0,
    };
    this.#rows.set(id, {
      name,
      direction,
      meter: new RateMeter(),
      progress,
      retryAtMs: undefined,
    });
  }

  /** A transfer reports where it stands. */
  update(id: number, progress: TransferProgress, nowMs: number): void {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    this.#knownBytes += progress.totalBytes - row.progress.totalBytes;
    this.#movedBytes += Math.max(0, movedBytes(progress) - movedBytes(row.progress));
    row.progress = progress;
    row.retryAtMs = progress.retryInMs === undefined ? undefined : nowMs + progress.retryInMs;
    row.meter.add(nowMs, movedBytes(progress));
    this.#meter.add(nowMs, this.#movedBytes);
  }

  /** A transfer ended. */
  end(id: number, outcome: "finished" | "failed"): void {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    this.#rows.delete(id);
    this.#endedFiles++;
    if (outcome === "failed") this.#failedFiles++;
    this.#endedBytes += row.progress.totalBytes;
  }

  /** A file failed before its transfer could begin. */
  failUnstarted(): void {
    this.#files++;
    this.#endedFiles++;
    this.#failedFiles++;
  }

  /** Takes a picture of all that is shown. */
  state(nowMs: number): BoardState {
    let activeBytes = 0;
    const rows = [...this.#rows.values()].map((row): BoardRow => {
      activeBytes += row.progress.doneBytes;
      const { name, direction, progress, retryAtMs } = row;
      return { name, direction, progress, retryAtMs, rate: row.meter.rate(nowMs) };
    });
    const total: BoardTotal = {
      files: this.#files,
      isCounting: this.#isCounting,
      endedFiles: this.#endedFiles,
      failedFiles: this.#failedFiles,
      doneBytes: this.#endedBytes + activeBytes,
      totalBytes: this.#knownBytes,
      rate: this.#meter.rate(nowMs),
    };
    return { nowMs, rows, total };
  }
}

function movedBytes(progress: TransferProgress): number {
  return Math.max(0, progress.doneBytes - progress.resumedFromBytes);
}
