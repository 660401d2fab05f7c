import { createHash, randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import * as v from "valibot";
import { ACCESS_ROLES, type AccessRole } from "#protocol/access_role.ts";
import { formatAccessToken, TOKEN_SECRET_BYTES } from "#protocol/access_token.ts";
import { parseRemotePath, type RemotePath } from "#protocol/remote_path.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { NamespaceLock } from "../storage/namespace_lock.ts";
import { writeFully } from "../storage/read_fully.ts";
import { syncLocalFolder } from "../storage/sync_local_folder.ts";

/** Most tokens that are not revoked. */
export const MAX_TOKENS = 1000;
/** Most bytes of the folder that a token is confined to: a path below it still fits a record. */
export const MAX_BASE_BYTES = 1000;
const BUSY_MS = 5_000;
/** Of the file's first line. */
const MARK_BYTES = 36;

/** What is known of a token; never the token itself. */
export interface StoredToken {
  readonly id: string;
  readonly name: string;
  readonly role: AccessRole;
  /** The folder that it is confined to; root for most. */
  readonly base: RemotePath;
  /** SHA-256 of the token. */
  readonly hash: Uint8Array;
  /** Most bytes of what is in its folder; `undefined` for no limit of its own. */
  readonly quotaBytes: number | undefined;
  readonly createdAtMs: number;
  /** `undefined` for never. */
  readonly expiresAtMs: number | undefined;
}

/** What a new token is to be. */
export type NewToken =
  & Pick<StoredToken, "name" | "role" | "base" | "expiresAtMs">
  & Partial<Pick<StoredToken, "quotaBytes">>;

/** What a line of the file says of a token. */
const LineSchema = v.pipe(
  v.strictObject({
    id: v.pipe(v.string(), v.uuid()),
    name: v.string(),
    role: v.picklist(ACCESS_ROLES),
    path: v.string(),
    hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
    quotaBytes: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
    createdAtMs: v.number(),
    expiresAtMs: v.optional(v.number()),
  }),
  v.transform(({ path, hash, quotaBytes, expiresAtMs, ...rest }): StoredToken => ({
    ...rest,
    base: parseRemotePath(path),
    hash: Uint8Array.fromHex(hash),
    quotaBytes,
    expiresAtMs,
  })),
);

/**
 * The access tokens of one root, in the file `tokens` of its state folder: a line that changes with every
 * token, so that a running server notices, then a line of JSON for each token. It is replaced as a whole, so
 * that all processes and servers of the folder can read it at any time, also on a file system of several
 * machines, where a database would not be safe. A file without tokens is no missing file: once there were
 * some, nobody is let in without one.
 */
export class TokenStore {
  readonly #statePath: string;
  readonly #path: string;
  readonly #busyMs: number;

  /**
   * @param statePath Path of the state folder, which all servers of the root share.
   * @param busyMs Longest wait for somebody else who changes something in the folder.
   */
  constructor(statePath: string, busyMs: number = BUSY_MS) {
    this.#busyMs = busyMs;
    this.#statePath = statePath;
    this.#path = join(statePath, "tokens");
  }

  /**
   * Changes with every token that is made or revoked.
   *
   * @returns A text to compare; `undefined` when no token was ever made.
   */
  mark(): string | undefined {
    try {
      using file = Deno.openSync(this.#path);
      const bytes = new Uint8Array(MARK_BYTES);
      const read = file.readSync(bytes) ?? 0;
      return new TextDecoder().decode(bytes.subarray(0, read));
    } catch (error) {
      const { NotFound, NotADirectory } = Deno.errors;
      if (error instanceof NotFound || error instanceof NotADirectory) return undefined;
      throw error;
    }
  }

  /**
   * Makes a token.
   *
   * @param token Its name, which no other living token has, and what it allows.
   * @returns The token, which nobody can find out again.
   * @throws {SluiceError} `already_exists`, `too_large` when there are too many, `busy` when another server
   * holds the folder's lock for too long.
   */
  create({ name, role, base, quotaBytes, expiresAtMs }: NewToken): string {
    const text = formatAccessToken(randomBytes(TOKEN_SECRET_BYTES));
    this.#change((living) => {
      const act = `create token "${name}"`;
      if (living.some((token) => token.name === name)) {
        const why = "there is one of that name; revoke it first";
        throw new SluiceError("already_exists", `Cannot ${act}: ${why}`);
      }
      if (living.length >= MAX_TOKENS) {
        const why = `there are ${MAX_TOKENS} already; revoke some first`;
        throw new SluiceError("too_large", `Cannot ${act}: ${why}`);
      }
      const hash = hashToken(text);
      const createdAtMs = Date.now();
      const id = randomUUID();
      return [...living, { id, name, role, base, hash, quotaBytes, createdAtMs, expiresAtMs }];
    });
    return text;
  }

  /**
   * All tokens that are not revoked, also those that have expired, by name.
   *
   * @throws {SluiceError} `internal` when the file is damaged.
   */
  list(): StoredToken[] {
    return this.#read().sort((a, b) => a.name < b.name ? -1 : 1);
  }

  /**
   * Revokes a token for good.
   *
   * @param name Its name.
   * @throws {SluiceError} `not_found`, `busy`.
   */
  revoke(name: string): void {
    this.#change((living) => {
      const left = living.filter((token) => token.name !== name);
      if (left.length < living.length) return left;
      throw new SluiceError("not_found", `Cannot revoke token "${name}": there is none`);
    });
  }

  #change(change: (living: readonly StoredToken[]) => readonly StoredToken[]): void {
    using lock = new NamespaceLock(this.#statePath, this.#busyMs);
    lock.hold(() => this.#write(change(this.#read())));
  }

  #read(): StoredToken[] {
    let text: string;
    try {
      text = Deno.readTextFileSync(this.#path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
    const [mark, ...lines] = text.split("\n");
    // The last line ends, too: a file that was cut short is noticed.
    if (mark?.length !== MARK_BYTES || lines.pop() !== "") throw damaged();
    return lines.map(readLine);
  }

  /** A reader sees the old content or the new one, also after a loss of power. */
  #write(tokens: readonly StoredToken[]): void {
    const temp = `${this.#path}-${randomUUID()}`;
    try {
      {
        using file = Deno.openSync(temp, { createNew: true, write: true, mode: 0o600 });
        const text = [randomUUID(), ...tokens.map(lineOf), ""].join("\n");
        writeFully(file, new TextEncoder().encode(text));
        file.syncSync();
      }
      Deno.renameSync(temp, this.#path);
    } catch (error) {
      removeQuietly(temp);
      throw error;
    }
    syncLocalFolder(this.#statePath);
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

function lineOf({ base, hash, ...rest }: StoredToken): string {
  return JSON.stringify({ ...rest, path: base, hash: hash.toHex() });
}

function readLine(line: string): StoredToken {
  try {
    return v.parse(LineSchema, JSON.parse(line));
  } catch (cause) {
    throw damaged(cause);
  }
}

function damaged(cause?: unknown): SluiceError {
  const why = "the file .sluice/tokens is damaged";
  return new SluiceError("internal", `Cannot read the access tokens: ${why}`, { cause });
}

function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It was never made, or its disk is gone; whoever wrote it hears of that.
  }
}
