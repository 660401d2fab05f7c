import type { WorkerEvent } from "../channel.ts";

/** Events that are told together at the most. */
const MAX_GATHERED = 256;

/**
 * Passes events to the main thread, those of small transfers many at a time: a message and a line of
 * the log for each would take longer than the transfers themselves.
 */
export class EventGatherer {
  readonly #send: (event: WorkerEvent) => void;
  #small: WorkerEvent[] = [];
  #sinceMs = 0;

  /** @param send Passes one event on. */
  constructor(send: (event: WorkerEvent) => void) {
    this.#send = send;
  }

  /** Passes an event on, behind those that were gathered. */
  emit(event: WorkerEvent): void {
    this.flush();
    this.#send(event);
  }

  /** Keeps the end of a small transfer until there is a pause, or there are many. */
  gather(event: WorkerEvent): void {
    if (this.#small.length === 0) {
      this.#sinceMs = performance.now() - (event.seconds ?? 0) * 1000;
    }
    this.#small.push(event);
    if (this.#small.length >= MAX_GATHERED) this.flush();
  }

  /** Passes on what was gathered: one by itself, more as a batch. */
  flush(): void {
    const [first] = this.#small;
    if (first === undefined) return;
    const events = this.#small;
    this.#small = [];
    if (events.length === 1) return this.#sendOne(first);
    this.#send({
      kind: "batch",
      operation: first.operation,
      path: "",
      requestId: first.requestId,
      paths: events.map(({ path }) => path),
      doneBytes: events.reduce((sum, { doneBytes = 0 }) => sum + doneBytes, 0),
      seconds: (performance.now() - this.#sinceMs) / 1000,
    });
  }

  /** One by itself is told like a large one. */
  #sendOne(event: WorkerEvent): void {
    const { operation, path, requestId, totalBytes = 0 } = event;
    this.#send({ kind: "started", operation, path, requestId, totalBytes, offsetBytes: 0 });
    this.#send(event);
  }
}
