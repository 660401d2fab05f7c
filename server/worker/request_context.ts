import type { Digester } from "#protocol/digest.ts";
import type { ChecksumAlgorithm } from "#protocol/digest_algorithm.ts";
import type { Access } from "../access/access.ts";
import type { ClientDeed } from "../audit/audit_gatherer.ts";
import type { WorkerEvent } from "../channel.ts";
import type { WriteGuard } from "../limits/write_guard.ts";
import type { RequestTally } from "../metrics/request_tally.ts";
import type { StagingBatch } from "../storage/staging.ts";
import type { StorageView } from "../storage/storage.ts";
import type { DoneOperation } from "../storage/history_store.ts";
import type { GaugeWriter } from "../work_gauge.ts";
import type { FlowThrottle } from "./flow_throttle.ts";
import type { HistoryDraft } from "./history_draft.ts";
import type { Inbox } from "./inbox.ts";
import type { FolderPages } from "./folder_pages.ts";
import type { Outbox } from "./outbox.ts";

/** What a connection has staged; as long as there is something, it keeps its worker. */
export interface Staged {
  batch: StagingBatch | undefined;
  /** The last request that was told READY. */
  isReadyFor: number | undefined;
}

/** What stays the same for all requests of a lease. */
export interface SessionContext {
  readonly storage: StorageView;
  /** Who the client acts for. */
  readonly access: Access;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  readonly throttle: FlowThrottle;
  /** Whether transfers may be compressed. */
  readonly mayCompress: boolean;
  /** Decides what may be put into root. */
  readonly guard: WriteGuard;
  readonly folderPages: FolderPages;
  /** Address of the client, for the history. */
  readonly peer: string;
  /** What waits for PUBLISH. */
  readonly staged: Staged;
  /** A fresh digester; the one that was given before must not be used any more. */
  digester(algorithm: ChecksumAlgorithm): Promise<Digester>;
  emit(event: WorkerEvent): void;
  /** As `emit`, for what may be told together with its like. */
  emitSmall(event: WorkerEvent): void;
  /** Shows what this worker is at. */
  readonly gauge: GaugeWriter;
  /** Something visible in the tree has changed. */
  noteChange(): void;
  /** Notes what was done; it is written a little later. */
  record(record: DoneOperation): void;
  /** Counts what was done. */
  readonly tally: RequestTally;
  /** Notes what was done for whoever keeps an audit log. */
  audit(deed: ClientDeed): void;
  /** Makes the state folder's file system durable; `false` when that cannot be done at once. */
  syncState(): Promise<boolean>;
  /** Answers the main thread that wants this worker for others. */
  tellYield(when: "yieldLater" | "yieldNow"): void;
  /** Asks whoever holds an upload session to let go of it. */
  takeSession(session: string): void;
  /** Notes which upload session this lease holds; `undefined` for none. */
  holdSession(session: string | undefined): void;
}

/** What a handler gets. */
export interface RequestContext extends SessionContext {
  /** What the history is to know of this request. */
  readonly history: HistoryDraft;
  readonly requestId: number;
  /** Aborted by CANCEL, by another connection that takes the upload, and when the lease ends. */
  readonly signal: AbortSignal;
}
