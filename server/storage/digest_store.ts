import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { DigestAlgorithm } from "#protocol/digest_algorithm.ts";

/** Digests that wait to be written in one transaction. */
const BATCH = 128;
/** Rows that are kept; the ones used longest ago go first. */
const MAX_ROWS = 1_000_000;
/** A file that changed this recently could change again within the same time stamp. */
const SETTLED_MS = 2_000;

/** What identifies a version of a file: it is another one when any of these differ. */
export interface FileVersion {
  readonly ino: number;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
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
  #isBroken = false;

  /** @param statePath Path of the state folder. */
  constructor(statePath: string) {
    this.#path = join(statePath, "state.db");
  }

  /** Digests known for a version of a file, as `algorithm:hex`. */
  find(version: FileVersion): string[] {
    const pending = this.#pending.filter((row) => isSame(row, version)).map((row) => row.digest);
    const stored = this.#try((database) => {
      this.#select ??= database.prepare(
        "SELECT digest FROM digests WHERE ino = ? AND size = ? AND mtime = ?",
      );
      return this.#select.all(version.ino, version.sizeBytes, version.modifiedAtMs)
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
    if (!isOurs && Date.now() - version.modifiedAtMs < SETTLED_MS) return;
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
        "INSERT OR REPLACE INTO digests (ino, size, mtime, algorithm, digest) VALUES (?, ?, ?, ?, ?)",
      );
      for (const row of rows) {
        const algorithm = row.digest.split(":", 1)[0] ?? "";
        insert.run(row.ino, row.sizeBytes, row.modifiedAtMs, algorithm, row.digest);
      }
      database.exec("COMMIT");
    });
  }

  /** Removes the oldest rows beyond the limit. */
  trim(): void {
    this.#try((database) => {
      database.prepare(
        "DELETE FROM digests WHERE rowid <= (SELECT max(rowid) FROM digests) - ?",
      ).run(MAX_ROWS);
    });
  }

  [Symbol.dispose](): void {
    this.flush();
    this.#database?.close();
    this.#database = undefined;
    this.#isBroken = true;
  }

  #try<T>(use: (database: DatabaseSync) => T): T | undefined {
    if (this.#isBroken) return undefined;
    try {
      this.#database ??= open(this.#path);
      return use(this.#database);
    } catch {
      // A cache that cannot be used is not used: the files themselves are served all the same.
      this.#isBroken = true;
      return undefined;
    }
  }
}

function isSame(a: FileVersion, b: FileVersion): boolean {
  return a.ino === b.ino && a.sizeBytes === b.sizeBytes && a.modifiedAtMs === b.modifiedAtMs;
}

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec(
    `PRAGMA busy_timeout = 2000;
     PRAGMA journal_mode = WAL;
     PRAGMA synchronous = OFF;
     CREATE TABLE IF NOT EXISTS digests (
       ino INTEGER NOT NULL, size INTEGER NOT NULL, mtime INTEGER NOT NULL,
       algorithm TEXT NOT NULL, digest TEXT NOT NULL,
       PRIMARY KEY (ino, size, mtime, algorithm)
     );`,
  );
  return database;
}
