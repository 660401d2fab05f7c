import { dirname } from "node:path";
import { getLogger } from "@logtape/logtape";
import { escapeText } from "#protocol/escape_text.ts";

/** Lines wait this long, so that many are written at once; a kill loses no older ones. */
const WRITE_AFTER_MS = 200;
/** A log that cannot be written is tried again this often. */
const RETRY_AFTER_MS = 1_000;
/** Bytes that wait for a disk that takes none; further lines are counted and dropped. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/** Where the audit log is, and how much of it is kept. */
export interface AuditSettings {
  /** The file that is written; older ones stand beside it as `FILE.1` (the newest), `FILE.2` and so on. */
  readonly file: string;
  /** A file over this many bytes is put aside. @default 100_000_000 */
  readonly sizeBytes: number;
  /** How many old files stay. @default 10 */
  readonly keep: number;
}

/** Sizes of an audit log that is told none. */
export const AUDIT_DEFAULTS: Omit<AuditSettings, "file"> = { sizeBytes: 100_000_000, keep: 10 };

/**
 * Writes lines to a file that is put aside when it is large. Writing is off the path of the data and in
 * batches, and a disk that takes nothing holds up nobody: that is said once in the server's log.
 */
export class AuditLog implements AsyncDisposable {
  readonly #settings: AuditSettings;
  readonly #logger = getLogger(["sluice", "audit"]);
  #file: Deno.FsFile;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  /** What a failed write has left of a batch: its lines are cut where the disk was full. */
  #rest: Uint8Array = new Uint8Array(0);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> | undefined;
  #lost = 0;
  #isFailing = false;
  #mustReopen = false;
  #isClosed = false;

  private constructor(settings: AuditSettings, file: Deno.FsFile) {
    this.#settings = settings;
    this.#file = file;
  }

  /**
   * Opens the log, or goes on with the one that is there.
   *
   * @param settings Where it is.
   * @throws {RangeError} When it cannot be written.
   */
  static async open(settings: AuditSettings): Promise<AuditLog> {
    try {
      const log = new AuditLog(settings, await openFile(settings.file));
      await log.#begin();
      return log;
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new RangeError(`Cannot write the audit log "${settings.file}": ${why}`, { cause });
    }
  }

  /**
   * Takes whole lines; they are written a little later.
   *
   * @param lines Text that ends with a line end.
   */
  add(lines: string): void {
    if (this.#isClosed) return;
    const bytes = encoder.encode(lines);
    if (this.#waitingBytes + bytes.byteLength > MAX_WAITING_BYTES) {
      this.#lost += lines.split("\n").length - 1;
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.byteLength;
    this.#timer ??= setTimeout(() => void this.#write(), WRITE_AFTER_MS);
  }

  /** Opens the file anew, for a program that has put it aside. What waits goes into the new one. */
  reopen(): void {
    if (this.#isClosed) return;
    this.#mustReopen = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#write(), 0);
  }

  /** Writes what waits, once, and closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    await this.#writing;
    await this.#write();
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#file.close();
  }

  #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // One at a time, or both would write the same rest; its end sees what has come meanwhile.
    if (this.#writing !== undefined) return this.#writing;
    this.#writing = this.#writeWaiting().finally(() => {
      this.#writing = undefined;
      const isMore = this.#mustReopen || this.#waiting.length > 0 || this.#rest.byteLength > 0;
      if (this.#isClosed || !isMore) return;
      const pauseMs = this.#mustReopen ? 0 : WRITE_AFTER_MS;
      const afterMs = this.#isFailing ? RETRY_AFTER_MS : pauseMs;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#write(), afterMs);
    });
    return this.#writing;
  }

  async #writeWaiting(): Promise<void> {
    try {
      if (this.#mustReopen || await this.#isMoved()) await this.#replaceFile();
      // First what a failed write has left, then what came since.
      await this.#writeRest();
      this.#takeBatch();
      await this.#writeRest();
      if ((await this.#file.stat()).size > this.#settings.sizeBytes) await this.#rotate();
      this.#onSuccess();
    } catch (error) {
      this.#onFailure(error);
    }
  }

  #takeBatch(): void {
    const batch = new Uint8Array(this.#waitingBytes);
    let at = 0;
    for (const bytes of this.#waiting) {
      batch.set(bytes, at);
      at += bytes.byteLength;
    }
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#rest = batch;
  }

  async #writeRest(): Promise<void> {
    while (this.#rest.byteLength > 0) {
      const writtenBytes = await this.#file.write(this.#rest);
      this.#rest = this.#rest.subarray(writtenBytes);
    }
  }

  /** A line that a kill has cut is ended, so that the next one can be read. */
  async #begin(): Promise<void> {
    if ((await this.#file.stat()).size === 0) return;
    using reader = await Deno.open(this.#settings.file);
    await reader.seek(-1, Deno.SeekMode.End);
    const last = new Uint8Array(1);
    await reader.read(last);
    if (last[0] !== 0x0a) this.#rest = encoder.encode("\n");
    await this.#writeRest();
  }

  async #replaceFile(): Promise<void> {
    // First what belongs to a line that stands in the old file in part.
    await this.#writeRest();
    const file = await openFile(this.#settings.file);
    this.#file.close();
    this.#file = file;
    this.#mustReopen = false;
    await this.#begin();
  }

  /** Whether the name means another file by now: somebody has put ours aside. */
  async #isMoved(): Promise<boolean> {
    const ours = await this.#file.stat();
    const named = await ifThere(() => Deno.stat(this.#settings.file));
    return named?.ino !== ours.ino || named.dev !== ours.dev;
  }

  async #rotate(): Promise<void> {
    const { file, keep } = this.#settings;
    // Another process of this server may write to the same log, and find it too large at the same time.
    await this.#file.lock(true);
    if (await this.#isMoved()) return await this.#replaceFile();
    for (let age = keep; age >= 1; age--) {
      const older = `${file}.${age}`;
      await ifThere(() => Deno.rename(age === 1 ? file : `${file}.${age - 1}`, older));
    }
    if (keep === 0) await ifThere(() => Deno.remove(file));
    this.#mustReopen = true;
    await this.#replaceFile();
  }

  #onSuccess(): void {
    if (!this.#isFailing && this.#lost === 0) return;
    const lost = this.#lost;
    this.#isFailing = false;
    this.#lost = 0;
    this.#logger.warn("the audit log is written again; {lost} lines are lost", { lost });
  }

  #onFailure(error: unknown): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#logger.error("cannot write the audit log: {reason}; it is tried again", {
      reason: escapeText(error instanceof Error ? error.message : String(error)),
    });
  }
}

const encoder = new TextEncoder();

async function openFile(path: string): Promise<Deno.FsFile> {
  await Deno.mkdir(dirname(path), { recursive: true });
  // It tells who did what: others on this machine need not read it.
  return await Deno.open(path, { append: true, create: true, mode: 0o600 });
}

async function ifThere<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return undefined;
  }
}
