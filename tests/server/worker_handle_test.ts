import assert from "node:assert/strict";
import { OPEN_ACCESS } from "#server/access/access.ts";
import { type LeaseOwner, WorkerHandle } from "#server/worker_handle.ts";
import type { FromWorker, ToWorker, WorkerStart } from "#server/channel.ts";
import { allocateGauge } from "#server/work_gauge.ts";

/** A thread that notes what it is told. */
class FakeThread {
  readonly told: ToWorker[] = [];
  onmessage: (message: { readonly data: FromWorker }) => void = () => {};

  postMessage(message: ToWorker): void {
    this.told.push(message);
  }

  terminate(): void {}
}

function start(): { readonly thread: FakeThread; readonly handle: WorkerHandle; lost: string[] } {
  const thread = new FakeThread();
  const lost: string[] = [];
  const ignore = (): void => {};
  const handle = new WorkerHandle(
    thread as unknown as Worker,
    { type: "start", workerId: 1, gauge: allocateGauge() } as unknown as WorkerStart,
    {
      onReady: ignore,
      onReleased: ignore,
      onLost: (_, reason) => void lost.push(reason),
      onFault: ignore,
      onAudit: () => {},
      onSyncState: ignore,
    },
  );
  thread.told.length = 0;
  return { thread, handle, lost };
}

Deno.test("WorkerHandle.checkPulse() asks only a worker of which nothing was heard meanwhile", () => {
  const { thread, handle, lost } = start();
  handle.checkPulse(1000, 2500);
  assert.deepEqual(thread.told, []);
  handle.checkPulse(1000, 2500);
  assert.deepEqual(thread.told, [{ type: "beat" }]);
  thread.onmessage({ data: { type: "beat" } });
  handle.checkPulse(1000, 2500);
  assert.equal(thread.told.length, 1);
  handle.checkPulse(1000, 2500);
  handle.checkPulse(1000, 2500);
  assert.deepEqual(lost, ["it did not answer for too long"]);
});

Deno.test("WorkerHandle.giveBack() returns every second buffer together with the one before", () => {
  const { thread, handle } = start();
  const buffers = [1, 2, 3, 4].map((bytes) => new ArrayBuffer(bytes));
  const owner = { onSend: (buffer: ArrayBuffer) => handle.giveBack(buffer) };
  handle.lease(
    owner as unknown as LeaseOwner,
    { connectionId: 1, peer: "", access: OPEN_ACCESS },
    [],
  );
  thread.told.length = 0;
  for (const buffer of buffers) thread.onmessage({ data: { type: "send", buffer, end: 1 } });
  assert.deepEqual(
    thread.told.map((message) =>
      message.type === "sent" ? message.buffers.map((buffer) => buffer.byteLength) : message
    ),
    [[1, 2], [3, 4]],
  );
});
