import { encodeControl, FrameType } from "#protocol/frame.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { namedPath } from "./access/named_path.ts";
import type { WorkerEvent } from "./channel.ts";
import type { ConnectionLog } from "./connection_log.ts";
import { newErrorId } from "./error_reply.ts";
import { refuseRequest } from "./refuse_request.ts";
import { type FrameRange, HeldFrames } from "./held_frames.ts";
import type { SendQueue } from "./send_queue.ts";
import type { ServerTimeouts } from "./server_options.ts";
import type { Lessee } from "./lessee.ts";
import type { LeaseClient, LeaseOwner, WorkerHandle } from "./worker_handle.ts";
import type { WorkerPool } from "./worker_pool.ts";

/** What a lease needs of its server. */
export interface WorkerLeaseContext {
  readonly pool: WorkerPool;
  readonly timeouts: ServerTimeouts;
  readonly log: ConnectionLog;
  /** Address of the client. */
  readonly peer: string;
  readonly access: { readonly current: LeaseClient["access"] };
}

/** What a lease tells its connection. */
export interface WorkerLeaseEvents {
  onConsumed(buffer: ArrayBuffer): void;
  /** All requests so far are answered. */
  onIdle(): void;
  /** The connection can be served no further. */
  onLost(error: SluiceError): void;
}

/**
 * A connection's claim on a worker: asks the pool for one when there is a request to serve, keeps it
 * while the connection works and a short linger after, then gives it back.
 */
export class WorkerLease implements LeaseOwner, Lessee {
  readonly #connectionId: number;
  readonly #context: WorkerLeaseContext;
  readonly #queue: SendQueue;
  readonly #events: WorkerLeaseEvents;
  #handle: WorkerHandle | undefined;
  /** What arrives while there is no worker, or while it is being given back. */
  readonly #held = new HeldFrames();
  #waitingSinceMs: number | undefined;
  #position = 0;
  #toldPositionMs = 0;
  #isInputEnded = false;
  #isClosed = false;
  #isYielding = false;
  /** Batches sent to, and answered by, the worker of this lease. */
  #sent = 0;
  #answered = 0;
  #idleSinceMs: number | undefined;
  /** Since when the client has staged uploads and sends nothing. */
  #stagingSinceMs: number | undefined;
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

  /** Whether a request waits for a worker. */
  get isWaiting(): boolean {
    return this.#waitingSinceMs !== undefined;
  }

  /** Whether a request is being served or waits for a worker. */
  get isWorking(): boolean {
    return !this.#isClosed && (this.isWaiting || this.#sent !== this.#answered);
  }

  /** The worker that this connection has. */
  get worker(): WorkerHandle | undefined {
    return this.#handle;
  }

  /** Place in the queue; 0 when it was told none. */
  get position(): number {
    return this.#position;
  }

  /** Sends whole frames, for which `requireWorkerFrame` holds, to the worker, now or later. */
  send(buffer: ArrayBuffer, end: number): void {
    if (this.#isClosed) return;
    const frames: FrameRange = { buffer, start: 0, end };
    if (this.#handle !== undefined && !this.#isYielding) return this.#forward(frames);
    this.#hold(frames);
    if (!this.#isYielding) this.#askForWorker();
  }

  /** The client sends no more. */
  endInput(): void {
    this.#isInputEnded = true;
    if (!this.#isYielding) this.#handle?.post({ type: "inputEnded" });
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
    const { queueMs, queuePulseMs, lingerMs, stallMs } = this.#context.timeouts;
    if (this.#stagingSinceMs !== undefined && nowMs - this.#stagingSinceMs > stallMs) {
      const why = "Cannot keep staged uploads: they were not published for too long";
      return this.#events.onLost(new SluiceError("timeout", why));
    }
    if (this.#waitingSinceMs !== undefined && nowMs - this.#waitingSinceMs > queueMs) {
      const why = "no worker became free in time; try again later";
      this.#events.onLost(new SluiceError("busy", `Cannot serve request: ${why}`));
    } else if (this.#position > 0 && nowMs - this.#toldPositionMs > queuePulseMs) {
      this.#tellPosition();
    }
    if (this.#idleSinceMs !== undefined && nowMs - this.#idleSinceMs > lingerMs) this.giveUp();
  }

  /** Ends the claim, whatever is under way. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#leaveQueue();
    this.#held.take();
    this.giveUp();
    this.#finished?.resolve();
  }

  giveUp(): void {
    this.#idleSinceMs = undefined;
    this.#isYielding = false;
    this.#context.pool.endLease(this);
    const handle = this.#handle;
    if (handle === undefined) return;
    this.#handle = undefined;
    this.#context.log.released(handle.id);
    handle.release();
  }

  yieldTurn(): void {
    this.#isYielding = true;
    this.#handle?.post({ type: "yield" });
  }

  onGranted(handle: WorkerHandle): void {
    this.#handle = handle;
    this.#context.log.leased(handle.id, this.#waitingSinceMs);
    this.#waitingSinceMs = undefined;
    this.#position = 0;
    const frames = this.#held.take();
    this.#sent = frames.length;
    this.#answered = 0;
    const { peer, access } = this.#context;
    handle.lease(this, { connectionId: this.#connectionId, peer, access: access.current }, frames);
    if (this.#isInputEnded) handle.post({ type: "inputEnded" });
  }

  onPosition(position: number): void {
    this.#position = position;
    this.#context.log.queued(position);
    this.#tellPosition();
  }

  onSend(buffer: ArrayBuffer, end: number): void {
    const handle = this.#handle;
    this.#queue.relay(new Uint8Array(buffer, 0, end), () => handle?.giveBack(buffer));
  }

  onConsumed(buffer: ArrayBuffer): void {
    this.#events.onConsumed(buffer);
  }

  onIdle(batches: number, isStaging: boolean): void {
    this.#answered = batches;
    if (this.isWorking) return;
    if (isStaging) {
      // What is staged is in this worker; no other could publish it.
      this.#stagingSinceMs = performance.now();
    } else if (this.#isYielding) {
      this.giveUp();
      this.#askForWorker();
    } else {
      this.#idleSinceMs = performance.now();
      this.#context.pool.setLingering(this, true);
    }
    if (!this.isWorking) this.#finish();
  }

  onYielded(frames: readonly FrameRange[]): void {
    const later = this.#held.take();
    this.#sent = this.#answered = 0;
    this.giveUp();
    for (const range of [...frames, ...later]) this.#hold(range);
    this.#askForWorker();
    if (!this.isWorking) this.#finish();
  }

  onYieldLater(): void {
    this.#isYielding = false;
    for (const range of this.#held.take()) this.#forward(range);
    if (this.#isInputEnded) this.#handle?.post({ type: "inputEnded" });
  }

  onYieldNow(): void {
    if (!this.#isYielding) this.yieldTurn();
  }

  onEvent(event: WorkerEvent): void {
    this.#context.log.worker(this.#handle?.id ?? 0, event);
  }

  onTakeSession(session: string): void {
    // Not to the asker: it may hold the session by the time that its own question arrives.
    this.#context.pool.broadcast({ type: "yieldSession", session }, this.#handle);
  }

  onLost(reason: string): void {
    const workerId = this.#handle?.id ?? 0;
    this.#handle = undefined;
    this.#context.pool.endLease(this);
    if (!this.isWorking) {
      this.#idleSinceMs = undefined;
      this.#sent = this.#answered = 0;
      return;
    }
    const errorId = newErrorId();
    this.#context.log.workerLost(workerId, reason, errorId);
    const message = `Cannot go on: the worker failed (error ${errorId})`;
    this.#events.onLost(new SluiceError("internal", message, { errorId, cause: reason }));
  }

  #forward(frames: FrameRange): void {
    this.#idleSinceMs = undefined;
    this.#stagingSinceMs = undefined;
    this.#context.pool.setLingering(this, false);
    this.#sent++;
    this.#handle?.sendFrames(frames);
  }

  #hold(frames: FrameRange): void {
    const { access, log } = this.#context;
    for (const { requestId, operation, payload } of this.#held.add(frames)) {
      const error = new SluiceError("cancelled", "Cannot go on: the client cancelled it");
      const request = { requestId, operation, path: namedPath(access.current, payload) };
      refuseRequest(request, error, { queue: this.#queue, log });
    }
  }

  /** Joins the queue, unless it is in it already or none of the frames begins a request. */
  #askForWorker(): void {
    if (this.#held.firstRequestId === undefined) {
      const wasWaiting = this.isWaiting;
      this.#leaveQueue();
      // Nothing is under way that these could go on with or end.
      for (const { buffer } of this.#held.take()) this.#events.onConsumed(buffer);
      if (wasWaiting) this.#finish();
    } else if (!this.isWaiting) {
      this.#waitingSinceMs = performance.now();
      this.#context.pool.request(this);
    }
  }

  #leaveQueue(): void {
    this.#waitingSinceMs = undefined;
    this.#position = 0;
    this.#context.pool.cancel(this);
  }

  #tellPosition(): void {
    this.#toldPositionMs = performance.now();
    const position = { position: this.#position };
    this.#queue.push(encodeControl(FrameType.QUEUED, this.#held.firstRequestId ?? 0, position));
  }

  #finish(): void {
    this.#finished?.resolve();
    this.#finished = undefined;
    this.#events.onIdle();
  }
}
