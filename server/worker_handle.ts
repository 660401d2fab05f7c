import type { FromWorker, ToWorker, WorkerEvent, WorkerStart } from "./channel.ts";

/** Who holds a leased worker. */
export interface LeaseOwner {
  /** Whole frames for the client; the buffer goes back through {@linkcode WorkerHandle.giveBack}. */
  onSend(buffer: ArrayBuffer, end: number): void;
  onConsumed(buffer: ArrayBuffer): void;
  onIdle(batches: number): void;
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
}

/** The main thread's end of one worker. */
export class WorkerHandle {
  readonly id: number;
  readonly #worker: Worker;
  readonly #events: WorkerHandleEvents;
  #owner: LeaseOwner | undefined;
  #isLost = false;
  #lastHeardMs = performance.now();

  /**
   * @param worker A fresh worker.
   * @param start What it is told first.
   * @param events Who hears of its life.
   */
  constructor(worker: Worker, start: WorkerStart, events: WorkerHandleEvents) {
    this.id = start.workerId;
    this.#worker = worker;
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

  /** When the worker last gave a sign of life, by `performance.now()`. */
  get lastHeardMs(): number {
    return this.#lastHeardMs;
  }

  /** Gives the worker to a connection. */
  lease(owner: LeaseOwner, connectionId: number): void {
    this.#owner = owner;
    this.post({ type: "lease", connectionId });
  }

  /** Ends the lease; `onReleased` follows when the worker is clean. */
  release(): void {
    this.#owner = undefined;
    this.post({ type: "release" });
  }

  /** Sends frames to the worker; the buffer is transferred. */
  sendFrames(buffer: ArrayBuffer, end: number): void {
    this.post({ type: "frames", buffer, end }, [buffer]);
  }

  /** Returns an output buffer after its bytes were written. */
  giveBack(buffer: ArrayBuffer): void {
    this.post({ type: "sent", buffer }, [buffer]);
  }

  /** Sends any message. */
  post(message: ToWorker, transfer: Transferable[] = []): void {
    if (!this.#isLost) this.#worker.postMessage(message, transfer);
  }

  /** Ends the worker at once and tells pool and owner. Idempotent. */
  lose(reason: string): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#worker.terminate();
    const owner = this.#owner;
    this.#owner = undefined;
    this.#events.onLost(this, reason);
    owner?.onLost(reason);
  }

  /** Ends the worker without telling anyone. Idempotent. */
  terminate(): void {
    this.#isLost = true;
    this.#owner = undefined;
    this.#worker.terminate();
  }

  #receive(message: FromWorker): void {
    this.#lastHeardMs = performance.now();
    switch (message.type) {
      case "send":
        // Frames of a lease that has ended belong to nobody; the buffer still goes back.
        if (this.#owner === undefined) return this.giveBack(message.buffer);
        return this.#owner.onSend(message.buffer, message.end);
      case "consumed":
        return this.#owner?.onConsumed(message.buffer);
      case "idle":
        return this.#owner?.onIdle(message.batches);
      case "event":
        return this.#owner?.onEvent(message.event);
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
      case "swept":
      case "beat":
        return;
      default:
        message satisfies never;
    }
  }
}
