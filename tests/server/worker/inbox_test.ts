import assert from "node:assert/strict";
import { encodeControl, encodeFrame, FrameType } from "#protocol/frame.ts";
import { Inbox } from "#server/worker/inbox.ts";
import { keepEventLoop } from "#tests/support/event_loop.ts";
import { concatBytes } from "#tests/support/random_bytes.ts";

const NOTHING = new Uint8Array(0);
const BETWEEN = { isBetweenRequests: true, signal: new AbortController().signal };

Deno.test("Inbox gives the frames of all ranges in order and each buffer back when it is used up", async () => {
  const { inbox, events } = makeInbox();
  inbox.push(range(stat(1), stat(2)));
  inbox.push(range(stat(3)));
  for (const id of [1, 2, 3]) assert.equal((await inbox.next(BETWEEN))?.requestId, id);
  inbox.end();
  assert.equal(await inbox.next(BETWEEN), null);
  assert.deepEqual(events, ["consumed", "consumed", "empty 2"]);
});

Deno.test("Inbox tells of a CANCEL when it arrives and again when its turn has come, so that none is remembered for ever", async () => {
  const { inbox, events } = makeInbox();
  inbox.push(range(stat(1), cancel(2), stat(3)));
  assert.deepEqual(events, ["cancel 2"]);
  assert.equal((await inbox.next(BETWEEN))?.requestId, 1);
  assert.deepEqual(events, ["cancel 2"]);
  assert.equal((await inbox.next(BETWEEN))?.requestId, 3);
  assert.deepEqual(events, ["cancel 2", "passed 2"]);
});

Deno.test("Inbox passes over PING, STATUS, THROTTLE and WATCH, which the main thread answers", async () => {
  const { inbox } = makeInbox();
  const asides = [
    encodeFrame(FrameType.PING, 1, NOTHING),
    encodeFrame(FrameType.STATUS, 2, NOTHING),
    encodeControl(FrameType.THROTTLE, 3, {}),
    encodeControl(FrameType.WATCH, 4, {}),
  ];
  inbox.push(range(...asides, stat(5)));
  assert.equal((await inbox.next(BETWEEN))?.requestId, 5);
});

Deno.test("Inbox gives a frame that was put back once more", async () => {
  const { inbox } = makeInbox();
  inbox.push(range(stat(1), stat(2)));
  const frame = await inbox.next(BETWEEN);
  assert.ok(frame !== null);
  inbox.unread(frame);
  for (const id of [1, 2]) assert.equal((await inbox.next(BETWEEN))?.requestId, id);
});

Deno.test("Inbox hands back what it was not asked for, beginning with a frame that was put back", async () => {
  const { inbox } = makeInbox();
  inbox.push(range(stat(1), stat(2)));
  inbox.push(range(stat(3)));
  const frame = await inbox.next(BETWEEN);
  assert.ok(frame !== null);
  inbox.unread(frame);
  const other = makeInbox().inbox;
  for (const rest of inbox.takeRest()) other.push(rest);
  assert.ok(inbox.isEmpty);
  for (const id of [1, 2, 3]) assert.equal((await other.next(BETWEEN))?.requestId, id);
});

Deno.test("Inbox ends a wait for a slow client inside a request only, or when the signal is aborted", async () => {
  using _loop = keepEventLoop();
  const { inbox } = makeInbox();
  const wait = { isBetweenRequests: false, signal: BETWEEN.signal };
  const slow = inbox.next(wait);
  inbox.endSlowWait();
  await assert.rejects(slow, { code: "timeout" });
  const between = inbox.next(BETWEEN);
  inbox.endSlowWait();
  inbox.push(range(stat(1)));
  assert.equal((await between)?.requestId, 1);
  const reason = new Error("over");
  await assert.rejects(inbox.next({ ...wait, signal: AbortSignal.abort(reason) }), reason);
  const abort = new AbortController();
  const waiting = inbox.next({ ...wait, signal: abort.signal });
  abort.abort(reason);
  await assert.rejects(waiting, reason);
});

function makeInbox(): { readonly inbox: Inbox; readonly events: string[] } {
  const events: string[] = [];
  const inbox = new Inbox({
    onConsumed: () => void events.push("consumed"),
    onEmpty: (batches) => void events.push(`empty ${batches}`),
    onCancel: (id) => void events.push(`cancel ${id}`),
    onCancelPassed: (id) => void events.push(`passed ${id}`),
  });
  return { inbox, events };
}

function range(
  ...frames: readonly Uint8Array[]
): { buffer: ArrayBuffer; start: number; end: number } {
  const bytes = concatBytes(frames);
  return { buffer: bytes.buffer, start: 0, end: bytes.byteLength };
}

function stat(requestId: number): Uint8Array {
  return encodeControl(FrameType.STAT, requestId, { path: "" });
}

function cancel(requestId: number): Uint8Array {
  return encodeFrame(FrameType.CANCEL, requestId, NOTHING);
}
