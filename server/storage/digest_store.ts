import type { ChecksumAlgorithm } from "#protocol/digest_algorithm.ts";
import type { PreparingDatabase, StateDatabase } from "./state_database.ts";

/** Digests that wait to be written in one transaction. */
const BATCH = 512;
/** Rows that are kept; the ones used longest ago go first. */
const MAX_ROWS = 1_000_000;
/** A file that changed this recently could change again within the same time stamp. */
const SETTLED_MS = 2_000;

/** What identifies a version of a file: it is another one when any of these differ. */
export interface FileVersion {
  readonly ino: number;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  /** When content or attributes last changed, to the second: the one time that no program can set. */
  readonly changedAtMs: number;
  /** When the file was made: tells it from an earlier one that had the same inode. */
  readonly madeAtMs: number;
}

interface Row extends FileVersion {
  readonly digest: string;
}

/**
 * Digests of files that were hashed before, in the state database. It is a cache: it may lose rows, and
 * any failure of the database only means that a file is hashed again.
 */
export class DigestStore {
  readonly #database: StateDatabase;
  #pending: Row[] = [];

  constructor(database: StateDatabase) {
    this.#database = database;
  }

  /** Digests known for a version of a file, as `algorithm:hex`. */
  find(version: FileVersion): string[] {
    const pending = this.#pending.filter((row) => isSame(row, version)).map((row) => row.digest);
    const stored = this.#database.attempt((database) => {
      const { ino, sizeBytes, modifiedAtMs, changedAtMs, madeAtMs } = version;
      return database.prepare(
        "SELECT digest FROM file_digests WHERE " +
          "ino = ? AND size = ? AND mtime = ? AND ctime = ? AND btime = ?",
      ).all(ino, sizeBytes, modifiedAtMs, changedAtMs, madeAtMs)
        .map((row) => String(row["digest"]));
    });
    return [...new Set([...stored ?? [], ...pending])];
  }

  /** The digest of one algorithm, when it is known. */
  get(version: FileVersion, algorithm: ChecksumAlgorithm): string | undefined {
    return this.find(version).find((digest) => digest.startsWith(`${algorithm}:`));
  }

  /**
   * Notes a digest; it is written with others, at the latest by {@linkcode DigestStore.flush}.
   *
   * @param isOurs The file was just published by us, so nobody else has it open for writing.
   */
  add(version: FileVersion, digest: string, isOurs: boolean): void {
    const { modifiedAtMs, changedAtMs } = version;
    if (!isOurs && Date.now() - Math.max(modifiedAtMs, changedAtMs) < SETTLED_MS) return;
    this.#pending.push({ ...version, digest });
    if (this.#pending.length >= BATCH) this.flush();
  }

  /** Writes what waits. */
  flush(): void {
    if (this.#pending.length === 0) return;
    const rows = this.#pending;
    this.#pending = [];
    this.#database.transact((database) => {
      for (const row of rows) insertRow(database, row);
    });
  }

  /** Removes the oldest rows beyond the limit. */
  trim(): void {
    this.#database.attempt((database) => {
      database.prepare(
        "DELETE FROM file_digests WHERE rowid <= (SELECT max(rowid) FROM file_digests) - ?",
      ).run(MAX_ROWS);
    });
  }
}

function insertRow(database: PreparingDatabase, row: Row): void {
  const { ino, sizeBytes, modifiedAtMs, changedAtMs, madeAtMs, digest } = row;
  const algorithm = digest.split(":", 1)[0] ?? "";
  database.prepare(
    `INSERT OR REPLACE INTO file_digests (ino, size, mtime, ctime, btime, algorithm, digest)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  ).run(ino, sizeBytes, modifiedAtMs, changedAtMs, madeAtMs, algorithm, digest);
}

function isSame(a: FileVersion, b: FileVersion): boolean {
  return a.ino === b.ino && a.sizeBytes === b.sizeBytes && a.modifiedAtMs === b.modifiedAtMs &&
    a.changedAtMs === b.changedAtMs && a.madeAtMs === b.madeAtMs;
}
