import type { HistoryRecord } from "#protocol/replies.ts";
import type { GaugeWriter } from "../work_gauge.ts";

/** Operations that the history keeps. */
export type HistoryOperation = HistoryRecord["operation"];

/** What a handler tells of its request while it runs, for the history and for those who watch. */
export class HistoryDraft {
  readonly startedMs: number = performance.now();
  readonly #gauge: GaugeWriter;
  #path: string | undefined;
  #bytes = 0;
  #offsetBytes = 0;
  /** The new name. */
  target: string | undefined;
  digest: string | undefined;
  /** Nothing was done after all, or it is recorded by somebody else. */
  isQuiet = false;
  /** Its files are told of one by one in the audit log, when they get their names. */
  isToldLater = false;
  /** The client let go of its upload, which is no failure. */
  isLetGo = false;

  /** @param gauge Shows path and progress to those who watch. */
  constructor(gauge: GaugeWriter) {
    this.#gauge = gauge;
  }

  /** Remote path; a request that gets no further than this is not recorded. */
  get path(): string | undefined {
    return this.#path;
  }

  set path(path: string) {
    this.#path = path;
    this.#gauge.setPath(path);
  }

  /** Bytes that moved. */
  get bytes(): number {
    return this.#bytes;
  }

  set bytes(bytes: number) {
    this.#bytes = bytes;
    this.#gauge.setDone(this.#offsetBytes + bytes);
  }

  /**
   * Says where the bytes that will move begin and end, counted from the start of the file.
   *
   * @param totalBytes Their end.
   * @param offsetBytes Their beginning.
   */
  expect(totalBytes: number, offsetBytes: number): void {
    this.#offsetBytes = offsetBytes;
    this.showProgress(offsetBytes + this.#bytes, totalBytes);
  }

  /** Shows how far something is that moves no bytes, such as hashing. */
  showProgress(doneBytes: number, totalBytes: number): void {
    this.#gauge.setDone(doneBytes);
    this.#gauge.setTotal(totalBytes);
  }
}
