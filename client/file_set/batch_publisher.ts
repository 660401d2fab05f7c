import { dirname } from "node:path";
import type { ConflictPolicy } from "#protocol/requests.ts";
import { localError } from "../local_errors.ts";
import { publishDownload, type Published } from "../publish_download.ts";
import type { IncomingFolder } from "./incoming_folder.ts";
import { syncFiles, syncFolders } from "./make_durable.ts";

/** Files that are worth a sync of the disk. */
const BATCH_FILES = 1024;
/** Files that get their names before other work has its turn. */
const NAMES_PER_TURN = 128;

/** A whole and verified file that waits for its name. */
export interface ReceivedFile {
  readonly localPath: string;
  /** Where it is now. */
  readonly partPath: string;
  /** Told once, when the name is durable. */
  readonly onPublished: (published: Published) => void;
  /** Told once, when it gets no name. */
  readonly onFailed: (error: unknown) => void;
}

/**
 * Gives downloaded files their names, a batch at a time: first all their bytes are made durable, then
 * the names appear one by one, then the folders are made durable.
 */
export class BatchPublisher {
  readonly #incoming: IncomingFolder;
  readonly #policy: ConflictPolicy;
  #waiting: ReceivedFile[] = [];
  #running: Promise<void> | undefined;

  /**
   * @param incoming Where the files are.
   * @param policy What to do when a name is taken.
   */
  constructor(incoming: IncomingFolder, policy: ConflictPolicy) {
    this.#incoming = incoming;
    this.#policy = policy;
  }

  /** Takes a file; when there are enough of them they are published. */
  add(file: ReceivedFile): void {
    this.#waiting.push(file);
    if (this.#waiting.length >= BATCH_FILES) this.#start();
  }

  /** Publishes what is left. */
  async drain(): Promise<void> {
    while (this.#running !== undefined || this.#waiting.length > 0) {
      this.#start();
      await this.#running;
    }
  }

  #start(): void {
    if (this.#running !== undefined) return;
    const removeTemps = this.#incoming.endBatch();
    this.#running = this.#publish(this.#waiting.splice(0), removeTemps).finally(() => {
      this.#running = undefined;
      if (this.#waiting.length >= BATCH_FILES) this.#start();
    });
  }

  /** Never rejects: each file is told. */
  async #publish(
    batch: readonly ReceivedFile[],
    removeTemps: () => Promise<void>,
  ): Promise<void> {
    try {
      await syncFiles(this.#incoming.path, batch.map(({ partPath }) => partPath));
    } catch (error) {
      for (const file of batch) file.onFailed(error);
      return;
    }
    const ends: (() => void)[] = [];
    const folders = new Set<string>();
    for (const [index, file] of batch.entries()) {
      if (index % NAMES_PER_TURN === NAMES_PER_TURN - 1) await nextTurn();
      try {
        const published = placeFast(file, this.#policy) ?? await this.#place(file);
        if (published.outcome !== "skipped") folders.add(dirname(published.path));
        ends.push(() => file.onPublished(published));
      } catch (error) {
        ends.push(() => file.onFailed(error));
      }
    }
    await Promise.all([syncFolders([...folders]), removeTemps()]);
    for (const end of ends) end();
  }

  /** The way for all that is not a new name. */
  async #place(file: ReceivedFile): Promise<Published> {
    return await publishDownload(file.partPath, file.localPath, this.#policy);
  }
}

/** The usual case, synchronously: the name is free. The file's other name goes with its folder. */
function placeFast(file: ReceivedFile, policy: ConflictPolicy): Published | undefined {
  if (policy === "overwrite") return undefined;
  try {
    Deno.linkSync(file.partPath, file.localPath);
    return { outcome: "created", path: file.localPath };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw localError(`write "${file.localPath}"`, error);
    return undefined; // Taken, or no hard links here: the slow way knows what to do.
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
