import { compileNamePattern } from "#protocol/name_pattern.ts";
import type { HistoryRequest } from "#protocol/requests.ts";
import type { HistoryRecord } from "#protocol/replies.ts";
import type { RemotePath } from "#protocol/remote_path.ts";
import { innerPath } from "./subtree.ts";
import type { PreparingDatabase, StateDatabase } from "./state_database.ts";

/** Records that are written in one transaction. */
const BATCH = 512;
/** Records that wait while other processes keep the database to themselves. */
const MAX_PENDING = 8_192;
/** Records that are kept whatever their age. */
const MAX_RECORDS = 100_000;
/** Rows that are read at once while a pattern is looked for. */
const SCAN_ROWS = 2_000;
/** A page ends when its JSON passes about this many bytes. */
const PAGE_BYTES = 512 * 1024;
const COLUMNS =
  "id, at_ms, peer, operation, path, target, bytes, seconds, digest, outcome, token, token_id";

/** What was done, as seen from where its client stands. */
export type DoneOperation = Omit<HistoryRecord, "id" | "token">;

/** What was done and by whom, before it has an id; paths are those from the real root. */
export interface NewHistoryRecord extends DoneOperation {
  /** Name of the token. */
  readonly token?: string | undefined;
  readonly tokenId?: string | undefined;
}

/** Whose records somebody may read. */
export interface HistoryScope {
  /** Id of the one token whose records these are; `undefined` for everybody's. */
  readonly owner: string | undefined;
  /** Only what happened below this folder, named from there. */
  readonly base: RemotePath;
}

/** What was done with the files of root, in the state database, bounded in number and age. */
export class HistoryStore {
  readonly #database: StateDatabase;
  readonly #onWritten: (count: number) => void;
  #pending: NewHistoryRecord[] = [];

  /**
   * @param database Where records are kept.
   * @param onWritten Called when so many records can be read.
   */
  constructor(database: StateDatabase, onWritten: (count: number) => void) {
    this.#database = database;
    this.#onWritten = onWritten;
  }

  /** Whether something is still to be written. */
  get hasPending(): boolean {
    return this.#pending.length > 0;
  }

  /** Notes what was done; it is written with others, at the latest by {@linkcode HistoryStore.flush}. */
  add(record: NewHistoryRecord): void {
    this.#pending.push(record);
    if (this.#pending.length >= BATCH) this.flush();
  }

  /** Writes what waits. */
  flush(): void {
    if (this.#pending.length === 0) return;
    const records = this.#pending;
    this.#pending = [];
    const outcome = this.#database.transact((database) => {
      for (const record of records) insertRecord(database, record);
    });
    if (outcome === "busy" && records.length < MAX_PENDING) this.#pending = records;
    else this.#onWritten(records.length);
  }

  /**
   * Reads records, newest first.
   *
   * @param query Which, and how many.
   * @param scope Whose.
   * @returns A page.
   */
  read(
    query: HistoryRequest,
    scope: HistoryScope,
  ): { readonly records: HistoryRecord[]; readonly hasMore: boolean } {
    this.flush();
    const matches = query.pattern === undefined
      ? (): boolean => true
      : compileNamePattern(query.pattern);
    const records: HistoryRecord[] = [];
    let bytes = 0;
    let before = query.before ?? Number.MAX_SAFE_INTEGER;
    for (;;) {
      const rows = this.#rowsBefore(before, query.failed, scope.owner);
      for (const outer of rows) {
        const row = seenFrom(scope.base, outer);
        if (row === undefined) continue;
        if (!matches(row.path) && !(row.target !== undefined && matches(row.target))) continue;
        const isFull = records.length === query.limit || bytes > PAGE_BYTES;
        if (isFull) return { records, hasMore: true };
        records.push(row);
        // Each character may take six in JSON.
        bytes += (row.path.length + (row.target?.length ?? 0)) * 6 + 300;
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < SCAN_ROWS) return { records, hasMore: false };
      before = last.id;
    }
  }

  /**
   * Removes records that are too old or too many.
   *
   * @param keepMs How long records stay.
   */
  trim(keepMs: number): void {
    this.#database.transact((database) => {
      database.prepare("DELETE FROM history WHERE at_ms < ?").run(Math.round(Date.now() - keepMs));
      database.prepare("DELETE FROM history WHERE id <= (SELECT max(id) FROM history) - ?")
        .run(MAX_RECORDS);
    });
  }

  #rowsBefore(before: number, failedOnly: boolean, owner: string | undefined): HistoryRecord[] {
    return this.#database.attempt((database) => {
      const failed = failedOnly ? "AND outcome NOT IN ('done', 'cancelled')" : "";
      const owned = owner === undefined ? "" : "AND token_id = ?";
      return database.prepare(
        `SELECT ${COLUMNS} FROM history WHERE id < ? ${failed} ${owned}
         ORDER BY id DESC LIMIT ${SCAN_ROWS}`,
      ).all(before, ...owner === undefined ? [] : [owner]).map(toRecord);
    }) ?? [];
  }
}

function insertRecord(database: PreparingDatabase, record: NewHistoryRecord): void {
  const { atMs, peer, operation, path, target, bytes, seconds, digest, outcome } = record;
  const { token, tokenId } = record;
  database.prepare(
    `INSERT INTO history (${
      COLUMNS.slice("id, ".length)
    }) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    Math.round(atMs),
    peer,
    operation,
    path,
    target ?? null,
    bytes,
    seconds,
    digest ?? null,
    outcome,
    token ?? null,
    tokenId ?? null,
  );
}

/** A record without what lies outside of a folder; `undefined` when all of it does. */
function seenFrom(base: RemotePath, record: HistoryRecord): HistoryRecord | undefined {
  if (base === "") return record;
  const { target, ...rest } = record;
  const path = innerPath(base, record.path);
  if (path === undefined) return undefined;
  const inside = target === undefined ? undefined : innerPath(base, target);
  return { ...rest, path, ...(inside === undefined ? {} : { target: inside }) };
}

function toRecord(row: Record<string, unknown>): HistoryRecord {
  return {
    id: Number(row["id"]),
    atMs: Number(row["at_ms"]),
    peer: String(row["peer"]),
    operation: String(row["operation"]) as HistoryRecord["operation"],
    path: String(row["path"]),
    ...(row["target"] === null ? {} : { target: String(row["target"]) }),
    bytes: Number(row["bytes"]),
    seconds: Number(row["seconds"]),
    ...(row["digest"] === null ? {} : { digest: String(row["digest"]) }),
    outcome: String(row["outcome"]),
    ...(row["token"] === null ? {} : { token: String(row["token"]) }),
  };
}
