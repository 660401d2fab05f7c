import type { Access } from "./access/access.ts";
import type { FromWorker, ToWorker, WorkerEvent, WorkerStart } from "./channel.ts";
import type { FrameRange } from "./held_frames.ts";
import { GaugeReader, type Work } from "./work_gauge.ts";

/**
 * Output buffers that go back together: hundreds of workers that send a little now and then need not
 * be woken for each. A worker has more than these, so that it never waits for one that is kept here.
 */
const BUFFERS_GIVEN_BACK = 2;

/** Why a worker is lost that hangs, as it may on a slow disk. */
export const HUNG = "it did not answer for too long";

/** Whom a lease serves. */
export interface LeaseClient {
  readonly connectionId: number;
  /** Address of the client. */
  readonly peer: string;
  /** Who it acts for. */
  readonly access: Access;
}

/** Who holds a leased worker. */
export interface LeaseOwner {
  /** Whole frames for the client; the buffer goes back through {@linkcode WorkerHandle.giveBack}. */
  onSend(buffer: ArrayBuffer, end: number): void;
  onConsumed(buffer: ArrayBuffer): void;
  onIdle(batches: number, isStaging: boolean): void;
  /** Cannot yield yet; `onYieldNow` follows when it can. */
  onYieldLater(): void;
  onYieldNow(): void;
  onYielded(frames: readonly FrameRange[]): void;
  onEvent(event: WorkerEvent): void;
  onTakeSession(session: string): void;
  /** The worker is gone; the lease with it. */
  onLost(reason: string): void;
}

/** What a handle tells the pool. */
export interface WorkerHandleEvents {
  onReady(handle: WorkerHandle): void;
  /** The lease is over and the worker is clean. */
  onReleased(handle: WorkerHandle): void;
  /** The worker is gone. */
  onLost(handle: WorkerHandle, reason: string): void;
  onFault(handle: WorkerHandle, detail: string): void;
  /** Whole lines for the audit log. */
  onAudit(lines: string): void;
  /** Asks for all that was written to become durable; `synced` is the answer. */
  onSyncState(handle: WorkerHandle): void;
}

/** The main thread's end of one worker. */
export class WorkerHandle {
  readonly id: number;
  readonly #worker: Worker;
  readonly #gauge: GaugeReader;
  readonly #events: WorkerHandleEvents;
  #owner: LeaseOwner | undefined;
  #isLost = false;
  readonly #ended = Promise.withResolvers<void>();
  /** Time without a sign of life that {@linkcode WorkerHandle.checkPulse} has counted. */
  #silentMs = 0;
  /** Output buffers that are on their way back. */
  #returning: ArrayBuffer[] = [];

  /**
   * @param worker A fresh worker.
   * @param start What it is told first.
   * @param events Who hears of its life.
   */
  constructor(worker: Worker, start: WorkerStart, events: WorkerHandleEvents) {
    this.id = start.workerId;
    this.#worker = worker;
    this.#gauge = new GaugeReader(start.gauge);
    this.#events = events;
    worker.onmessage = (message: MessageEvent<FromWorker>): void => this.#receive(message.data);
    worker.onmessageerror = (): void => this.lose("it sent what cannot be read");
    worker.onerror = (error: ErrorEvent): void => {
      // Without this, an error in a worker ends the whole process.
      error.preventDefault();
      this.lose(error.message);
    };
    this.post(start);
  }

  /** What the worker is at; `undefined` between two requests. */
  get work(): Work | undefined {
    return this.#gauge.read();
  }

  /** Gives the worker to a connection, with the frames to begin with. */
  lease(owner: LeaseOwner, client: LeaseClient, frames: FrameRange[]): void {
    this.#owner = owner;
    this.#silentMs = 0;
    this.post({ type: "lease", ...client, frames }, frames.map(({ buffer }) => buffer));
  }

  /** Ends the lease; `onReleased` follows when the worker is clean. */
  release(): void {
    this.#owner = undefined;
    this.post({ type: "release" });
  }

  /** Sends frames to the worker; the buffer is transferred. */
  sendFrames(frames: FrameRange): void {
    this.post({ type: "frames", frames }, [frames.buffer]);
  }

  /** Returns an output buffer after its bytes were written, now or together with the next one. */
  giveBack(buffer: ArrayBuffer): void {
    this.#returning.push(buffer);
    if (this.#returning.length < BUFFERS_GIVEN_BACK) return;
    const buffers = this.#returning;
    this.#returning = [];
    this.post({ type: "sent", buffers }, buffers);
  }

  /**
   * Asks for a sign of life when none came since the last call, and loses the worker when none came
   * for too long.
   *
   * @param elapsedMs Time since the last call, without any in which this process stood still.
   * @param limitMs Longest silence.
   */
  checkPulse(elapsedMs: number, limitMs: number): void {
    const wasHeard = this.#silentMs === 0;
    this.#silentMs += elapsedMs;
    if (this.#silentMs > limitMs) this.lose(HUNG);
    else if (!wasHeard) this.post({ type: "beat" });
  }

  /** Sends any message. */
  post(message: ToWorker, transfer: Transferable[] = []): void {
    if (!this.#isLost) this.#worker.postMessage(message, transfer);
  }

  /** Ends the worker at once and tells pool and owner. Idempotent. */
  lose(reason: string): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#ended.resolve();
    this.#worker.terminate();
    const owner = this.#owner;
    this.#owner = undefined;
    this.#events.onLost(this, reason);
    owner?.onLost(reason);
  }

  /** Lets the worker close what it has open; resolves when it has, or is gone. */
  end(): Promise<void> {
    this.post({ type: "end" });
    return this.#ended.promise;
  }

  /** Ends the worker without telling anyone. Idempotent. */
  terminate(): void {
    this.#isLost = true;
    this.#ended.resolve();
    this.#owner = undefined;
    this.#worker.terminate();
  }

  #receive(message: FromWorker): void {
    this.#silentMs = 0;
    switch (message.type) {
      case "send":
        // Frames of a lease that has ended belong to nobody; the buffer still goes back.
        if (this.#owner === undefined) return this.giveBack(message.buffer);
        return this.#owner.onSend(message.buffer, message.end);
      case "consumed":
        return this.#owner?.onConsumed(message.buffer);
      case "idle":
        return this.#owner?.onIdle(message.batches, message.isStaging);
      case "yieldLater":
        return this.#owner?.onYieldLater();
      case "yieldNow":
        return this.#owner?.onYieldNow();
      case "syncState":
        return this.#events.onSyncState(this);
      case "yielded":
        return this.#owner?.onYielded(message.frames);
      case "event":
        return this.#owner?.onEvent(message.event);
      case "audit":
        return this.#events.onAudit(message.lines);
      case "takeSession":
        return this.#owner?.onTakeSession(message.session);
      case "clock":
        return this.post({ type: "clock", mainMs: performance.now() });
      case "ready":
        return this.#events.onReady(this);
      case "released":
        return this.#events.onReleased(this);
      case "fault":
        return this.#events.onFault(this, message.detail);
      case "ended":
        return this.#ended.resolve();
      case "swept":
      case "beat":
        return;
      default:
        message satisfies never;
    }
  }
}
