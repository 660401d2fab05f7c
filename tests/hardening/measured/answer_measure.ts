import { collectGarbage, isRecord } from "./heap.ts";

// Before the worker's own listener, which never sees it.
self.addEventListener("message", (event) => {
  if (!(event instanceof MessageEvent) || !isRecord(event.data)) return;
  if (event.data.type !== "measure") return;
  event.stopImmediatePropagation();
  void collectGarbage().then((heapBytes) => {
    Reflect.get(self, "postMessage").call(self, { type: "measured", heapBytes });
  });
});
