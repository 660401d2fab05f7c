import { encodeControl, FrameType } from "#protocol/frame.ts";
import type { FrameView } from "#protocol/frame_reader.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { WorkerEvent } from "./channel.ts";
import type { ConnectionLog } from "./connection_log.ts";
import type { SendQueue } from "./send_queue.ts";
import type { ServerTimeouts } from "./server_options.ts";
import type { LeaseOwner, WorkerHandle } from "./worker_handle.ts";
import type { Lingerer, Waiter, WorkerPool } from "./worker_pool.ts";

/** What a lease needs of its server. */
export interface WorkerLeaseContext {
  readonly pool: WorkerPool;
  readonly timeouts: ServerTimeouts;
  readonly log: ConnectionLog;
}

/** What a lease tells its connection. */
export interface WorkerLeaseEvents {
  onConsumed(buffer: ArrayBuffer): void;
  /** All requests so far are answered. */
  onIdle(): void;
  /** The connection can be served no further. */
  onLost(error: SluiceError): void;
}

interface Batch {
  readonly buffer: ArrayBuffer;
  readonly end: number;
}

const WORKER_REQUESTS: ReadonlySet<number> = new Set([
  FrameType.LIST,
  FrameType.STAT,
  FrameType.GET,
  FrameType.PUT,
  FrameType.COMMIT,
  FrameType.ABORT,
  FrameType.RENAME,
  FrameType.DELETE,
  FrameType.MKDIR,
  FrameType.CANCEL,
  FrameType.DATA,
]);

/**
 * A connection's claim on a worker: asks the pool for one when there is a request to serve, keeps it
 * while the connection works and a short linger after, then gives it back.
 */
export class WorkerLease implements LeaseOwner, Waiter, Lingerer {
  readonly #connectionId: number;
  readonly #context: WorkerLeaseContext;
  readonly #queue: SendQueue;
  readonly #events: WorkerLeaseEvents;
  #handle: WorkerHandle | undefined;
  /** Batches that wait for a worker. */
  readonly #held: Batch[] = [];
  #waitingSinceMs: number | undefined;
  #firstRequestId = 0;
  #isInputEnded = false;
  #isClosed = false;
  /** Batches sent to, and answered by, the worker of this lease. */
  #sent = 0;
  #answered = 0;
  #idleSinceMs: number | undefined;
  #finished: PromiseWithResolvers<void> | undefined;

  /**
   * @param connectionId Number of the connection.
   * @param context The server.
   * @param queue Where the worker's frames go.
   * @param events The connection.
   */
  constructor(
    connectionId: number,
    context: WorkerLeaseContext,
    queue: SendQueue,
    events: WorkerLeaseEvents,
  ) {
    this.#connectionId = connectionId;
    this.#context = context;
    this.#queue = queue;
    this.#events = events;
  }

  /** Whether a request is being served or waits for a worker. */
  get isWorking(): boolean {
    return !this.#isClosed && (this.#waitingSinceMs !== undefined || this.#sent !== this.#answered);
  }

  /**
   * Looks at a frame that is about to be sent.
   *
   * @param frame A frame of the client.
   * @returns Whether the worker needs it.
   * @throws {SluiceError} `protocol_error` when a client may not send this type.
   */
  note(frame: FrameView): boolean {
    if (!WORKER_REQUESTS.has(frame.type)) {
      const type = frame.type.toString(16).padStart(2, "0");
      throw new SluiceError(
        "protocol_error",
        `Cannot serve frame: type 0x${type} is not a request`,
      );
    }
    // Nothing is under way that a cancel could end.
    if (frame.type === FrameType.CANCEL && !this.isWorking) return this.#handle !== undefined;
    if (this.#firstRequestId === 0) this.#firstRequestId = frame.requestId;
    return true;
  }

  /** Sends a batch to the worker, now or when there is one. */
  send(buffer: ArrayBuffer, end: number): void {
    if (this.#isClosed) return;
    if (this.#handle !== undefined) return this.#forward({ buffer, end });
    this.#held.push({ buffer, end });
    if (this.#waitingSinceMs !== undefined) return;
    this.#waitingSinceMs = performance.now();
    this.#context.pool.request(this);
  }

  /** The client sends no more. */
  endInput(): void {
    this.#isInputEnded = true;
    this.#handle?.post({ type: "inputEnded" });
    if (!this.isWorking) this.close();
  }

  /** Resolves when all requests are answered or the lease is closed. */
  finished(): Promise<void> {
    if (!this.isWorking) return Promise.resolve();
    this.#finished ??= Promise.withResolvers();
    return this.#finished.promise;
  }

  /** Checks the deadlines; called about once a second. */
  tick(nowMs: number): void {
    const { queueMs, lingerMs } = this.#context.timeouts;
    if (this.#waitingSinceMs !== undefined && nowMs - this.#waitingSinceMs > queueMs) {
      this.#events.onLost(
        new SluiceError(
          "busy",
          "Cannot serve request: no worker became free in time; try again later",
        ),
      );
    }
    if (this.#idleSinceMs !== undefined && nowMs - this.#idleSinceMs > lingerMs) this.giveUp();
  }

  /** Ends the claim, whatever is under way. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#context.pool.cancel(this);
    this.#held.length = 0;
    this.giveUp();
    this.#finished?.resolve();
  }

  giveUp(): void {
    this.#idleSinceMs = undefined;
    this.#context.pool.endLinger(this);
    const handle = this.#handle;
    if (handle === undefined) return;
    this.#handle = undefined;
    this.#context.log.released(handle.id);
    handle.release();
  }

  onGranted(handle: WorkerHandle): void {
    this.#handle = handle;
    this.#waitingSinceMs = undefined;
    this.#sent = 0;
    this.#answered = 0;
    this.#context.log.leased(handle.id);
    handle.lease(this, this.#connectionId);
    for (const batch of this.#held.splice(0)) this.#forward(batch);
    if (this.#isInputEnded) handle.post({ type: "inputEnded" });
  }

  onPosition(position: number): void {
    this.#context.log.queued(position);
    this.#queue.push(encodeControl(FrameType.QUEUED, this.#firstRequestId, { position }));
  }

  onSend(buffer: ArrayBuffer, end: number): void {
    const handle = this.#handle;
    this.#queue.push(new Uint8Array(buffer, 0, end), () => handle?.giveBack(buffer));
  }

  onConsumed(buffer: ArrayBuffer): void {
    this.#events.onConsumed(buffer);
  }

  onIdle(batches: number): void {
    this.#answered = batches;
    if (this.isWorking) return;
    this.#firstRequestId = 0;
    this.#finished?.resolve();
    this.#finished = undefined;
    this.#idleSinceMs = performance.now();
    this.#context.pool.startLinger(this);
    this.#events.onIdle();
  }

  onEvent(event: WorkerEvent): void {
    this.#context.log.worker(this.#handle?.id ?? 0, event);
  }

  onTakeSession(session: string): void {
    this.#context.pool.broadcast({ type: "yieldSession", session });
  }

  onLost(reason: string): void {
    const workerId = this.#handle?.id ?? 0;
    this.#handle = undefined;
    this.#context.pool.endLinger(this);
    if (!this.isWorking) {
      this.#idleSinceMs = undefined;
      this.#sent = this.#answered = 0;
      return;
    }
    const errorId = crypto.randomUUID().slice(0, 8);
    this.#context.log.workerLost(workerId, reason, errorId);
    this.#events.onLost(
      new SluiceError("internal", `Cannot go on: the worker failed (error ${errorId})`, {
        errorId,
      }),
    );
  }

  #forward(batch: Batch): void {
    this.#idleSinceMs = undefined;
    this.#context.pool.endLinger(this);
    this.#sent++;
    this.#handle?.sendFrames(batch.buffer, batch.end);
  }
}
