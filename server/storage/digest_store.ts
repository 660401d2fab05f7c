import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { DigestAlgorithm } from "#protocol/digest_algorithm.ts";

/** Digests that wait to be written in one transaction. */
const BATCH = 128;
/** Rows that are kept; the ones used longest ago go first. */
const MAX_ROWS = 1_000_000;
/** A file that changed this recently could change again within the same time stamp. */
const SETTLED_MS = 2_000;
/** After a failure, such as a full disk, the database is left alone for this long. */
const RETRY_AFTER_MS = 60_000;

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
 * Digests of files that were hashed before, in `state.db`. It is a cache: it may lose rows, and
 * any failure of the database only means that a file is hashed again.
 */
export class DigestStore implements Disposable {
  readonly #path: string;
  #database: DatabaseSync | undefined;
  #select: StatementSync | undefined;
  #pending: Row[] = [];
  #isClosed = false;
  #failedAtMs = -Infinity;

  /** @param statePath Path of the state folder. */
  constructor(statePath: string) {
    this.#path = join(statePath, "state.db");
  }

  /** Digests known for a version of a file, as `algorithm:hex`. */
  find(version: FileVersion): string[] {
    const pending = this.#pending.filter((row) => isSame(row, version)).map((row) => row.digest);
    const stored = this.#try((database) => {
      this.#select ??= database.prepare(
        "SELECT digest FROM file_digests WHERE " +
          "ino = ? AND size = ? AND mtime = ? AND ctime = ? AND btime = ?",
      );
      const { ino, sizeBytes, modifiedAtMs, changedAtMs, madeAtMs } = version;
      return this.#select.all(ino, sizeBytes, modifiedAtMs, changedAtMs, madeAtMs)
        .map((row) => String(row["digest"]));
    });
    return [...new Set([...stored ?? [], ...pending])];
  }

  /** The digest of one algorithm, when it is known. */
  get(version: FileVersion, algorithm: DigestAlgorithm): string | undefined {
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
    this.#try((database) => {
      database.exec("BEGIN IMMEDIATE");
      const insert = database.prepare(
        `INSERT OR REPLACE INTO file_digests (ino, size, mtime, ctime, btime, algorithm, digest)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      );
      for (const row of rows) {
        const { ino, sizeBytes, modifiedAtMs, changedAtMs, madeAtMs, digest } = row;
        const algorithm = digest.split(":", 1)[0] ?? "";
        insert.run(ino, sizeBytes, modifiedAtMs, changedAtMs, madeAtMs, algorithm, digest);
      }
      database.exec("COMMIT");
    });
  }

  /** Removes the oldest rows beyond the limit. */
  trim(): void {
    this.#try((database) => {
      database.prepare(
        "DELETE FROM file_digests WHERE rowid <= (SELECT max(rowid) FROM file_digests) - ?",
      ).run(MAX_ROWS);
    });
  }

  [Symbol.dispose](): void {
    this.flush();
    this.#close();
    this.#isClosed = true;
  }

  #try<T>(use: (database: DatabaseSync) => T): T | undefined {
    const isPaused = performance.now() - this.#failedAtMs < RETRY_AFTER_MS;
    if (this.#isClosed || isPaused) return undefined;
    try {
      this.#database ??= open(this.#path);
      return use(this.#database);
    } catch {
      // A cache that cannot be used is not used: the files themselves are served all the same.
      this.#failedAtMs = performance.now();
      // Also ends a transaction that would keep all other workers from writing.
      this.#close();
      return undefined;
    }
  }

  #close(): void {
    const database = this.#database;
    this.#database = undefined;
    this.#select = undefined;
    try {
      database?.close();
    } catch {
      // What went wrong with it before may do so again; it is not used any more either way.
    }
  }
}

function isSame(a: FileVersion, b: FileVersion): boolean {
  return a.ino === b.ino && a.sizeBytes === b.sizeBytes && a.modifiedAtMs === b.modifiedAtMs &&
    a.changedAtMs === b.changedAtMs && a.madeAtMs === b.madeAtMs;
}

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    prepare(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepare(database: DatabaseSync): void {
  database.exec(
    `PRAGMA busy_timeout = 2000;
     PRAGMA journal_mode = WAL;
     PRAGMA synchronous = OFF;
     CREATE TABLE IF NOT EXISTS file_digests (
       ino INTEGER NOT NULL, size INTEGER NOT NULL,
       mtime INTEGER NOT NULL, ctime INTEGER NOT NULL, btime INTEGER NOT NULL,
       algorithm TEXT NOT NULL, digest TEXT NOT NULL,
       PRIMARY KEY (ino, size, mtime, ctime, btime, algorithm)
     );`,
  );
}
