import * as v from "valibot";
import { FrameType } from "#protocol/frame.ts";
import {
  type DeleteResult,
  DeleteResultSchema,
  type Entry,
  type StatResult,
  StatResultSchema,
  type StatusResult,
  StatusResultSchema,
} from "#protocol/replies.ts";
import { parseRemotePath } from "#protocol/remote_path.ts";
import { DEFAULT_SERVER } from "./address.ts";
import { callOn, callServer } from "./call.ts";
import type { ClientParts } from "./client_parts.ts";
import { ConnectionPool } from "./connection_pool.ts";
import { listFolder } from "./list_folder.ts";
import { ManagingClient } from "./managing_client.ts";
import { openConnection } from "./open_connection.ts";
import { pingServer } from "./ping.ts";
import { TokenKeeper, withToken } from "./token_keeper.ts";
import type { TransferContext } from "./transfer_context.ts";
import type {
  CallOptions,
  RetryOptions,
  SluiceClientOptions,
  TransferOptions,
  TransferResult,
} from "./types.ts";

const DEFAULT_CONNECTIONS = 3;
const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
const DEFAULT_REPLY_TIMEOUT_MS = 60_000;
const DEFAULT_RETRY: Required<RetryOptions> = {
  attempts: 8,
  firstWaitMs: 250,
  mostWaitMs: 10_000,
  waitsForServer: false,
};

const NothingSchema = v.object({});

/** Options of {@linkcode BaseClient.delete}. */
export interface DeleteOptions extends CallOptions {
  /**
   * Whether it is removed for good instead of going into the trash.
   * @default false
   */
  readonly permanent?: boolean;
}

/** Options of {@linkcode BaseClient.mkdir}. */
export interface MkdirOptions extends CallOptions {
  /**
   * Whether missing parents are made and a folder that exists is fine.
   * @default false
   */
  readonly parents?: boolean;
  /** Modification time to give the folder, in ms since 1970. */
  readonly modifiedAtMs?: number;
}

/** What a client of one server does, but for how its parts are loaded. */
export abstract class BaseClient extends ManagingClient implements AsyncDisposable {
  readonly #pool: ConnectionPool;
  readonly #context: TransferContext;

  /**
   * Made by `SluiceClient` only.
   *
   * @param options Where the server is, and how patient to be.
   * @param parts Loads what is not needed at once.
   */
  protected constructor(options: SluiceClientOptions, parts: ClientParts) {
    const context = makeContext(options, parts);
    super(context);
    this.#pool = context.pool;
    this.#context = context;
  }

  /**
   * Lists one folder, without its subfolders.
   *
   * @param path Remote folder.
   * @param options Signal.
   * @returns Entries in the order of their names. Names are checked: none can lead elsewhere.
   * @throws {SluiceError} `not_found`, `not_a_folder`, `unreachable` and others, while iterating.
   */
  list(path: string, options: CallOptions = {}): AsyncIterable<Entry> {
    return listFolder(this.#pool, path, options.signal);
  }

  /**
   * Describes one entry.
   *
   * @param path Remote path.
   * @param options Signal.
   * @returns Kind, size, time, version and known digests.
   * @throws {SluiceError} `not_found`, `unreachable` and others.
   */
  async stat(path: string, options: CallOptions = {}): Promise<StatResult> {
    const parsed = parseRemotePath(path);
    const result = await callServer(this.#pool, {
      act: `stat "${parsed}"`,
      type: FrameType.STAT,
      payload: { path: parsed },
      schema: StatResultSchema,
      isRepeatable: true,
      signal: options.signal,
    });
    return { ...result, path: parsed };
  }

  /**
   * Moves or renames a file or folder; nothing is ever replaced.
   *
   * @param from Remote path.
   * @param to Remote path that is free.
   * @param options Signal.
   * @throws {SluiceError} `not_found`, `already_exists`, `unreachable` and others. After
   * `unreachable` it is unknown whether it was done.
   */
  async rename(from: string, to: string, options: CallOptions = {}): Promise<void> {
    const parsed = { from: parseRemotePath(from), to: parseRemotePath(to) };
    await callServer(this.#pool, {
      act: `rename "${parsed.from}"`,
      type: FrameType.RENAME,
      payload: parsed,
      schema: NothingSchema,
      isRepeatable: false,
      signal: options.signal,
    });
  }

  /**
   * Moves a file or a whole folder into the server's trash, or removes it.
   *
   * @param path Remote path.
   * @param options Whether it is for good, and signal.
   * @returns The id in the trash; none after a permanent delete.
   * @throws {SluiceError} `not_found`, `unreachable` and others. After `unreachable` it is unknown
   * whether it was done.
   */
  async delete(path: string, options: DeleteOptions = {}): Promise<DeleteResult> {
    const parsed = parseRemotePath(path);
    return await callServer(this.#pool, {
      act: `delete "${parsed}"`,
      type: FrameType.DELETE,
      payload: { path: parsed, permanent: options.permanent ?? false },
      schema: DeleteResultSchema,
      isRepeatable: false,
      signal: options.signal,
    });
  }

  /**
   * Makes a folder.
   *
   * @param path Remote path.
   * @param options Whether parents are made, and signal.
   * @throws {SluiceError} `already_exists`, `not_found`, `unreachable` and others.
   */
  async mkdir(path: string, options: MkdirOptions = {}): Promise<void> {
    const parsed = parseRemotePath(path);
    const parents = options.parents ?? false;
    await callServer(this.#pool, {
      act: `make folder "${parsed}"`,
      type: FrameType.MKDIR,
      payload: { path: parsed, parents, modifiedAtMs: options.modifiedAtMs },
      schema: NothingSchema,
      isRepeatable: parents,
      signal: options.signal,
    });
  }

  /**
   * Asks how busy the server is. The question goes between the frames of a transfer when all
   * connections are in use, and then waits behind what that transfer has still to read.
   *
   * @param options Signal.
   * @returns Connections, workers, transfers and throttle.
   * @throws {SluiceError} `unreachable` and others.
   */
  async status(options: CallOptions = {}): Promise<StatusResult> {
    const busy = this.#pool.anyInUse();
    const call = {
      act: "ask for the status",
      type: FrameType.STATUS,
      schema: StatusResultSchema,
      isRepeatable: true,
      signal: options.signal,
    };
    return await (busy === undefined ? callServer(this.#pool, call) : callOn(busy, call));
  }

  /**
   * Measures the time to the server and back. Like {@linkcode status}, it may share a connection.
   *
   * @param options Signal.
   * @returns Milliseconds, without the time to connect.
   * @throws {SluiceError} `unreachable` and others.
   */
  async ping(options: CallOptions = {}): Promise<number> {
    return await pingServer(this.#pool, options.signal);
  }

  /**
   * Uploads one file, verified from end to end; an interrupted one is continued.
   *
   * @param localPath A regular file.
   * @param remotePath Where to; missing folders are made.
   * @param options Conflict policy, rate limit, checksum, progress and signal.
   * @returns What came of it.
   * @throws {SluiceError} `not_found`, `is_a_folder`, `not_a_file`, `already_exists`,
   * `file_changed`, `checksum_mismatch`, `unreachable`, `cancelled` and others.
   */
  async upload(
    localPath: string,
    remotePath: string,
    options: TransferOptions = {},
  ): Promise<TransferResult> {
    const { uploadFile } = await this.#context.parts.upload();
    return await uploadFile(this.#context, localPath, remotePath, options);
  }

  /**
   * Downloads one file, verified from end to end; an interrupted one is continued. Until it is whole
   * and verified it is called `<name>.part`, beside a `<name>.part.json`.
   *
   * @param remotePath A file.
   * @param localPath Where to; missing folders are made.
   * @param options Conflict policy, rate limit, checksum, progress and signal.
   * @returns What came of it.
   * @throws {SluiceError} `not_found`, `is_a_folder`, `already_exists`, `busy`, `disk_full`,
   * `checksum_mismatch`, `unreachable`, `cancelled` and others.
   */
  async download(
    remotePath: string,
    localPath: string,
    options: TransferOptions = {},
  ): Promise<TransferResult> {
    const { downloadFile } = await this.#context.parts.download();
    return await downloadFile(this.#context, remotePath, localPath, options);
  }

  /** Closes the connections that no call uses; the next call opens one. For when the server was gone. */
  closeIdle(): void {
    this.#pool.closeIdle();
  }

  /** Closes all connections. Calls under way end with `cancelled`. Repeated calls do nothing. */
  async close(): Promise<void> {
    await this.#pool.close();
  }

  /** The same as {@linkcode BaseClient.close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function makeContext(options: SluiceClientOptions, parts: ClientParts): TransferContext {
  const server = options.server ?? DEFAULT_SERVER;
  const most = options.connections ?? DEFAULT_CONNECTIONS;
  if (!Number.isSafeInteger(most) || most < 1) {
    throw new RangeError(`Cannot use ${most} connections: it takes one at least`);
  }
  const connectTimeoutMs = options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS;
  const replyTimeoutMs = options.replyTimeoutMs ?? DEFAULT_REPLY_TIMEOUT_MS;
  const { token } = options;
  const keeper = token instanceof TokenKeeper ? token : new TokenKeeper({ token });
  const pool = new ConnectionPool(
    (signal) =>
      withToken(
        keeper,
        (token) => openConnection(server, { connectTimeoutMs, replyTimeoutMs, signal, token }),
        signal,
      ),
    most,
  );
  return { pool, parts, retry: { ...DEFAULT_RETRY, ...options.retry } };
}
