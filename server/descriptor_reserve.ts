/** What a worker takes: its event loop, the lock, the database and its journals, the files at work. */
const PER_WORKER = 12;
/** Free descriptors behind which no connection is accepted: for workers that start, and for files. */
const KEPT_FREE = 32;
/** Looked for beyond what is needed, so that not each connection has to look. */
const STEP = 32;
/** By then a worker that starts has opened what it needs. */
const START_MS = 2_000;

/**
 * Keeps some of the process's descriptors (RLIMIT_NOFILE) free. A call that finds none fails and can be
 * tried again; but a thread of Deno that starts without any ends the whole process.
 *
 * How many there are nobody tells, so it opens some and closes them again, now and then.
 */
export class DescriptorReserve {
  readonly #path: string;
  readonly #startsMs: number[] = [];
  /** Descriptors in use up to which there is known to be room. */
  #roomUpTo = -1;

  /** @param root Folder that can be opened where this process may not read /dev. */
  constructor(root: string) {
    this.#path = isOpenable(DEVICE) ? DEVICE : root;
  }

  /** Looks anew at the next question: other parts of the process open files, too. */
  forget(): void {
    this.#roomUpTo = -1;
  }

  /**
   * Says whether a connection leaves enough free that was just accepted.
   *
   * @param connections How many there are.
   * @param workers How many there are.
   */
  hasRoomForConnection(connections: number, workers: number): boolean {
    const used = connections + PER_WORKER * workers;
    if (used <= this.#roomUpTo) return true;
    if (this.#canOpen(KEPT_FREE + STEP)) {
      this.#roomUpTo = used + STEP;
      return true;
    }
    return this.#canOpen(KEPT_FREE);
  }

  /** Says whether a worker may start, and takes it that it does. */
  takeRoomForWorker(): boolean {
    const nowMs = performance.now();
    while (nowMs - (this.#startsMs[0] ?? nowMs) > START_MS) this.#startsMs.shift();
    const wanted = KEPT_FREE / 2 + PER_WORKER * (this.#startsMs.length + 1);
    if (!this.#canOpen(wanted)) return false;
    this.#startsMs.push(nowMs);
    this.forget();
    return true;
  }

  #canOpen(count: number): boolean {
    // There a folder cannot be opened like a file, and the limit is out of reach.
    if (Deno.build.os === "windows") return true;
    const open: Deno.FsFile[] = [];
    try {
      while (open.length < count) open.push(Deno.openSync(this.#path));
      return true;
    } catch (error) {
      // Any other fault says nothing about descriptors: a root that is gone is for requests to tell.
      return !(error instanceof Error && "code" in error && NONE_LEFT.has(String(error.code)));
    } finally {
      for (const file of open) file.close();
    }
  }
}

/** Quicker to open than a root that may be on another machine. */
const DEVICE = "/dev/null";

function isOpenable(path: string): boolean {
  try {
    Deno.openSync(path).close();
    return true;
  } catch {
    return false; // Not there, or not for this process.
  }
}

const NONE_LEFT: ReadonlySet<string> = new Set(["EMFILE", "ENFILE"]);
