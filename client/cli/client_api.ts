import type { TransferOptions, TransferResult } from "../types.ts";
import type { BaseClient } from "../base_client.ts";

/** Verbs that the command line takes from the library as they are. */
type Verbs =
  | "list"
  | "stat"
  | "rename"
  | "delete"
  | "mkdir"
  | "ping"
  | "status"
  | "throttle"
  | "watch"
  | "find"
  | "checksum"
  | "history"
  | "trash"
  | "restore"
  | "emptyTrash"
  | "preview"
  | "archive"
  | "uploadAll"
  | "downloadAll";

/** What the command line needs of a client; `CommandClient` is one, tests bring their own. */
export interface ClientApi extends Pick<BaseClient, Verbs>, AsyncDisposable {
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
  /** `--token-file` as typed. */
  readonly tokenFile?: string | undefined;
  /** `--tls`. @default false */
  readonly tls?: boolean;
  /** `--ca` as typed. */
  readonly ca?: string | undefined;
  /**
   * Whether a person may be asked for the access token.
   * @default false
   */
  readonly mayAsk?: boolean;
}

/** Makes a client; nothing is sent before its first call. */
export type Connect = (options: ConnectOptions) => Promise<ClientApi>;
