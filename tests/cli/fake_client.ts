import type { ThrottleChange, ThrottleResult } from "#protocol/throttle.ts";
import type { Preview } from "#client/preview.ts";
import type { DownloadSetOptions, FileJob, FileSetOptions } from "#client/file_set/file_job.ts";
import type { FindOptions } from "#client/find.ts";
import type { WatchOptions } from "#client/watch.ts";
import type { ChecksumOptions, HistoryOptions, RestoreOptions } from "#client/manage_calls.ts";
import type {
  ChecksumResult,
  DeleteResult,
  Entry,
  FoundEntry,
  HistoryRecord,
  RestoreResult,
  Snapshot,
  StatResult,
  StatusResult,
  TrashEntry,
} from "#protocol/replies.ts";
import {
  describe,
  entriesBelow,
  type FakeFolder,
  type FakeNode,
  transferResult as result,
} from "./fake_nodes.ts";
import { compileNamePattern } from "#protocol/name_pattern.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { ClientApi, ConnectOptions } from "#client/cli/client_api.ts";
import type { CallOptions, TransferOptions, TransferResult } from "#client/types.ts";

/** A server of names and sizes. What a transfer does can be replaced. */
export class FakeClient implements ClientApi {
  readonly root: FakeFolder;
  /** What was called, as `verb argument…`. */
  readonly calls: string[] = [];
  /** How it was connected to. */
  connected: ConnectOptions | undefined;
  isClosed = false;
  /** Options of the last transfer. */
  lastOptions: TransferOptions | undefined;
  /** What a transfer does before it succeeds. */
  onTransfer: (path: string, options: TransferOptions) => Promise<void> = () => Promise.resolve();

  constructor(root: FakeFolder = {}) {
    this.root = root;
  }

  async *list(path: string): AsyncIterable<Entry> {
    this.calls.push(`list ${path}`);
    const node = this.#find(path);
    if (typeof node !== "object") {
      throw new SluiceError("not_a_folder", `Cannot list "${path}": it is not a folder`);
    }
    for (const name of Object.keys(node).sort()) yield { name, ...describe(node[name] ?? 0) };
    await Promise.resolve();
  }

  stat(path: string): Promise<StatResult> {
    this.calls.push(`stat ${path}`);
    return this.#attempt(() => ({
      path,
      version: "1",
      digests: ["xxh128:00"],
      ...describe(this.#find(path)),
    }));
  }

  rename(from: string, to: string): Promise<void> {
    this.calls.push(`rename ${from} ${to}`);
    return this.#attempt(() => void this.#find(from));
  }

  delete(path: string, options: { permanent?: boolean } = {}): Promise<DeleteResult> {
    this.calls.push(`delete ${path}${options.permanent ? " for good" : ""}`);
    return this.#attempt(() => {
      this.#find(path);
      return options.permanent ? {} : { trashId: "t1" };
    });
  }

  mkdir(path: string, options: { parents?: boolean } = {}): Promise<void> {
    this.calls.push(`mkdir ${path}${options.parents ? " with parents" : ""}`);
    return Promise.resolve();
  }

  ping(_options?: CallOptions): Promise<number> {
    return Promise.resolve(1);
  }

  status(): Promise<StatusResult> {
    return Promise.resolve({
      agent: "sluice/0.1.0",
      uptimeSeconds: 3_700,
      connections: 2,
      maxConnections: 1024,
      workers: { leased: 1, idle: 3, limit: 64 },
      waiting: 0,
      transfers: 1,
      throttle: { chunkBytes: 1000, chunkDelayMs: 200, rate: 0, ratePerConnection: 5_000 },
    });
  }

  throttle(change: ThrottleChange = {}): Promise<ThrottleResult> {
    this.calls.push(`throttle ${JSON.stringify(change)}`);
    const { rate = 1_000_000, ratePerConnection = 0 } = change;
    return this.#attempt(() => ({ chunkBytes: 1000, chunkDelayMs: 0, rate, ratePerConnection }));
  }

  /** What a watch shows before its server goes. */
  snapshots: readonly Snapshot[] = [];
  /** Called with each snapshot's number. */
  onSnapshot: (sequence: number) => void = () => {};

  async *watch(options: WatchOptions = {}): AsyncGenerator<Snapshot, void, void> {
    this.calls.push(`watch ${options.intervalMs}`);
    for (const snapshot of this.snapshots) {
      if (options.signal?.aborted) return;
      yield snapshot;
      this.onSnapshot(snapshot.sequence);
    }
    await Promise.resolve();
    if (options.signal?.aborted) return;
    throw new SluiceError("unreachable", "Cannot reach the server: it went away");
  }

  async upload(
    localPath: string,
    remotePath: string,
    options: TransferOptions = {},
  ): Promise<TransferResult> {
    this.calls.push(`upload ${remotePath}`);
    this.lastOptions = options;
    await this.onTransfer(remotePath, options);
    const { size } = await Deno.stat(localPath);
    return result("upload", localPath, remotePath, size);
  }

  async download(
    remotePath: string,
    localPath: string,
    options: TransferOptions = {},
  ): Promise<TransferResult> {
    this.calls.push(`download ${remotePath}`);
    this.lastOptions = options;
    await this.onTransfer(remotePath, options);
    const node = this.#find(remotePath);
    if (typeof node !== "number") {
      throw new SluiceError("is_a_folder", `Cannot download "${remotePath}": it is a folder`);
    }
    await Deno.writeFile(localPath, new Uint8Array(node));
    return result("download", localPath, remotePath, node);
  }

  /** What is in the trash. */
  trashed: readonly TrashEntry[] = [];
  /** What the history holds. */
  records: readonly HistoryRecord[] = [];
  /** The beginning of every file. */
  head: Uint8Array = new Uint8Array(0);

  async *find(path: string, options: FindOptions = {}): AsyncGenerator<FoundEntry, void, void> {
    this.calls.push(`find ${path}`);
    const node = this.#find(path);
    if (typeof node !== "object") {
      throw new SluiceError("not_a_folder", `Cannot search "${path}": it is not a folder`);
    }
    const isWanted = options.pattern === undefined
      ? (): boolean => true
      : compileNamePattern(options.pattern, options.isCaseSensitive);
    let left = options.limit ?? Infinity;
    for (const entry of entriesBelow(path, node)) {
      if (!isWanted(entry.path)) continue;
      if (left-- <= 0) return options.onCut?.();
      yield entry;
    }
    await Promise.resolve();
  }

  checksum(path: string, options: ChecksumOptions = {}): Promise<ChecksumResult> {
    const { algorithm = "sha256" } = options;
    return this.#attempt(() => {
      const sizeBytes = Number(this.#find(path));
      options.onProgress?.(1, 2);
      return { digest: `${algorithm}:00ff`, sizeBytes, isCached: false };
    });
  }

  async *history(options: HistoryOptions = {}): AsyncGenerator<HistoryRecord, void, void> {
    const { limit, failed, pattern } = options;
    this.calls.push(`history ${limit} ${failed} ${pattern}`);
    yield* this.records;
    await Promise.resolve();
  }

  async *trash(): AsyncGenerator<TrashEntry, void, void> {
    yield* this.trashed;
    await Promise.resolve();
  }

  restore(id: string, options: RestoreOptions = {}): Promise<RestoreResult> {
    this.calls.push(`restore ${id} ${options.onConflict}`);
    return this.#attempt(() => {
      const entry = this.trashed.find((one) => one.id === id);
      if (entry === undefined) {
        throw new SluiceError("not_found", `Cannot restore "${id}": no such entry`);
      }
      return { outcome: "created", path: entry.path };
    });
  }

  emptyTrash(ids?: readonly string[]): Promise<number> {
    this.calls.push(`empty ${ids?.join(" ") ?? "all"}`);
    return Promise.resolve(ids?.length ?? this.trashed.length);
  }

  preview(path: string, bytes: number): Promise<Preview> {
    this.calls.push(`preview ${path} ${bytes}`);
    return this.#attempt(() => {
      this.#find(path);
      return { bytes: this.head.subarray(0, bytes), sizeBytes: this.head.byteLength };
    });
  }

  async archive(
    remoteFolder: string,
    localPath: string,
    options: TransferOptions & { readonly format?: string | undefined } = {},
  ): Promise<TransferResult> {
    this.calls.push(`archive ${remoteFolder} ${options.format}`);
    await this.onTransfer(remoteFolder, options);
    return result("download", localPath, remoteFolder, 7);
  }

  async uploadAll<J extends FileJob>(
    files: AsyncIterable<J> | Iterable<J>,
    options: FileSetOptions<J>,
  ): Promise<void> {
    await this.#all(files, options, (job, how) => this.upload(job.localPath, job.remotePath, how));
  }

  async downloadAll<J extends FileJob>(
    files: AsyncIterable<J> | Iterable<J>,
    options: DownloadSetOptions<J>,
  ): Promise<void> {
    await this.#all(
      files,
      options,
      (job, how) => this.download(job.remotePath, job.localPath, how),
    );
  }

  async #all<J extends FileJob>(
    files: AsyncIterable<J> | Iterable<J>,
    options: FileSetOptions<J>,
    transfer: (job: J, options: TransferOptions) => Promise<TransferResult>,
  ): Promise<void> {
    for await (const job of files) {
      if (options.signal?.aborted) throw new SluiceError("cancelled", "Cannot go on: cancelled");
      const { onProgress, onEnd, onConflict = "error", ...how } = options;
      try {
        const done = await transfer(job, {
          ...how,
          onConflict,
          verify: options.verify ?? "xxh128",
          compress: options.compress ?? "auto",
          onProgress: (progress) => onProgress?.(job, progress),
        });
        onEnd(job, { kind: "done", result: done });
      } catch (error) {
        onEnd(job, { kind: "failed", error });
      }
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  #find(path: string): FakeNode {
    let node: FakeNode | undefined = this.root;
    for (const name of path === "" ? [] : path.split("/")) {
      node = typeof node === "object" ? node[name] : undefined;
      if (node === undefined) {
        throw new SluiceError("not_found", `Cannot find "${path}": no such file or folder`);
      }
    }
    return node;
  }

  async #attempt<T>(work: () => T): Promise<T> {
    return await Promise.resolve().then(work);
  }
}
