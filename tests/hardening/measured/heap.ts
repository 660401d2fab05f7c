/** What a server holds when its garbage is collected. */
export interface MeasuredHeap {
  /** Heap and buffers of the main thread. */
  readonly mainBytes: number;
  /** The same of each worker. */
  readonly workerBytes: readonly number[];
  /** Memory of the process, free space of its heaps included. */
  readonly residentBytes: number;
}

/** Enough for finalizers that make other things garbage. */
const COLLECTIONS = 3;

/**
 * Collects all garbage of this thread.
 *
 * @returns Bytes of its heap and of its buffers.
 */
export async function collectGarbage(): Promise<number> {
  for (let n = 0; n < COLLECTIONS; n++) {
    Reflect.get(globalThis, "gc")();
    await new Promise((resolve) => setTimeout(resolve));
  }
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

/** Narrows what came from another thread. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
