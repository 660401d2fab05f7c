import { join } from "node:path";
import { STATE_FOLDER } from "#protocol/limits.ts";
import { sleep } from "#protocol/sleep.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { SERVERS_FOLDER } from "./prepare_root.ts";

/** Held by a server as long as it serves a folder. */
const SERVER_LOCK = "server.lock";
/** Held by each process of a server, shared: who starts next waits until the last one is gone. */
const PROCESSES_LOCK = "processes.lock";
/** Processes whose server was killed let their transfers finish first. */
const ORPHANS_TIMEOUT_MS = 15_000;
const ORPHANS_POLL_MS = 50;

/**
 * Gives the folder of what one server keeps for itself: its database, its locks. Everything else in the
 * state folder belongs to all servers of a root.
 *
 * @param root Real path of root.
 * @param name What the server is called among several; `undefined` for one that serves alone.
 * @returns A path.
 */
export function ownStateFolder(root: string, name: string | undefined): string {
  const state = join(root, STATE_FOLDER);
  return name === undefined ? state : join(state, SERVERS_FOLDER, name);
}

/**
 * Makes sure that a folder is served by one server alone, or only by servers that know of each other. The
 * locks are flock(2): they end with the process, however it ends, and hold between machines where the
 * file system passes them on.
 *
 * @param root Real path of root, prepared.
 * @param name As for {@linkcode ownStateFolder}.
 * @returns What ends the claim when it is disposed of.
 * @throws {SluiceError} `busy` when another server is in the way, `permission_denied` when the file
 * system has no locks.
 */
export async function claimRoot(root: string, name: string | undefined): Promise<Disposable> {
  const act = `serve "${root}"`;
  using claims = new DisposableStack();
  const common = claims.use(openLock(join(root, STATE_FOLDER), SERVER_LOCK));
  if (!tryLock(common, name === undefined, act)) throw inTheWay(act, name);
  const own = ownStateFolder(root, name);
  if (name !== undefined) {
    const named = claims.use(openLock(own, SERVER_LOCK));
    if (!tryLock(named, true, act)) {
      throw new SluiceError("busy", `Cannot ${act}: another server shares it as "${name}" already`);
    }
  }
  await waitForOrphans(own, act);
  return claims.move();
}

/**
 * Notes that a process of a server is there.
 *
 * @param root Real path of root.
 * @param name As for {@linkcode ownStateFolder}.
 * @returns What ends the note when it is disposed of.
 */
export function joinServer(root: string, name: string | undefined): Disposable {
  const lock = openLock(ownStateFolder(root, name), PROCESSES_LOCK);
  lock.lockSync(false);
  return lock;
}

async function waitForOrphans(own: string, act: string): Promise<void> {
  using lock = openLock(own, PROCESSES_LOCK);
  const deadlineMs = performance.now() + ORPHANS_TIMEOUT_MS;
  while (!tryLock(lock, true, act)) {
    if (performance.now() > deadlineMs) {
      throw new SluiceError("busy", `Cannot ${act}: processes of an earlier server still do`);
    }
    await sleep(ORPHANS_POLL_MS);
  }
}

function openLock(folder: string, name: string): Deno.FsFile {
  return Deno.openSync(join(folder, name), { create: true, read: true, write: true });
}

function tryLock(file: Deno.FsFile, isExclusive: boolean, act: string): boolean {
  try {
    return file.tryLockSync(isExclusive);
  } catch (cause) {
    const why = `its file system has no locks (flock): ${String(cause)}`;
    throw new SluiceError("permission_denied", `Cannot ${act}: ${why}`, { cause });
  }
}

function inTheWay(act: string, name: string | undefined): SluiceError {
  const why = name === undefined
    ? "another server serves it already; to let several do so, start each with --shared NAME"
    : "another server serves it alone; start that one with --shared NAME, too";
  return new SluiceError("busy", `Cannot ${act}: ${why}`);
}
