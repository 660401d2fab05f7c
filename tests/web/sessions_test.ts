import assert from "node:assert/strict";
import { type SessionLimits, Sessions } from "#web/access/sessions.ts";
import type { Visitor } from "#web/access/visitor.ts";

const LIMITS: SessionLimits = { most: 2, idleMs: 600_000, lifeMs: 604_800_000 };
const SIGNAL = new AbortController().signal;

/** Somebody whose token the file server takes. */
function visitor(): Visitor {
  const taken = {
    role: () => Promise.resolve("reader"),
    close: () => Promise.resolve(),
  };
  return taken as unknown as Visitor;
}

Deno.test("a session does not end while a transfer goes on, and begins to wait when it is over", async () => {
  let nowMs = 0;
  const sessions = new Sessions(visitor, LIMITS, () => nowMs);
  const { id } = await sessions.begin("token", SIGNAL);
  const { promise, resolve } = Promise.withResolvers<Response>();
  const call = sessions.with(id, () => promise);
  nowMs = 3_600_000;
  assert.ok(sessions.visitorOf(id) !== undefined, "an upload");
  resolve(new Response("downloaded"));
  const response = await call;
  nowMs = 7_200_000;
  assert.ok(sessions.visitorOf(id) !== undefined, "a download");
  nowMs = 10_800_000;
  assert.equal(await response.text(), "downloaded");
  nowMs = 11_399_999;
  assert.ok(sessions.visitorOf(id) !== undefined);
  nowMs = 11_999_999;
  assert.equal(sessions.visitorOf(id), undefined);
  await sessions.close();
});

Deno.test("an open event stream does not keep a session", async () => {
  let nowMs = 0;
  const sessions = new Sessions(visitor, LIMITS, () => nowMs);
  const { id } = await sessions.begin("token", SIGNAL);
  const headers = { "Content-Type": "text/event-stream" };
  const stream = new ReadableStream();
  const events = await sessions.with(id, () => Promise.resolve(new Response(stream, { headers })));
  nowMs = 600_000;
  assert.equal(sessions.visitorOf(id), undefined);
  await events.body?.cancel();
  await sessions.close();
});
