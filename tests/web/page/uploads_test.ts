import assert from "node:assert/strict";
import { remedyFor, waitBeforeRetry } from "#web/page/state/upload_fault.js";
import { orderUploads } from "#web/page/state/upload_order.js";
import { shownProgress } from "#web/page/state/upload_progress.js";
import {
  changeUpload,
  findUpload,
  MAX_RUNNING,
  MAX_RUNNING_SMALL,
  newUpload,
  nextToStart,
  SMALL_BYTES,
  sumUploads,
} from "#web/page/state/upload_queue.js";
import type { UploadItem, UploadState } from "#web/page/types.js";

Deno.test("nextToStart() lets three run, and one that waits for the server counts as one", () => {
  const items = queue("running", "waiting", "done", "running", "queued")
    .map((item) => ({ ...item, sizeBytes: SMALL_BYTES + 1 }));
  assert.equal(nextToStart(items), undefined);
  assert.equal(nextToStart(changeUpload(items, 1, { state: "done" }))?.id, 5);
  assert.equal(MAX_RUNNING, 3);
});

Deno.test("nextToStart() lets small files run beside three large ones, five in all", () => {
  const small = { ...newUpload(5, "small", SMALL_BYTES), state: "queued" as const };
  const large = { ...newUpload(5, "large", SMALL_BYTES + 1), state: "queued" as const };
  const running = (count: number): readonly UploadItem[] =>
    queue(...Array<UploadState>(count).fill("running"));
  assert.equal(nextToStart([...running(3), small])?.id, 5);
  assert.equal(nextToStart([...running(3), large]), undefined);
  assert.equal(nextToStart([...running(4), { ...small, id: 9 }])?.id, 9);
  assert.equal(nextToStart([...running(MAX_RUNNING_SMALL), { ...small, id: 9 }]), undefined);
});

Deno.test("changeUpload() finds an upload also when others are gone from between", () => {
  const items = queue("done", "queued", "queued", "queued").filter(({ id }) => id !== 2);
  assert.equal(findUpload(changeUpload(items, 3, { sentBytes: 7 }), 3)?.sentBytes, 7);
  assert.equal(changeUpload(items, 2, { sentBytes: 7 }), items);
});

Deno.test("sumUploads() knows how long the queue takes", () => {
  let items = queue("running", "done", "queued");
  items = changeUpload(items, 1, { sentBytes: 50, bytesPerSecond: 25 });
  items = changeUpload(items, 2, { sentBytes: 100 });
  const sum = sumUploads(items);
  assert.deepEqual([sum.sentBytes, sum.totalBytes, sum.secondsLeft], [150, 300, 6]);
  assert.ok(Number.isNaN(sumUploads(queue("queued")).secondsLeft));
});

Deno.test("orderUploads() leaves a short queue alone and puts what matters on top of a long one", () => {
  const items = queue("done", "queued", "running", "failed");
  assert.equal(orderUploads(items, 4), items);
  assert.deepEqual(orderUploads(items, 3).map((item) => item.state), [
    "failed",
    "running",
    "queued",
    "done",
  ]);
});

Deno.test("shownProgress() shows what has reached the server, not what waits in buffers", () => {
  const own = { sentBytes: 5_000_000, bytesPerSecond: 9e6 };
  const told = { sentBytes: 100_000, bytesPerSecond: 5000 };
  const attempt = { startBytes: 0, elapsedMs: 5000 };
  assert.equal(shownProgress(own, told, attempt), told);
  assert.equal(shownProgress({ ...own, sentBytes: 9e8 }, told, attempt).sentBytes, 9e8);
  assert.equal(shownProgress(own, null, attempt), own);
  const early = shownProgress(own, null, { startBytes: 40, elapsedMs: 300 });
  assert.equal(early.sentBytes, 40);
});

Deno.test("remedyFor() tells a question from a pause, a new start and a failure", () => {
  const cases: readonly (readonly [number, string, string])[] = [
    [0, "", "retry"],
    [409, "already_exists", "conflict"],
    [409, "session_taken", "retry"],
    [409, "offset_out_of_range", "retry"],
    [404, "session_not_found", "restart"],
    [502, "unreachable", "retry"],
    [503, "busy", "retry"],
    [507, "disk_full", "fail"],
    [400, "invalid_name", "fail"],
  ];
  for (const [status, code, remedy] of cases) {
    assert.equal(remedyFor({ status, code }), remedy, code);
  }
});

Deno.test("waitBeforeRetry() grows, and never beyond eight seconds", () => {
  assert.equal(waitBeforeRetry(0, 1), 500);
  assert.ok(waitBeforeRetry(1, 0) < waitBeforeRetry(2, 0));
  assert.equal(waitBeforeRetry(100, 1), 8000);
});

/** Uploads of 100 bytes each, with ids from 1. */
function queue(...states: readonly UploadState[]): readonly UploadItem[] {
  return states.map((state, at) => ({ ...newUpload(at + 1, `file ${at + 1}`, 100), state }));
}
