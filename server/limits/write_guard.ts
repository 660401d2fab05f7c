import { formatBytes } from "#protocol/byte_units.ts";
import { sleep } from "#protocol/sleep.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { measureRoot } from "./measure_root.ts";
import { compileNameRules, type NameRules } from "./name_rules.ts";
import type { RoomCells } from "./room_cells.ts";
import type { WriteLimits } from "./write_limits.ts";

/** Looks whether another worker has measured root, and for how long at the most. */
const POLL_MS = 20;
const MEASURE_TIMEOUT_MS = 60_000;

/** The disk has as little room as is to stay free; what was uploaded so far can be continued. */
export class ReserveReached extends SluiceError {
  /** @param message Why the upload stops. */
  constructor(message: string) {
    super("disk_full", message);
  }
}

/**
 * The one place that decides whether a client may put something into root. Every handler that makes a
 * name or writes bytes asks it; limits that change hold from the next question on.
 */
export class WriteGuard {
  readonly #limits: () => WriteLimits;
  readonly #room: RoomCells;
  readonly #rootPath: string;
  #compiled: WriteLimits | undefined;
  #rules: NameRules = compileNameRules([], []);

  /**
   * @param rootPath Real path of root.
   * @param limits Gives the limits of the moment.
   * @param room How much room there is.
   */
  constructor(rootPath: string, limits: () => WriteLimits, room: RoomCells) {
    this.#rootPath = rootPath;
    this.#limits = limits;
    this.#room = room;
  }

  /**
   * Asks whether anything may be changed.
   *
   * @param act For the message, e.g. `delete "a"`.
   * @throws {SluiceError} `read_only`.
   */
  requireWritable(act: string): void {
    if (!this.#limits().isReadOnly) return;
    throw new SluiceError("read_only", `Cannot ${act}: the server is read-only`);
  }

  /**
   * Asks whether a new name may appear.
   *
   * @param path Its remote path.
   * @param act For the message.
   * @param isFolder Whether it is a folder.
   * @throws {SluiceError} `read_only` or `name_refused`.
   */
  requireName(path: string, act: string, isFolder = false): void {
    this.requireWritable(act);
    const limits = this.#limits();
    if (limits !== this.#compiled) {
      this.#compiled = limits;
      this.#rules = compileNameRules(limits.allowNames, limits.denyNames);
    }
    const refusal = this.#rules.refusal(path, isFolder);
    if (refusal !== undefined) throw new SluiceError("name_refused", `Cannot ${act}: ${refusal}`);
  }

  /**
   * Asks whether a file may be this large.
   *
   * @throws {SluiceError} `too_large`.
   */
  requireSize(sizeBytes: number, act: string): void {
    const most = this.#limits().largestFileBytes;
    if (most === 0 || sizeBytes <= most) return;
    throw new SluiceError(
      "too_large",
      `Cannot ${act}: the server takes files of up to ${formatBytes(most)}`,
    );
  }

  /**
   * Asks whether there is room for bytes that are to come. Root is measured first when that is due.
   *
   * @param bytes How many.
   * @param act For the message.
   * @param signal Ends the wait for a measurement.
   * @throws {SluiceError} `quota_exceeded`, or `disk_full` for the reserve.
   */
  async requireRoom(bytes: number, act: string, signal: AbortSignal): Promise<void> {
    const { quotaBytes, reserveBytes } = this.#limits();
    if (reserveBytes > 0 && this.#room.freeBytes - bytes < reserveBytes) {
      throw reserveReached(act, reserveBytes);
    }
    if (quotaBytes === 0) return;
    const isOver = (): boolean => this.#room.usedBytes + bytes > quotaBytes;
    const isDue = !this.#room.isMeasured || this.#room.isStale;
    if (isDue || (isOver() && this.#room.isWorthMeasuring)) await this.#measure(signal);
    if (isOver()) throw quotaExceeded(act, quotaBytes);
  }

  /**
   * Counts bytes that were written, and stops an upload that has passed a limit meanwhile.
   *
   * @throws {SluiceError} `quota_exceeded`, or `disk_full` for the reserve.
   */
  addWritten(bytes: number, act: string): void {
    const { quotaBytes, reserveBytes } = this.#limits();
    if (quotaBytes === 0 && reserveBytes === 0) return;
    this.#room.addWritten(bytes);
    if (reserveBytes > 0 && this.#room.freeBytes < reserveBytes) {
      throw reserveReached(act, reserveBytes);
    }
    if (quotaBytes > 0 && this.#room.isMeasured && this.#room.usedBytes > quotaBytes) {
      throw quotaExceeded(act, quotaBytes);
    }
  }

  async #measure(signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + MEASURE_TIMEOUT_MS;
    while (this.#room.isMeasuring && performance.now() < deadline) await sleep(POLL_MS, signal);
    if (!this.#room.isMeasured || this.#room.isWorthMeasuring) {
      await measureRoot(this.#rootPath, this.#room);
    }
  }
}

function reserveReached(act: string, reserveBytes: number): ReserveReached {
  const reserve = formatBytes(reserveBytes);
  return new ReserveReached(`Cannot ${act}: the server keeps ${reserve} of its disk free`);
}

function quotaExceeded(act: string, quotaBytes: number): SluiceError {
  return new SluiceError(
    "quota_exceeded",
    `Cannot ${act}: the server's quota of ${formatBytes(quotaBytes)} is used up`,
  );
}
