import type { DeleteResult, Entry, StatResult, StatusResult } from "#protocol/replies.ts";
import type { CallOptions, TransferOptions, TransferResult } from "../types.ts";

/** What the command line needs of a client; `SluiceClient` is one, tests bring their own. */
export interface ClientApi extends AsyncDisposable {
  list(path: string, options?: CallOptions): AsyncIterable<Entry>;
  stat(path: string, options?: CallOptions): Promise<StatResult>;
  rename(from: string, to: string, options?: CallOptions): Promise<void>;
  delete(
    path: string,
    options?: CallOptions & { readonly permanent?: boolean },
  ): Promise<DeleteResult>;
  mkdir(path: string, options?: CallOptions & { readonly parents?: boolean }): Promise<void>;
  ping(options?: CallOptions): Promise<number>;
  status(options?: CallOptions): Promise<StatusResult>;
  upload(
    localPath: string,
    remotePath: string,
    options?: TransferOptions,
  ): Promise<TransferResult>;
  download(
    remotePath: string,
    localPath: string,
    options?: TransferOptions,
  ): Promise<TransferResult>;
}

/** How one command wants its client. */
export interface ConnectOptions {
  /** `HOST:PORT` as typed; the environment's, then the default when left out. */
  readonly server?: string | undefined;
  /**
   * Connections that may be open at once.
   * @default 1
   */
  readonly connections?: number;
  /**
   * Tries in a row without any progress before a call gives up.
   * @default 1
   */
  readonly attempts?: number;
  /**
   * Deadline for connecting and the hello, in ms.
   * @default 10_000
   */
  readonly connectTimeoutMs?: number;
}

/** Makes a client; nothing is sent before its first call. */
export type Connect = (options: ConnectOptions) => Promise<ClientApi>;
