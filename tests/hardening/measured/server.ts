/**
 * The real server with all its flags, which tells on SIGUSR2 what it holds when its garbage is collected: a line of
 * JSON on stderr. Needs `--v8-flags=--expose-gc`.
 */
import { collectGarbage, isRecord, type MeasuredHeap } from "./heap.ts";

const PLAIN_WORKER = globalThis.Worker;
const MEASURED = new URL("./worker.ts", import.meta.url);
const workers = new Set<MeasuredWorker>();

/** A worker of the server that can be asked for its heap; nobody else hears the answer. */
class MeasuredWorker extends PLAIN_WORKER {
  #answer = Promise.withResolvers<number>();

  constructor(_: string | URL, options?: WorkerOptions) {
    super(MEASURED, options);
    workers.add(this);
    this.addEventListener("message", (event) => {
      if (!isRecord(event.data) || event.data.type !== "measured") return;
      event.stopImmediatePropagation();
      this.#answer.resolve(Number(event.data.heapBytes));
    });
  }

  /** What its heap holds; `undefined` when it has ended. */
  async measure(): Promise<number | undefined> {
    this.#answer = Promise.withResolvers();
    this.postMessage({ type: "measure" });
    return await this.#answer.promise;
  }

  override terminate(): void {
    workers.delete(this);
    this.#answer.resolve(NaN);
    super.terminate();
  }
}

globalThis.Worker = MeasuredWorker;
let count = 0;
Deno.addSignalListener("SIGUSR2", () => void measure(++count));

async function measure(number: number): Promise<void> {
  const measured = await Promise.all([...workers].map((worker) => worker.measure()));
  const workerBytes = measured.filter((bytes): bytes is number => !Number.isNaN(bytes ?? NaN));
  const mainBytes = await collectGarbage();
  const heap = { mainBytes, workerBytes, residentBytes: Deno.memoryUsage().rss };
  console.error(`measured ${number} ${JSON.stringify(heap satisfies MeasuredHeap)}`);
}

await import("#server/main.ts");
