// @ts-check
/** Works the queue of uploads off: a few at once, patiently. */

import { forgetUpload } from "../api/forget_upload.js";
import { remedyFor, waitBeforeRetry } from "../state/upload_fault.js";
import {
  changeUpload,
  findUpload,
  isActive,
  newUpload,
  nextToStart,
} from "../state/upload_queue.js";
import { AttemptProgress } from "./attempt_progress.js";
import { asUploadFault } from "./upload_fault.js";
import { runUpload } from "./upload_run.js";

/** @typedef {import("../types.js").UploadItem} UploadItem */
/** @typedef {import("../types.js").OnConflict} OnConflict */

/**
 * @typedef {object} Work What the queue needs beside an upload's data.
 * @property {File} file
 * @property {string | null} url
 * @property {AbortController | null} running
 * @property {number} attempt Retries since something was sent.
 * @property {ReturnType<typeof setTimeout> | undefined} timer
 * @property {AttemptProgress | null} progress Of the running attempt.
 * @property {Promise<void>} ended Resolves when the last attempt is over.
 */

/** After so many waits without a byte (about 15 minutes) somebody has to look. */
const MOST_RETRIES = 120;

/** The uploads of this page. */
export class UploadEngine {
  #store;
  #onPublished;
  #nextId = 1;
  /** @type {Map<number, Work>} */
  #work = new Map();
  /** @type {OnConflict | null} What was chosen for all conflicts of this run of the queue. */
  #choice = null;

  /**
   * @param {import("../store.js").Store} store
   * @param {(item: UploadItem) => void} onPublished
   */
  constructor(store, onPublished) {
    this.#store = store;
    this.#onPublished = onPublished;
  }

  /** @param {readonly {path: string, file: File}[]} files Remote paths. */
  add(files) {
    const isFresh = !this.#items.some((item) => isActive(item.state));
    if (isFresh) this.#choice = null;
    const items = files.map(({ path, file }) => {
      const item = newUpload(this.#nextId++, path, file.size);
      this.#work.set(item.id, {
        file,
        url: null,
        running: null,
        attempt: 0,
        timer: undefined,
        progress: null,
        ended: Promise.resolve(),
      });
      return item;
    });
    this.#store.set({ uploads: [...this.#items, ...items] });
    this.#pump();
  }

  /** @param {number} id */
  pause(id) {
    const item = findUpload(this.#items, id);
    if (item === undefined || !isActive(item.state)) return;
    this.#stop(id);
    this.#change(id, { state: "paused", bytesPerSecond: 0, note: "" });
    this.#pump();
  }

  /** Starts a paused or failed upload again, from where it was. @param {number} id */
  resume(id) {
    const item = findUpload(this.#items, id);
    const work = this.#work.get(id);
    if (work === undefined || (item?.state !== "paused" && item?.state !== "failed")) return;
    work.attempt = 0;
    this.#change(id, { state: "queued", note: "" });
    this.#pump();
  }

  /** Ends an upload for good; the server forgets its bytes. @param {number} id */
  async cancel(id) {
    const work = this.#work.get(id);
    this.#stop(id);
    this.#work.delete(id);
    this.#store.set({ uploads: this.#items.filter((item) => item.id !== id) });
    this.#pump();
    if (work === undefined) return;
    await work.ended;
    if (work.url === null) return;
    try {
      await forgetUpload(work.url);
    } catch {
      // The server is away: it forgets the upload by itself after a week.
    }
  }

  /**
   * Answers the question what to do with a name that is taken.
   *
   * @param {number} id
   * @param {OnConflict} choice
   * @param {boolean} isForAll Also for those that ask already, and until the queue is worked off.
   */
  decide(id, choice, isForAll) {
    if (isForAll) this.#choice = choice;
    for (const item of this.#items) {
      if (item.state !== "conflict" || (item.id !== id && !isForAll)) continue;
      this.#answer(item.id, choice);
    }
    this.#pump();
  }

  pauseAll() {
    for (const { id } of this.#items) this.pause(id);
  }

  resumeAll() {
    for (const { id } of this.#items) this.resume(id);
  }

  async cancelAll() {
    await Promise.all(
      this.#items.filter((item) => item.state !== "done").map(({ id }) => this.cancel(id)),
    );
  }

  /** Takes what is over off the list. */
  clearDone() {
    const uploads = this.#items.filter((item) => item.state !== "done" && item.state !== "failed");
    for (const item of this.#items) {
      if (!uploads.includes(item)) this.#work.delete(item.id);
    }
    this.#store.set({ uploads });
  }

  /**
   * Takes in what the server tells of its transfers.
   *
   * @param {readonly import("../types.js").Operation[]} operations
   */
  observe(operations) {
    if (!this.#items.some((item) => item.state === "running")) return;
    const uploads = operations.filter((one) => one.operation === "upload");
    const byPath = new Map(uploads.map((one) => [one.path, one]));
    for (const item of this.#items) {
      const told = item.state === "running" ? byPath.get(item.path) : undefined;
      if (told === undefined) continue;
      const progress = { sentBytes: told.doneBytes ?? 0, bytesPerSecond: told.rate };
      this.#work.get(item.id)?.progress?.tell(progress);
    }
  }

  /** The server is there again: nobody needs to wait any longer. */
  wake() {
    for (const item of this.#items) {
      if (item.state === "waiting") this.#start(item.id);
    }
  }

  /** @returns {readonly UploadItem[]} */
  get #items() {
    return this.#store.state.uploads;
  }

  /** @param {number} id @param {Partial<UploadItem>} change */
  #change(id, change) {
    this.#store.drift({ uploads: changeUpload(this.#items, id, change) });
  }

  #pump() {
    for (let next = nextToStart(this.#items); next !== undefined; next = nextToStart(this.#items)) {
      this.#start(next.id);
    }
  }

  /** @param {number} id */
  #stop(id) {
    const work = this.#work.get(id);
    clearTimeout(work?.timer);
    work?.running?.abort();
  }

  /** @param {number} id */
  #start(id) {
    const item = findUpload(this.#items, id);
    const work = this.#work.get(id);
    if (item === undefined || work === undefined) return;
    clearTimeout(work.timer);
    work.running = new AbortController();
    this.#change(id, { state: "running", note: "" });
    work.ended = this.#attempt(item, work, work.running.signal, work.ended);
  }

  /**
   * @param {UploadItem} item
   * @param {Work} work
   * @param {AbortSignal} signal
   * @param {Promise<void>} before The attempt before: the server lets one go on at a time.
   */
  async #attempt(item, work, signal, before) {
    await before;
    if (signal.aborted) return;
    const progress = work.progress = new AttemptProgress((change) => {
      if (!signal.aborted) this.#change(item.id, change);
    });
    let best = item.sentBytes;
    try {
      const published = await runUpload(work.file, {
        path: item.path,
        onConflict: item.onConflict,
        url: work.url,
        signal,
        onUrl: (url) => work.url = url,
        onResumed: (bytes) => progress.beginAt(bytes),
        onProgress: (bytes) => {
          // Something moves: the next interruption is a new one.
          if (bytes > best) work.attempt = 0;
          best = Math.max(best, bytes);
          progress.send(bytes);
        },
      });
      if (!signal.aborted) this.#publish(item.id, published);
    } catch (error) {
      if (!signal.aborted) this.#mend(item.id, work, error);
    }
    work.progress = null;
    this.#pump();
  }

  /** @param {number} id @param {import("./upload_run.js").Published} published */
  #publish(id, { outcome, path }) {
    const item = findUpload(this.#items, id);
    if (item === undefined) return;
    const note = outcome === "skipped" ? "Skipped: the name is taken" : "";
    this.#change(id, {
      state: "done",
      sentBytes: item.sizeBytes,
      bytesPerSecond: 0,
      note: path === item.path ? note : `Saved as ${path}`,
    });
    // The file is not needed any more; thousands would keep memory.
    this.#work.delete(id);
    this.#onPublished(item);
  }

  /** @param {number} id @param {Work} work @param {unknown} error */
  #mend(id, work, error) {
    const fault = asUploadFault(error);
    const remedy = remedyFor(fault);
    if (remedy === "restart") work.url = null;
    if (remedy === "conflict") return this.#ask(id, work);
    if (remedy === "fail" || work.attempt >= MOST_RETRIES) {
      return this.#change(id, { state: "failed", bytesPerSecond: 0, note: fault.message });
    }
    const waitMs = waitBeforeRetry(work.attempt++, Math.random());
    this.#change(id, {
      state: "waiting",
      bytesPerSecond: 0,
      note: `${fault.message}. Trying again`,
    });
    work.timer = setTimeout(() => this.#start(id), waitMs);
  }

  /** @param {number} id @param {Work} work */
  #ask(id, work) {
    // The bytes are kept: the next attempt finds them by path and size.
    work.url = null;
    if (this.#choice === null) this.#change(id, { state: "conflict", bytesPerSecond: 0 });
    else this.#answer(id, this.#choice);
  }

  /** @param {number} id @param {OnConflict} choice */
  #answer(id, choice) {
    const sentBytes = findUpload(this.#items, id)?.sizeBytes ?? 0;
    if (choice === "skip") {
      this.#change(id, { state: "done", sentBytes, note: "Skipped: the name is taken" });
      this.#work.delete(id);
    } else {
      this.#change(id, { state: "queued", onConflict: choice });
    }
  }
}
