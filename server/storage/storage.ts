import { join } from "node:path";
import type { RemotePath } from "#protocol/remote_path.ts";
import { DigestStore } from "./digest_store.ts";
import { HistoryStore } from "./history_store.ts";
import { NamespaceLock } from "./namespace_lock.ts";
import { RootFolder } from "./root_folder.ts";
import { StateDatabase } from "./state_database.ts";
import { Trash } from "./trash.ts";
import { UploadSessions } from "./upload_session.ts";

/** What requests use of it. */
export type StorageView = Pick<
  Storage,
  "root" | "lock" | "uploads" | "trash" | "digests" | "history"
>;

/** All that a worker keeps on disk, behind one name. */
export class Storage implements Disposable {
  readonly root: RootFolder;
  readonly lock: NamespaceLock;
  readonly uploads: UploadSessions;
  readonly trash: Trash;
  readonly digests: DigestStore;
  readonly history: HistoryStore;
  readonly #database: StateDatabase;

  /**
   * @param rootPath Real path of root, prepared.
   * @param onRecords Called when records of the history have been written.
   */
  constructor(rootPath: string, onRecords: (count: number) => void) {
    this.root = new RootFolder(rootPath);
    this.lock = new NamespaceLock(this.root.statePath);
    this.uploads = new UploadSessions(this.root.statePath);
    this.trash = new Trash(this.root, this.lock);
    this.#database = new StateDatabase(this.root.statePath);
    this.digests = new DigestStore(this.#database);
    this.history = new HistoryStore(this.#database, onRecords);
  }

  /**
   * Gives what somebody uses who sees one folder as root.
   *
   * @param base The folder; root for everything.
   */
  below(base: RemotePath): StorageView {
    if (base === "") return this;
    const { path, statePath } = this.root;
    const root = new RootFolder(join(path, base), { statePath });
    const trash = new Trash(root, this.lock, base);
    const { lock, uploads, digests, history } = this;
    return { root, lock, uploads, trash, digests, history };
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
