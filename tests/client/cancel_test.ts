import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { sleep } from "#protocol/sleep.ts";
import { SluiceClient } from "#client/sluice_client.ts";
import type { TransferProgress, TransferState } from "#client/types.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { FakeServer, type Script } from "./fake_server.ts";
import { namesIn } from "./file_scripts.ts";

const PUT_READY = { session: "s", offsetBytes: 0, windowBytes: 100_000, chunkBytes: 50_000 };

/** Aborts as soon as a transfer is in a state. */
function abortIn(state: TransferState): {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: TransferProgress) => void;
} {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onProgress: (progress) => progress.state === state && controller.abort(),
  };
}

Deno.test("a call whose signal has aborted never connects", async () => {
  await using folder = await makeTempFolder();
  await using client = new SluiceClient({ server: { hostname: "127.0.0.1", port: 1 } });
  const signal = AbortSignal.abort();
  await Deno.writeFile(folder.join("a"), randomBytes(10));
  const cancelled = { code: "cancelled" };
  await assert.rejects(client.stat("a", { signal }), cancelled);
  await assert.rejects(client.status({ signal }), cancelled);
  await assert.rejects(client.ping({ signal }), cancelled);
  await assert.rejects(client.upload(folder.join("a"), "a", { signal }), cancelled);
  await assert.rejects(client.download("a", folder.join("b"), { signal }), cancelled);
  await assert.rejects(Array.fromAsync(client.list("", { signal })), cancelled);
  assert.deepEqual(namesIn(folder.path), ["a"]);
});

Deno.test("a signal ends the wait for a hello", async () => {
  const controller = new AbortController();
  await using server = new FakeServer(async (peer) => {
    await peer.readPreface();
    controller.abort();
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address });
  await assert.rejects(client.stat("a", { signal: controller.signal }), { code: "cancelled" });
});

Deno.test("a signal ends the wait for a reply, and the server is told", async () => {
  const controller = new AbortController();
  const told = Promise.withResolvers<number>();
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    const stat = await peer.expect(FrameType.STAT);
    controller.abort();
    const cancel = await peer.expect(FrameType.CANCEL);
    told.resolve(cancel.id - stat.id);
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address });
  await assert.rejects(client.stat("a", { signal: controller.signal }), { code: "cancelled" });
  assert.equal(await told.promise, 0);
});

Deno.test("a signal ends the wait for a free connection", async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    const first = await peer.expect(FrameType.STAT);
    asked.resolve();
    await answer.promise;
    await peer.sendError(first.id, "not_found");
    const next = await peer.expect(FrameType.STAT);
    assert.equal(next.json.path, "c");
    await peer.sendError(next.id, "not_found");
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address, connections: 1 });
  const controller = new AbortController();
  const first = assert.rejects(client.stat("a"), { code: "not_found" });
  await asked.promise;
  const second = assert.rejects(client.stat("b", { signal: controller.signal }), {
    code: "cancelled",
  });
  const third = assert.rejects(client.stat("c"), { code: "not_found" });
  controller.abort();
  await second;
  answer.resolve();
  await Promise.all([first, third]);
});

Deno.test("a signal ends an upload in the queue", async () => {
  await using folder = await makeTempFolder();
  await Deno.writeFile(folder.join("a"), randomBytes(500_000));
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    const put = await peer.expect(FrameType.PUT);
    await peer.send(FrameType.QUEUED, put.id, { position: 3 });
    await peer.expect(FrameType.CANCEL);
    await peer.sendError(put.id, "cancelled");
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address });
  await assert.rejects(client.upload(folder.join("a"), "a", abortIn("queued")), {
    code: "cancelled",
    message: `Cannot upload "${folder.join("a")}": it was cancelled`,
  });
});

/** Takes data until the client cancels, and answers with an error or a result. */
function takeUntilCancel(answer: "cancelled" | "created"): Script {
  return async (peer) => {
    await peer.hello();
    const put = await peer.expect(FrameType.PUT);
    await peer.send(FrameType.READY, put.id, PUT_READY);
    let got = 0;
    for (;;) {
      const frame = await peer.next();
      if (frame.type === FrameType.CANCEL) break;
      got += frame.type === FrameType.DATA ? frame.payload.byteLength : 0;
      // The first half is acknowledged, so that the client waits for its window with the rest.
      if (frame.type === FrameType.DATA && got <= 50_000) await peer.sendAck(put.id, got);
      if (answer === "created") await peer.sendAck(put.id, got);
    }
    if (answer === "cancelled") await peer.sendError(put.id, "cancelled");
    else {
      const result = { outcome: "created", path: "a", sizeBytes: 500_000 };
      await peer.send(FrameType.RESULT, put.id, result);
    }
    await peer.untilClosed();
  };
}

Deno.test("a signal ends an upload whose bytes move, and its session is let go of", async () => {
  await using folder = await makeTempFolder();
  await Deno.writeFile(folder.join("a"), randomBytes(500_000));
  await using server = new FakeServer(takeUntilCancel("cancelled"));
  await using client = new SluiceClient({ server: server.address });
  await assert.rejects(client.upload(folder.join("a"), "a", abortIn("moving")), {
    code: "cancelled",
  });
});

Deno.test("an upload that was published before the cancel came is a success", async () => {
  await using folder = await makeTempFolder();
  await Deno.writeFile(folder.join("a"), randomBytes(500_000));
  await using server = new FakeServer(takeUntilCancel("created"));
  await using client = new SluiceClient({ server: server.address });
  const result = await client.upload(folder.join("a"), "a", abortIn("finishing"));
  assert.equal(result.outcome, "created");
});

Deno.test("a signal ends an upload also when the server does not answer the cancel", async () => {
  await using folder = await makeTempFolder();
  await Deno.writeFile(folder.join("a"), randomBytes(500_000));
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    const put = await peer.expect(FrameType.PUT);
    await peer.send(FrameType.READY, put.id, PUT_READY);
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address });
  await assert.rejects(client.upload(folder.join("a"), "a", abortIn("moving")), {
    code: "cancelled",
  });
});

Deno.test("a signal ends the wait before a retry", async () => {
  await using folder = await makeTempFolder();
  await Deno.writeFile(folder.join("a"), randomBytes(500_000));
  await using server = new FakeServer((peer) => peer.hello());
  await using client = new SluiceClient({
    server: server.address,
    retry: { firstWaitMs: 3_600_000, mostWaitMs: 3_600_000 },
  });
  await assert.rejects(client.upload(folder.join("a"), "a", abortIn("retrying")), {
    code: "cancelled",
  });
});

Deno.test("a signal ends a download whose bytes move, and the part stays", async () => {
  await using folder = await makeTempFolder();
  const controller = new AbortController();
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    const get = await peer.expect(FrameType.GET);
    const ready = { sizeBytes: 1_000_000, modifiedAtMs: 0, version: "v", offsetBytes: 0 };
    await peer.send(FrameType.READY, get.id, { ...ready, lengthBytes: 1_000_000 });
    // Reports of one state are 50 ms apart, so bytes must go on coming until one tells of them.
    for (let sent = 0; sent < 1_000_000 && !controller.signal.aborted; sent += 1_000) {
      await peer.sendData(get.id, randomBytes(1_000));
      await sleep(5);
    }
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address });
  const download = client.download("a", folder.join("a"), {
    signal: controller.signal,
    onProgress: ({ doneBytes }) => doneBytes > 0 && controller.abort(),
  });
  await assert.rejects(download, { code: "cancelled", message: /^Cannot download "a": it was / });
  assert.deepEqual(namesIn(folder.path), ["a.part", "a.part.json"]);
});

Deno.test("a signal ends a download under a low rate limit at once", async () => {
  await using folder = await makeTempFolder();
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    const get = await peer.expect(FrameType.GET);
    const ready = { sizeBytes: 1_000_000, modifiedAtMs: 0, version: "v", offsetBytes: 0 };
    await peer.send(FrameType.READY, get.id, { ...ready, lengthBytes: 1_000_000 });
    await peer.sendData(get.id, randomBytes(500_000));
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address });
  const options = { ...abortIn("moving"), limitRate: 100 };
  await assert.rejects(client.download("a", folder.join("a"), options), { code: "cancelled" });
  assert.deepEqual(namesIn(folder.path), []);
});
