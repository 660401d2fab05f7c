import type { Digester } from "#protocol/digest.ts";
import type { DigestAlgorithm } from "#protocol/digest_algorithm.ts";
import type { WorkerEvent } from "../channel.ts";
import type { Storage } from "../storage/storage.ts";
import type { FlowThrottle } from "./flow_throttle.ts";
import type { Inbox } from "./inbox.ts";
import type { FolderPages } from "./folder_pages.ts";
import type { Outbox } from "./outbox.ts";

/** What stays the same for all requests of a lease. */
export interface SessionContext {
  readonly storage: Storage;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  readonly throttle: FlowThrottle;
  readonly folderPages: FolderPages;
  /** Longest wait for the next frame of an upload, in ms. */
  readonly stallTimeoutMs: number;
  /** A fresh digester; the one that was given before must not be used any more. */
  digester(algorithm: DigestAlgorithm): Promise<Digester>;
  emit(event: WorkerEvent): void;
  /** Asks whoever holds an upload session to let go of it. */
  takeSession(session: string): void;
  /** Notes which upload session this lease holds; `undefined` for none. */
  holdSession(session: string | undefined): void;
}

/** What a handler gets. */
export interface RequestContext extends SessionContext {
  readonly requestId: number;
  /** Aborted by CANCEL, by another connection that takes the upload, and when the lease ends. */
  readonly signal: AbortSignal;
}
