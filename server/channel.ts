import type { SluiceError } from "#protocol/sluice_error.ts";
import type { Access } from "./access/access.ts";
import type { FrameRange } from "./held_frames.ts";
import type { StoragePlace } from "./storage/storage.ts";

/** What a worker is given once, when it starts. */
export interface WorkerStart {
  readonly type: "start";
  /** Number of this worker, for the log. */
  readonly workerId: number;
  /** Real path of root. */
  readonly root: string;
  /** What belongs to this server alone. */
  readonly place: StoragePlace;
  /** Whether other processes or servers use this root, too. */
  readonly hasOthers: boolean;
  /** Cells of the token bucket for the whole server. */
  readonly serverBucket: SharedArrayBuffer;
  /** Counts of all workers: `LiveCounters`. */
  readonly counters: SharedArrayBuffer;
  /** What this worker is at: `GaugeWriter`. */
  readonly gauge: SharedArrayBuffer;
  /** XXH3-128, compiled: `xxh128Module`. */
  readonly xxh128: WebAssembly.Module;
  /** Whether transfers may be compressed. */
  readonly mayCompress: boolean;
  /** What may change at any time: `SharedJson` of `LiveSettings`. */
  readonly live: SharedArrayBuffer;
  /** How much room there is: `RoomCells`. */
  readonly room: SharedArrayBuffer;
  /** What was done: `RequestTally`. */
  readonly tally: SharedArrayBuffer;
  readonly uploadKeepMs: number;
  readonly trashKeepMs: number;
  /** Bytes that the trash may take; 0 for no limit. */
  readonly trashKeepBytes: number;
  readonly historyKeepMs: number;
}

/** From the main thread to a worker. */
export type ToWorker =
  | WorkerStart
  /** Main's clock, in answer to `clock`. */
  | { readonly type: "clock"; readonly mainMs: number }
  /** Begins a lease with all frames that wait, so that a CANCEL among them is seen first. */
  | {
    readonly type: "lease";
    readonly connectionId: number;
    /** Address of the client. */
    readonly peer: string;
    /** Who it acts for. */
    readonly access: Access;
    readonly frames: FrameRange[];
  }
  /** More frames; the buffer comes back with `consumed` or `yielded`. */
  | { readonly type: "frames"; readonly frames: FrameRange }
  /** Give back all frames behind the request under way; answered by `yielded` or `idle`. */
  | { readonly type: "yield" }
  /** The client sends no more. */
  | { readonly type: "inputEnded" }
  /** The client is too slow: end the upload that waits for it, if one does. */
  | { readonly type: "endSlowWait" }
  /** Output buffers that are on the wire. */
  | { readonly type: "sent"; readonly buffers: readonly ArrayBuffer[] }
  /** End the lease, whatever is under way; answered by `released`. */
  | { readonly type: "release" }
  /** Another connection resumes this upload session: let go of it. */
  | { readonly type: "yieldSession"; readonly session: string }
  /** Remove what has expired in the state folder; answered by `swept`. */
  | { readonly type: "sweep" }
  /** In answer to `syncState`. */
  | { readonly type: "synced"; readonly isDurable: boolean }
  /** Close what is open: the worker is about to be terminated; answered by `ended`. */
  | { readonly type: "end" }
  | { readonly type: "beat" };

/** What became of a transfer or a change, for the log. */
export interface WorkerEvent {
  readonly kind:
    | "started"
    | "progress"
    | "finished"
    | "kept"
    | "discarded"
    | "failed"
    | "changed"
    | "batch";
  /** `upload`, `download`, `rename`, `delete`, `mkdir`. */
  readonly operation: string;
  readonly path: string;
  readonly requestId: number;
  /** Where the bytes begin after a resume. */
  readonly offsetBytes?: number;
  readonly doneBytes?: number;
  readonly totalBytes?: number;
  readonly seconds?: number;
  readonly digest?: string;
  readonly outcome?: string;
  /** Of a `batch`: all its files. */
  readonly paths?: readonly string[];
  readonly code?: SluiceError["code"];
  readonly message?: string;
  readonly errorId?: string;
  /** Stack and cause of a fault: for the log only. */
  readonly detail?: string;
}

/** From a worker to the main thread. */
export type FromWorker =
  /** Asks for main's clock. */
  | { readonly type: "clock" }
  | { readonly type: "ready" }
  /** Whole frames in bytes 0 to `end`, to be written in order; the buffer goes back with `sent`. */
  | { readonly type: "send"; readonly buffer: ArrayBuffer; readonly end: number }
  | { readonly type: "consumed"; readonly buffer: ArrayBuffer }
  /** All requests in the first `batches` batches of this lease are answered. */
  | {
    readonly type: "idle";
    readonly batches: number;
    /** Whether uploads wait for a PUBLISH: then the connection keeps this worker. */
    readonly isStaging: boolean;
  }
  /** Asks for all that was written to become durable; answered by `synced`. */
  | { readonly type: "syncState" }
  /** In answer to `yield`: uploads are staged; `yieldNow` comes when they are published. */
  | { readonly type: "yieldLater" }
  /** Nothing is staged any more; the session waits for `yield`. */
  | { readonly type: "yieldNow" }
  /** The request under way when `yield` came is answered; these frames were not looked at. */
  | { readonly type: "yielded"; readonly frames: FrameRange[] }
  | { readonly type: "event"; readonly event: WorkerEvent }
  /** Whole lines for the audit log. */
  | { readonly type: "audit"; readonly lines: string }
  | { readonly type: "takeSession"; readonly session: string }
  | { readonly type: "released" }
  | { readonly type: "ended" }
  | { readonly type: "swept"; readonly uploads: number; readonly trash: number }
  /** A fault outside any request. */
  | { readonly type: "fault"; readonly detail: string }
  | { readonly type: "beat" };
