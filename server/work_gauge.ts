import { MAX_PATH_BYTES } from "#protocol/limits.ts";
import { type RemotePath, ROOT_PATH } from "#protocol/remote_path.ts";
import { type Operation, OPERATIONS } from "./operation.ts";
import { outerPath } from "./storage/subtree.ts";

/** Cells of 32 bits: how often the text has begun or ended to change, its operation, its length. */
const VERSION = 0;
const OPERATION = 1;
const PATH_BYTES = 2;
/** Cells of 64 bits, behind the first sixteen bytes. */
const AMOUNTS_AT = 16;
const DONE = 0;
const TOTAL = 1;
const PATH_AT = 32;
const NO_PATH = -1;
/** Looks at a gauge whose worker writes to it at the same time. */
const MAX_LOOKS = 3;

/** What a worker is at. */
export interface Work {
  readonly operation: Operation;
  /** Path from the real root; `undefined` when it is about none. */
  readonly path: string | undefined;
  readonly doneBytes: number;
  /** `undefined` when it is not known. */
  readonly totalBytes: number | undefined;
}

/** Makes the memory of one gauge, zeroed. */
export function allocateGauge(): SharedArrayBuffer {
  return new SharedArrayBuffer(PATH_AT + MAX_PATH_BYTES);
}

/**
 * The worker's end of its gauge: what it is at, in memory that it shares with the main thread. Writing
 * costs no message, so that thousands of small requests a second may each note their path, and a
 * worker in the middle of a long computation is seen all the same.
 */
export class GaugeWriter {
  /** Folder that the paths of the present lease are given from. */
  base: RemotePath = ROOT_PATH;
  readonly #cells: Int32Array;
  readonly #amounts: Float64Array;
  readonly #path: Uint8Array<ArrayBufferLike>;

  /** @param shared From {@linkcode allocateGauge}. */
  constructor(shared: SharedArrayBuffer) {
    this.#cells = new Int32Array(shared, 0, 4);
    this.#amounts = new Float64Array(shared, AMOUNTS_AT, 2);
    this.#path = new Uint8Array(shared, PATH_AT);
  }

  /** A request begins. */
  begin(operation: Operation): void {
    this.#change(OPERATIONS.indexOf(operation) + 1);
  }

  /** The request is over. */
  end(): void {
    this.#change(0);
  }

  /** Notes what the request is about. */
  setPath(path: string): void {
    Atomics.add(this.#cells, VERSION, 1);
    this.#cells[PATH_BYTES] = encoder.encodeInto(outerPath(this.base, path), this.#path)
      .written;
    Atomics.add(this.#cells, VERSION, 1);
  }

  /** Notes how far the request is. */
  setDone(bytes: number): void {
    this.#amounts[DONE] = bytes;
  }

  /** Notes how far the request will go; 0 when that is not known. */
  setTotal(bytes: number): void {
    this.#amounts[TOTAL] = bytes;
  }

  // Two numbers of one version belong together; an odd version is one that is being written.
  #change(operation: number): void {
    Atomics.add(this.#cells, VERSION, 1);
    this.#cells[OPERATION] = operation;
    this.#cells[PATH_BYTES] = NO_PATH;
    this.#amounts[DONE] = 0;
    this.#amounts[TOTAL] = 0;
    Atomics.add(this.#cells, VERSION, 1);
  }
}

/** The main thread's end of a worker's gauge. */
export class GaugeReader {
  readonly #cells: Int32Array;
  readonly #amounts: Float64Array;
  readonly #path: Uint8Array<ArrayBufferLike>;

  /** @param shared From {@linkcode allocateGauge}. */
  constructor(shared: SharedArrayBuffer) {
    this.#cells = new Int32Array(shared, 0, 4);
    this.#amounts = new Float64Array(shared, AMOUNTS_AT, 2);
    this.#path = new Uint8Array(shared, PATH_AT);
  }

  /** What the worker is at; `undefined` between two requests. */
  read(): Work | undefined {
    for (let look = 1;; look++) {
      const version = Atomics.load(this.#cells, VERSION);
      const operation = OPERATIONS[(this.#cells[OPERATION] ?? 0) - 1];
      const pathBytes = this.#cells[PATH_BYTES] ?? NO_PATH;
      const bytes = this.#path.slice(0, Math.max(0, pathBytes));
      const doneBytes = this.#amounts[DONE] ?? 0;
      const total = this.#amounts[TOTAL] ?? 0;
      const isWhole = version % 2 === 0 && Atomics.load(this.#cells, VERSION) === version;
      if (!isWhole && look < MAX_LOOKS) continue;
      if (operation === undefined) return undefined;
      const totalBytes = total === 0 ? undefined : total;
      // Who never holds still for a moment is at something small: its path matters to nobody.
      const path = isWhole && pathBytes !== NO_PATH ? decoder.decode(bytes) : undefined;
      return { operation, path, doneBytes, totalBytes };
    }
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
