import assert from "node:assert/strict";
import { SilenceWatch } from "#client/silence_watch.ts";

Deno.test("SilenceWatch.during() does not count time in which this very process stood still", async () => {
  const events: string[] = [];
  const silence = Promise.withResolvers<void>();
  using watch = new SilenceWatch(100, {
    onHalfTime: () => events.push("half time") > 0,
    onSilence: () => {
      events.push("silence");
      silence.resolve();
    },
  });
  const waiting = watch.during(silence.promise);
  const endMs = performance.now() + 300;
  while (performance.now() < endMs);
  await waiting;
  assert.deepEqual(events, ["half time", "silence"]);
});
