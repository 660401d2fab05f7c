import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** After a failure, such as a full disk, the database is left alone for this long. */
const RETRY_AFTER_MS = 60_000;

/**
 * The database in the state folder. What it keeps helps, but nothing depends on it: when it fails,
 * files are served all the same. Opened on first use; every worker has its own handle.
 */
export class StateDatabase implements Disposable {
  readonly #path: string;
  #database: DatabaseSync | undefined;
  #failedAtMs = -Infinity;
  #isClosed = false;

  /** @param statePath Path of the state folder. */
  constructor(statePath: string) {
    this.#path = join(statePath, "state.db");
  }

  /**
   * Uses the database.
   *
   * @param use Gets the open database.
   * @returns What `use` returns, or `undefined` when the database cannot be used now.
   */
  attempt<T>(use: (database: DatabaseSync) => T): T | undefined {
    if (this.#isClosed || performance.now() - this.#failedAtMs < RETRY_AFTER_MS) return undefined;
    try {
      this.#database ??= open(this.#path);
      return use(this.#database);
    } catch {
      // What could not be kept is lost, or computed again; the files themselves are served.
      this.#failedAtMs = performance.now();
      this.#close();
      return undefined;
    }
  }

  /** Uses the database inside one transaction. */
  transact(use: (database: DatabaseSync) => void): void {
    this.attempt((database) => {
      database.exec("BEGIN IMMEDIATE");
      use(database);
      database.exec("COMMIT");
    });
  }

  [Symbol.dispose](): void {
    this.#close();
    this.#isClosed = true;
  }

  #close(): void {
    this.#database?.close();
    this.#database = undefined;
  }
}

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec(
    `PRAGMA busy_timeout = 2000;
     PRAGMA journal_mode = WAL;
     PRAGMA synchronous = NORMAL;
     CREATE TABLE IF NOT EXISTS known_digests (
       ino INTEGER NOT NULL, size INTEGER NOT NULL, mtime INTEGER NOT NULL, ctime INTEGER NOT NULL,
       algorithm TEXT NOT NULL, digest TEXT NOT NULL,
       PRIMARY KEY (ino, size, mtime, ctime, algorithm)
     );
     CREATE TABLE IF NOT EXISTS history (
       id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, peer TEXT NOT NULL,
       operation TEXT NOT NULL, path TEXT NOT NULL, target TEXT, bytes INTEGER NOT NULL,
       seconds REAL NOT NULL, digest TEXT, outcome TEXT NOT NULL
     );`,
  );
  return database;
}
