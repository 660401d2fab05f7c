import type { LiveHub } from "./live_hub.ts";
import type { LiveEvent } from "./live_state.ts";

/** Events that may wait for a slow reader; of snapshots only the newest waits. */
const MOST_WAITING = 100;

/**
 * Makes a stream of server-sent events of a hub (WHATWG HTML §9.2). A slow reader loses snapshots; one that reads
 * nothing for long is cut off, and EventSource connects again.
 *
 * @param hub Where events come from.
 * @param heartbeatMs A comment comes after this time without an event, in ms.
 * @param onEnd Called once when it is over.
 * @returns The stream; it ends only when its reader cancels it or is too slow.
 */
export function eventStream(
  hub: LiveHub,
  heartbeatMs: number,
  onEnd: () => void,
): { readonly stream: ReadableStream<Uint8Array>; readonly close: () => void } {
  const encoder = new TextEncoder();
  const waiting: LiveEvent[] = [];
  let wake = (): void => {};
  let isOver = false;
  const close = (): void => {
    if (isOver) return;
    isOver = true;
    unsubscribe();
    wake();
    onEnd();
  };
  const unsubscribe = hub.subscribe((event) => {
    if (event.kind === "snapshot") {
      const old = waiting.findIndex(({ kind }) => kind === "snapshot");
      if (old !== -1) waiting.splice(old, 1);
    }
    waiting.push(event);
    if (waiting.length > MOST_WAITING) queueMicrotask(close);
    wake();
  });
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller): Promise<void> {
      if (waiting.length === 0 && !isOver) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        const timer = setTimeout(resolve, heartbeatMs);
        await promise;
        clearTimeout(timer);
      }
      // The last word of a stream that ends says why.
      if (isOver && waiting.length === 0) return controller.close();
      const text = waiting.splice(0).map(write).join("");
      controller.enqueue(encoder.encode(text === "" ? ": still here\n\n" : text));
    },
    cancel: close,
  }, { highWaterMark: 0 });
  return { stream, close };
}

/** JSON has no line breaks of its own, so one line of data is enough. */
function write({ kind, data }: LiveEvent): string {
  return `event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
}
