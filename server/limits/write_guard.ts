import { formatBytes } from "#protocol/byte_units.ts";
import type { RemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { outerPath } from "../storage/subtree.ts";
import type { NameRules } from "./name_rules.ts";
import type { Quota } from "./quota.ts";
import type { RoomCells } from "./room_cells.ts";
import type { WriteLimits } from "./write_limits.ts";

/** What a guard goes by. */
export interface WriteGuardParts {
  /** The limits of the moment. */
  readonly limits: () => WriteLimits;
  /** Globs of these limits. */
  readonly rules: () => NameRules;
  /** How much of the disk is free. */
  readonly room: RoomCells;
  /** Of the server, and of the access token when it has one. */
  readonly quotas: readonly Quota[];
  /** Where the client's paths begin: globs are about those from root. */
  readonly base: RemotePath;
}

/**
 * The one place that decides whether a client may put something into root. Every handler that makes a
 * name or writes bytes asks it; limits that change hold from the next question on.
 */
export class WriteGuard {
  readonly #parts: WriteGuardParts;

  /** @param parts What it goes by. */
  constructor(parts: WriteGuardParts) {
    this.#parts = parts;
  }

  /**
   * Asks whether anything may be changed.
   *
   * @param act For the message, e.g. `delete "a"`.
   * @throws {SluiceError} `read_only`.
   */
  requireWritable(act: string): void {
    if (!this.#parts.limits().isReadOnly) return;
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
    const refusal = this.#parts.rules().refusal(outerPath(this.#parts.base, path), isFolder);
    if (refusal !== undefined) throw new SluiceError("name_refused", `Cannot ${act}: ${refusal}`);
  }

  /**
   * Asks whether a file may be this large.
   *
   * @throws {SluiceError} `too_large`.
   */
  requireSize(sizeBytes: number, act: string): void {
    const most = this.#parts.limits().largestFileBytes;
    if (most === 0 || sizeBytes <= most) return;
    throw new SluiceError(
      "too_large",
      `Cannot ${act}: the server takes files of up to ${formatBytes(most)}`,
    );
  }

  /**
   * Asks whether an upload may go on, as it did when it began: limits may have changed since.
   *
   * @param path Its remote path.
   * @param sizeBytes Bytes of the whole file, as far as they are known.
   * @param act For the message.
   * @throws {SluiceError} `read_only`, `name_refused` or `too_large`.
   */
  requireFile(path: string, sizeBytes: number, act: string): void {
    this.requireName(path, act);
    this.requireSize(sizeBytes, act);
  }

  /**
   * Asks whether there is room for bytes that are to come. What is used is counted first when that is due.
   *
   * @param bytes How many.
   * @param act For the message.
   * @param signal Ends the wait for that.
   * @throws {SluiceError} `quota_exceeded`, or `disk_full` for the reserve.
   */
  async requireRoom(bytes: number, act: string, signal: AbortSignal): Promise<void> {
    const { limits, room, quotas } = this.#parts;
    const { reserveBytes } = limits();
    if (reserveBytes > 0 && room.freeBytes - bytes < reserveBytes) {
      throw reserveReached(act, reserveBytes);
    }
    for (const quota of quotas) await quota.requireRoom(bytes, act, signal);
  }

  /**
   * Counts bytes that were written, and stops an upload that has passed a limit meanwhile.
   *
   * @throws {SluiceError} `quota_exceeded`, or `disk_full` for the reserve.
   */
  addWritten(bytes: number, act: string): void {
    const { limits, room, quotas } = this.#parts;
    const { reserveBytes } = limits();
    if (reserveBytes > 0) {
      room.takeFree(bytes);
      if (room.freeBytes < reserveBytes) throw reserveReached(act, reserveBytes);
    }
    for (const quota of quotas) quota.addWritten(bytes, act);
  }
}

function reserveReached(act: string, reserveBytes: number): SluiceError {
  const reserve = formatBytes(reserveBytes);
  return new SluiceError(
    "disk_full",
    `Cannot ${act}: the server keeps ${reserve} of its disk free`,
  );
}
