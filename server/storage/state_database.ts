import { join } from "./local_path.ts";
import { DatabaseSync, type StatementSync } from "node:sqlite";

/** After a failure, such as a full disk, the database is left alone for this long. */
const RETRY_AFTER_MS = 60_000;
/** When others only write to it at the same time, this is enough. */
const RETRY_BUSY_MS = 100;

/** An open database that keeps its prepared statements. */
export interface PreparingDatabase {
  /** The statement for a text, compiled once. */
  prepare(sql: string): StatementSync;
}

/**
 * The database in the state folder. What it keeps helps, but nothing depends on it: when it fails,
 * files are served all the same. Opened on first use; every worker has its own handle.
 */
export class StateDatabase implements Disposable {
  readonly #path: string;
  #database: DatabaseSync | undefined;
  readonly #statements = new Map<string, StatementSync>();
  #restsUntilMs = -Infinity;
  #isBusy = false;
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
  attempt<T>(use: (database: PreparingDatabase) => T): T | undefined {
    if (this.#isClosed || performance.now() < this.#restsUntilMs) return undefined;
    try {
      const database = this.#database ??= open(this.#path);
      const result = use({ prepare: (sql) => this.#prepare(database, sql) });
      this.#isBusy = false;
      return result;
    } catch (error) {
      // What could not be kept is lost, or computed again; the files themselves are served.
      this.#isBusy = isBusy(error);
      this.#restsUntilMs = performance.now() + (this.#isBusy ? RETRY_BUSY_MS : RETRY_AFTER_MS);
      // Also ends a transaction that would keep all other workers from writing.
      this.#close();
      return undefined;
    }
  }

  /**
   * Uses the database inside one transaction.
   *
   * @returns `busy` when others keep it from being written: the same can be tried again soon.
   */
  transact(use: (database: PreparingDatabase) => void): "done" | "busy" | "failed" {
    const isDone = this.attempt((database) => {
      database.prepare("BEGIN IMMEDIATE").run();
      use(database);
      database.prepare("COMMIT").run();
      return true;
    });
    if (isDone) return "done";
    return this.#isBusy ? "busy" : "failed";
  }

  #prepare(database: DatabaseSync, sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  [Symbol.dispose](): void {
    this.#close();
    this.#isClosed = true;
  }

  #close(): void {
    const database = this.#database;
    this.#database = undefined;
    this.#statements.clear();
    try {
      database?.close();
    } catch {
      // What went wrong with it before may do so again; it is not used any more either way.
    }
  }
}

/** Other processes write to the database, or set it up, and this one's patience is over. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && /database (table )?is (locked|busy)/.test(error.message);
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
     PRAGMA synchronous = NORMAL;
     CREATE TABLE IF NOT EXISTS file_digests (
       ino INTEGER NOT NULL, size INTEGER NOT NULL,
       mtime INTEGER NOT NULL, ctime INTEGER NOT NULL, btime INTEGER NOT NULL,
       algorithm TEXT NOT NULL, digest TEXT NOT NULL,
       PRIMARY KEY (ino, size, mtime, ctime, btime, algorithm)
     );
     CREATE TABLE IF NOT EXISTS history (
       id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, peer TEXT NOT NULL,
       operation TEXT NOT NULL, path TEXT NOT NULL, target TEXT, bytes INTEGER NOT NULL,
       seconds REAL NOT NULL, digest TEXT, outcome TEXT NOT NULL, token TEXT, token_id TEXT
     );`,
  );
  addColumns(database);
}

/** A database of an earlier version has no tokens in its history. */
function addColumns(database: DatabaseSync): void {
  const hasTokens = (): boolean =>
    database.prepare("SELECT 1 FROM pragma_table_info('history') WHERE name = 'token_id'").get() !==
      undefined;
  if (hasTokens()) return;
  database.exec("BEGIN IMMEDIATE");
  // Another worker may have been faster.
  if (!hasTokens()) {
    database.exec("ALTER TABLE history ADD COLUMN token TEXT");
    database.exec("ALTER TABLE history ADD COLUMN token_id TEXT");
  }
  database.exec("COMMIT");
}
