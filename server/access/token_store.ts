import { createHash, randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ACCESS_ROLES, type AccessRole } from "#protocol/access_role.ts";
import { formatAccessToken, TOKEN_SECRET_BYTES } from "#protocol/access_token.ts";
import { parseRemotePath, type RemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";

/** Most tokens that are not revoked. */
export const MAX_TOKENS = 1000;
/** Most bytes of the folder that a token is confined to: a path below it still fits a record. */
export const MAX_BASE_BYTES = 1000;
const BUSY_MS = 5_000;

/** What is known of a token; never the token itself. */
export interface StoredToken {
  readonly id: string;
  readonly name: string;
  readonly role: AccessRole;
  /** The folder that it is confined to; root for most. */
  readonly base: RemotePath;
  /** SHA-256 of the token. */
  readonly hash: Uint8Array;
  readonly createdAtMs: number;
  /** `undefined` for never. */
  readonly expiresAtMs: number | undefined;
}

/** What a new token is to be. */
export type NewToken = Pick<StoredToken, "name" | "role" | "base" | "expiresAtMs">;

/**
 * The access tokens of one root, in its state database. A file beside it, `tokens`, says that there
 * are any: it stays when the database is lost, so that a server without its tokens lets nobody in
 * instead of everybody, and its content changes with every token, so that a running server notices.
 */
export class TokenStore {
  readonly #database: string;
  readonly #mark: string;

  /** @param statePath Path of the state folder. */
  constructor(statePath: string) {
    this.#database = join(statePath, "state.db");
    this.#mark = join(statePath, "tokens");
  }

  /**
   * Changes with every token that is made or revoked.
   *
   * @returns A text to compare; `undefined` when no token was ever made.
   */
  mark(): string | undefined {
    try {
      return Deno.readTextFileSync(this.#mark);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }

  /**
   * Makes a token.
   *
   * @param token Its name, which no other living token has, and what it allows.
   * @returns The token, which nobody can find out again.
   * @throws {SluiceError} `already_exists`, or `too_large` when there are too many.
   */
  create(token: NewToken): string {
    const text = formatAccessToken(randomBytes(TOKEN_SECRET_BYTES));
    this.#change((database) => {
      const living = readLiving(database);
      if (living.some(({ name }) => name === token.name)) {
        throw new SluiceError(
          "already_exists",
          `Cannot create token "${token.name}": there is one of that name; revoke it first`,
        );
      }
      if (living.length >= MAX_TOKENS) {
        const why = `there are ${MAX_TOKENS} already; revoke some first`;
        throw new SluiceError("too_large", `Cannot create token "${token.name}": ${why}`);
      }
      database.prepare(
        `INSERT INTO tokens (id, name, hash, role, path, created_at_ms, expires_at_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        randomUUID(),
        token.name,
        hashToken(text),
        token.role,
        token.base,
        Date.now(),
        token.expiresAtMs ?? null,
      );
    });
    return text;
  }

  /** All tokens that are not revoked, also those that have expired, by name. */
  list(): StoredToken[] {
    return this.#use(readLiving);
  }

  /**
   * Revokes a token for good.
   *
   * @param name Its name.
   * @throws {SluiceError} `not_found`.
   */
  revoke(name: string): void {
    this.#change((database) => {
      const { changes } = database.prepare(
        "UPDATE tokens SET revoked_at_ms = ? WHERE name = ? AND revoked_at_ms IS NULL",
      ).run(Date.now(), name);
      if (changes > 0) return;
      throw new SluiceError("not_found", `Cannot revoke token "${name}": there is none`);
    });
  }

  #change(change: (database: DatabaseSync) => void): void {
    this.#use((database) => {
      database.exec("BEGIN IMMEDIATE");
      change(database);
      database.exec("COMMIT");
    });
    // Behind the commit: who sees the new mark reads the new tokens.
    writeWhole(this.#mark, `${randomUUID()}\n`);
  }

  #use<T>(use: (database: DatabaseSync) => T): T {
    const database = new DatabaseSync(this.#database);
    try {
      database.exec(
        `PRAGMA busy_timeout = ${BUSY_MS};
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         CREATE TABLE IF NOT EXISTS tokens (
           id TEXT PRIMARY KEY, name TEXT NOT NULL, hash BLOB NOT NULL, role TEXT NOT NULL,
           path TEXT NOT NULL, created_at_ms INTEGER NOT NULL, expires_at_ms INTEGER,
           revoked_at_ms INTEGER
         );`,
      );
      return use(database);
    } finally {
      // Closing also ends a transaction that was not committed.
      database.close();
    }
  }
}

/**
 * What is kept of a token. It is random enough that nobody finds it from a plain hash.
 *
 * @param text The token.
 * @returns SHA-256.
 */
export function hashToken(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

function readLiving(database: DatabaseSync): StoredToken[] {
  return database.prepare("SELECT * FROM tokens WHERE revoked_at_ms IS NULL ORDER BY name").all()
    .map(toToken);
}

function toToken(row: Record<string, unknown>): StoredToken {
  const { hash, expires_at_ms: expires } = row;
  const role = ACCESS_ROLES.find((role) => role === row["role"]);
  if (role === undefined || !(hash instanceof Uint8Array)) {
    throw new SluiceError("internal", "Cannot read the access tokens: a record is damaged");
  }
  return {
    id: String(row["id"]),
    name: String(row["name"]),
    role,
    base: parseRemotePath(String(row["path"])),
    hash,
    createdAtMs: Number(row["created_at_ms"]),
    expiresAtMs: expires === null ? undefined : Number(expires),
  };
}

/** A reader sees the old content or the new one. */
function writeWhole(path: string, text: string): void {
  const temp = `${path}-${randomUUID()}`;
  Deno.writeTextFileSync(temp, text);
  Deno.renameSync(temp, path);
}
