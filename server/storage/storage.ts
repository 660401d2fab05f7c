import type { RemotePath } from "#protocol/remote_path.ts";
import { DigestStore } from "./digest_store.ts";
import { HistoryStore } from "./history_store.ts";
import { join } from "./local_path.ts";
import { NamespaceLock } from "./namespace_lock.ts";
import { RootFolder } from "./root_folder.ts";
import { SessionCalls } from "./session_calls.ts";
import { StateDatabase } from "./state_database.ts";
import { Trash } from "./trash.ts";
import { UploadSessions } from "./upload_session.ts";

/** What requests use of it. */
export type StorageView = Pick<
  Storage,
  "root" | "reader" | "lock" | "uploads" | "trash" | "digests" | "history"
>;

/** What is different when several processes or servers use one root. */
export interface StoragePlace {
  /** Folder of the database, which belongs to one server. */
  readonly ownStatePath: string;
  /** Whether the root has several servers, which may run on several machines. */
  readonly hasOtherServers: boolean;
}

/** Far below the time after which a worker that does not answer is taken for hung. */
const LOCK_TIMEOUT_MS = 10_000;
/** Whether a look at a folder holds until its reader is told to forget. */
const MAY_REMEMBER = Deno.build.os === "linux";

/** All that a worker keeps on disk, behind one name. */
export class Storage implements Disposable {
  readonly root: RootFolder;
  /** The same for reading: it remembers which folders were plain, until it is told to forget. */
  readonly reader: RootFolder;
  readonly lock: NamespaceLock;
  readonly uploads: UploadSessions;
  readonly calls: SessionCalls;
  readonly trash: Trash;
  readonly digests: DigestStore;
  readonly history: HistoryStore;
  readonly #database: StateDatabase;

  /**
   * @param rootPath Real path of root, prepared.
   * @param place What belongs to this server alone.
   * @param onRecords Called when records of the history have been written.
   */
  constructor(rootPath: string, place: StoragePlace, onRecords: (count: number) => void) {
    this.root = new RootFolder(rootPath);
    const { ownStatePath, hasOtherServers } = place;
    this.lock = new NamespaceLock(
      this.root.statePath,
      hasOtherServers ? LOCK_TIMEOUT_MS : undefined,
    );
    this.uploads = new UploadSessions(this.root.statePath);
    this.calls = new SessionCalls(this.root.statePath);
    this.trash = new Trash(this.root, this.lock);
    this.#database = new StateDatabase(ownStatePath);
    this.digests = new DigestStore(this.#database);
    this.history = new HistoryStore(this.#database, onRecords);
    this.reader = new RootFolder(rootPath, { remembersFolders: MAY_REMEMBER });
  }

  /**
   * Gives what somebody uses who sees one folder as root.
   *
   * @param base The folder; root for everything.
   */
  below(base: RemotePath): StorageView {
    if (base === "") return this;
    const { path, statePath } = this.root;
    const folder = join(path, ...base.split("/"));
    const root = new RootFolder(folder, { statePath });
    const reader = new RootFolder(folder, { statePath, remembersFolders: MAY_REMEMBER });
    const trash = new Trash(root, this.lock, base);
    const { lock, uploads, digests, history } = this;
    return { root, reader, lock, uploads, trash, digests, history };
  }

  /** Writes what the state database is still to be told. */
  flush(): void {
    this.digests.flush();
    this.history.flush();
  }

  [Symbol.dispose](): void {
    this.flush();
    this.#database[Symbol.dispose]();
    this.lock[Symbol.dispose]();
  }
}
