import { ERROR_CODE_NAMES, type ErrorCode } from "#protocol/error_code.ts";
import { type Operation, OPERATIONS } from "../operation.ts";

/** Upper bounds of the buckets of all histograms, in s; one without a bound follows. */
export const BUCKET_BOUNDS: readonly number[] = [
  0.001,
  0.0025,
  0.005,
  0.01,
  0.025,
  0.05,
  0.1,
  0.25,
  0.5,
  1,
  2.5,
  5,
  10,
  60,
  600,
];

/** What takes time besides the operations. */
const SPANS = ["queue", "sync", "lag"] as const;

/** A time that is measured: of a request, in the queue for a worker, of the disk, of the event loop. */
export type Span = Operation | (typeof SPANS)[number];

/** `done`, or why not. */
export type Outcome = "done" | ErrorCode;

/** All times that are measured. */
export const ALL_SPANS: readonly Span[] = [...OPERATIONS, ...SPANS];
/** All that a request may end with. */
export const ALL_OUTCOMES: readonly Outcome[] = ["done", ...ERROR_CODE_NAMES];

/** Cells of a histogram: a count for each bucket, and the sum in microseconds. */
const SPAN_CELLS = BUCKET_BOUNDS.length + 2;
const OUTCOMES_AT = ALL_SPANS.length * SPAN_CELLS;
/** Behind the rows of the operations: errors of whole connections, and refusals of such. */
const ENDED_ROW = OPERATIONS.length;
const REFUSED_ROW = OPERATIONS.length + 1;
/** Requests that the main thread has refused before any worker saw them. */
const UNSERVED_ROW = OPERATIONS.length + 2;
const BYTES_AT = OUTCOMES_AT + (OPERATIONS.length + 3) * ALL_OUTCOMES.length;
const CELLS = BYTES_AT + 2;

/** One histogram. */
export interface Histogram {
  /** How many fell into each bucket, the one without a bound last. */
  readonly counts: readonly number[];
  readonly sumSeconds: number;
}

/**
 * Counts what was done, in memory that all workers share with the main thread. A request costs a few atomic
 * additions and no message; names and labels are put to the numbers only when somebody asks.
 */
export class RequestTally {
  readonly #cells: BigInt64Array;

  /** @param shared From {@linkcode RequestTally.allocate}. */
  constructor(shared: SharedArrayBuffer) {
    this.#cells = new BigInt64Array(shared);
  }

  /** Makes the memory, zeroed. */
  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(CELLS * 8);
  }

  /** Counts a request that has ended. */
  addRequest(operation: Operation, outcome: Outcome, seconds: number): void {
    this.#add(outcomeCell(OPERATIONS.indexOf(operation), outcome), 1);
    this.addTime(operation, seconds);
  }

  /** Counts an ERROR that was about a connection; `isRefusal` when it never got as far as a welcome. */
  addEnded(code: ErrorCode, isRefusal: boolean): void {
    this.#add(outcomeCell(isRefusal ? REFUSED_ROW : ENDED_ROW, code), 1);
  }

  /** Counts a request that was refused before any worker saw it. */
  addUnserved(code: ErrorCode): void {
    this.#add(outcomeCell(UNSERVED_ROW, code), 1);
  }

  /** Counts a time. */
  addTime(span: Span, seconds: number): void {
    const at = ALL_SPANS.indexOf(span) * SPAN_CELLS;
    const bucket = BUCKET_BOUNDS.findIndex((bound) => seconds <= bound);
    this.#add(at + (bucket === -1 ? BUCKET_BOUNDS.length : bucket), 1);
    this.#add(at + SPAN_CELLS - 1, Math.round(seconds * 1e6));
  }

  /** Counts bytes of files. */
  addBytes(direction: "up" | "down", bytes: number): void {
    this.#add(BYTES_AT + (direction === "up" ? 0 : 1), bytes);
  }

  /** Requests of one operation that ended like this. */
  requests(operation: Operation, outcome: Outcome): number {
    return this.#load(outcomeCell(OPERATIONS.indexOf(operation), outcome));
  }

  /** Connections that were ended with this code; refusals are counted apart. */
  ended(code: ErrorCode, isRefusal: boolean): number {
    return this.#load(outcomeCell(isRefusal ? REFUSED_ROW : ENDED_ROW, code));
  }

  /** Requests that no worker saw, and that ended like this. */
  unserved(code: ErrorCode): number {
    return this.#load(outcomeCell(UNSERVED_ROW, code));
  }

  /** The times of one kind. */
  times(span: Span): Histogram {
    const at = ALL_SPANS.indexOf(span) * SPAN_CELLS;
    const counts = Array.from(
      { length: BUCKET_BOUNDS.length + 1 },
      (_, bucket) => this.#load(at + bucket),
    );
    return { counts, sumSeconds: this.#load(at + SPAN_CELLS - 1) / 1e6 };
  }

  /** Bytes of files that requests have moved which have ended. */
  get fileBytes(): { readonly up: number; readonly down: number } {
    return { up: this.#load(BYTES_AT), down: this.#load(BYTES_AT + 1) };
  }

  /** All cells as they are now, for `RequestTally.of` in another process. */
  values(): number[] {
    return Array.from(this.#cells, (_, cell) => this.#load(cell));
  }

  /**
   * Makes a tally of what another one has counted.
   *
   * @param values From {@linkcode RequestTally.values}; those that are missing are 0.
   */
  static of(values: readonly number[]): RequestTally {
    const tally = new RequestTally(RequestTally.allocate());
    values.slice(0, CELLS).forEach((value, cell) => tally.#add(cell, value));
    return tally;
  }

  /** Adds up the cells of several. */
  static sum(all: readonly (readonly number[])[]): number[] {
    return Array.from(
      { length: CELLS },
      (_, cell) => all.reduce((total, values) => total + (values[cell] ?? 0), 0),
    );
  }

  #add(cell: number, value: number): void {
    Atomics.add(this.#cells, cell, BigInt(value));
  }

  #load(cell: number): number {
    return Number(Atomics.load(this.#cells, cell));
  }
}

function outcomeCell(row: number, outcome: Outcome): number {
  return OUTCOMES_AT + row * ALL_OUTCOMES.length + ALL_OUTCOMES.indexOf(outcome);
}
