import { join } from "./local_path.ts";
import type { RemotePath } from "#protocol/remote_path.ts";
import { sleep } from "#protocol/sleep.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { ownedPrefix } from "./owned_name.ts";
import { osCode, withOsErrors } from "./os_error.ts";

/** Unfinished uploads of one path and size that may exist at once. */
const SLOTS = 16;
/**
 * Longest wait for a connection that holds a session to let go of it. It does so at once while it takes
 * bytes, but not while it makes the whole file durable.
 */
const TAKE_OVER_MS = 30_000;
const TAKE_OVER_POLL_MS = 10;

/** What an upload session is found by. */
export interface UploadKey {
  readonly path: RemotePath;
  readonly sizeBytes: number;
  /** Id of the token that it belongs to: no other can continue it. `undefined` where none is asked for. */
  readonly owner: string | undefined;
}

/**
 * The server's record of an unfinished upload: a temp file in the state folder, named after the path
 * and size that it is for, so that the id alone finds it and nothing else needs to be kept. Whoever
 * writes it holds an exclusive flock on it, which the death of the process ends.
 */
export class UploadSession implements Disposable {
  readonly id: string;
  readonly tempPath: string;
  /** The open temp file, locked. */
  readonly file: Deno.FsFile;
  /** Bytes that it held when it was opened. */
  readonly offsetBytes: number;
  #isClosed = false;

  constructor(id: string, tempPath: string, file: Deno.FsFile, offsetBytes: number) {
    this.id = id;
    this.tempPath = tempPath;
    this.file = file;
    this.offsetBytes = offsetBytes;
  }

  /** Removes the temp file. */
  discard(): void {
    try {
      Deno.removeSync(this.tempPath);
    } catch (error) {
      if (osCode(error) !== "ENOENT") throw error;
    }
  }

  [Symbol.dispose](): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.file.close();
  }
}

/** The folder of upload sessions. */
export class UploadSessions {
  readonly #folder: string;

  /** @param statePath Path of the state folder. */
  constructor(statePath: string) {
    this.#folder = join(statePath, "uploads");
  }

  /**
   * Starts an upload from nothing. Unfinished sessions of the same key stay, until all their slots
   * are in use; then one that nobody holds is started over.
   *
   * @throws {SluiceError} `busy` when that many uploads of this name and size are under way.
   */
  async create(key: UploadKey, act: string): Promise<UploadSession> {
    const ids = await slotIds(key);
    for (const id of ids) {
      const session = withOsErrors(act, () => this.#open(id, { createNew: true }));
      if (session !== undefined) return session;
    }
    for (const id of ids) {
      const session = withOsErrors(act, () => this.#open(id, { truncate: true }));
      if (session !== undefined) return session;
    }
    throw new SluiceError("busy", `Cannot ${act}: ${SLOTS} uploads of it are under way already`);
  }

  /** Continues the unfinished upload of this key that has come furthest; `undefined` when there is none. */
  async find(key: UploadKey, act: string): Promise<UploadSession | undefined> {
    let best: UploadSession | undefined;
    for (const id of await slotIds(key)) {
      const session = withOsErrors(act, () => this.#open(id, {}));
      if (session === undefined) continue;
      if (session.offsetBytes <= (best?.offsetBytes ?? 0) || session.offsetBytes > key.sizeBytes) {
        session[Symbol.dispose]();
        continue;
      }
      best?.[Symbol.dispose]();
      best = session;
    }
    return best;
  }

  /**
   * Continues one upload, waiting for a connection that holds it to let go.
   *
   * @param takeOver Asks whoever holds the session to let go.
   * @throws {SluiceError} `session_not_found`, or `session_taken` when the holder does not let go.
   */
  async resume(
    id: string,
    key: UploadKey,
    act: string,
    takeOver: () => void,
    signal: AbortSignal,
  ): Promise<UploadSession> {
    const isOfKey = (await slotIds(key)).includes(id);
    const deadline = performance.now() + TAKE_OVER_MS;
    for (let isAsked = false;;) {
      const session = isOfKey ? withOsErrors(act, () => this.#open(id, {})) : undefined;
      if (session !== undefined && session.offsetBytes <= key.sizeBytes) return session;
      session?.[Symbol.dispose]();
      if (session !== undefined || !isOfKey || !this.#exists(id)) {
        throw new SluiceError("session_not_found", `Cannot ${act}: its upload session is gone`);
      }
      if (!isAsked) takeOver();
      isAsked = true;
      if (performance.now() > deadline) {
        throw new SluiceError("session_taken", `Cannot ${act}: another connection uploads it`);
      }
      await sleep(TAKE_OVER_POLL_MS, signal);
    }
  }

  /**
   * Removes sessions that nobody has written to for a while and nobody holds, and the second names of
   * files whose publisher died.
   *
   * @param keepMs How long they stay.
   * @returns How many were removed.
   */
  expire(keepMs: number): number {
    let count = 0;
    for (const entry of Deno.readDirSync(this.#folder)) {
      const id = entry.name.replace(/\.upload$/, "");
      const path = this.#pathOf(id);
      const info = statOrUndefined(path);
      if (info === undefined) continue;
      const isPublished = (info.nlink ?? 1) > 1;
      if (!isPublished && Date.now() - (info.mtime?.getTime() ?? 0) < keepMs) continue;
      using session = this.#open(id, {});
      session?.discard();
      if (session !== undefined) count++;
    }
    return count;
  }

  #pathOf(id: string): string {
    return join(this.#folder, `${id}.upload`);
  }

  #exists(id: string): boolean {
    return statOrUndefined(this.#pathOf(id)) !== undefined;
  }

  /** Opens and locks; `undefined` when it is missing, exists (`createNew`) or is held by another. */
  #open(
    id: string,
    how: { readonly createNew?: boolean; readonly truncate?: boolean },
  ): UploadSession | undefined {
    const path = this.#pathOf(id);
    let file: Deno.FsFile;
    try {
      file = Deno.openSync(path, { read: true, write: true, createNew: how.createNew ?? false });
    } catch (error) {
      const code = osCode(error);
      if (code === "ENOENT" || code === "EEXIST") return undefined;
      throw error;
    }
    try {
      if (isOwned(file, path)) {
        if (how.truncate) file.truncateSync(0);
        return new UploadSession(id, path, file, file.statSync().size);
      }
    } catch (error) {
      file.close();
      throw error;
    }
    file.close();
    return undefined;
  }
}

/**
 * Locks a temp file and makes sure that the name still means it: its last holder may have published
 * it between our open and our lock, and then these bytes are a file of root.
 */
function isOwned(file: Deno.FsFile, path: string): boolean {
  if (!file.tryLockSync(true)) return false;
  const named = statOrUndefined(path);
  const opened = file.statSync();
  if (named === undefined || named.ino !== opened.ino || named.dev !== opened.dev) return false;
  if ((opened.nlink ?? 1) <= 1) return true;
  // Its holder died between giving the file its name and removing this one.
  Deno.removeSync(path);
  return false;
}

function statOrUndefined(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (osCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function slotIds({ owner, sizeBytes, path }: UploadKey): Promise<readonly string[]> {
  // An owner's id and a size hold no space, so no path of one can look like that of another.
  const first = owner === undefined ? String(sizeBytes) : `${owner} ${sizeBytes}`;
  const text = new TextEncoder().encode(`${first}\n${path}`);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", text)).toHex();
  const name = ownedPrefix(owner) + hash.slice(0, 32);
  return Array.from({ length: SLOTS }, (_, slot) => `${name}-${slot}`);
}
