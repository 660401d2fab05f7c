import { DigestStore } from "./digest_store.ts";
import { HistoryStore } from "./history_store.ts";
import { NamespaceLock } from "./namespace_lock.ts";
import { RootFolder } from "./root_folder.ts";
import { StateDatabase } from "./state_database.ts";
import { Trash } from "./trash.ts";
import { UploadSessions } from "./upload_session.ts";

/** All that a worker keeps on disk, behind one name. */
export class Storage implements Disposable {
  readonly root: RootFolder;
  /** The same for reading: it remembers which folders were plain, until it is told to forget. */
  readonly reader: RootFolder;
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
    this.reader = new RootFolder(rootPath, { remembersFolders: Deno.build.os === "linux" });
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
