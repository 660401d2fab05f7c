import assert from "node:assert/strict";
import { encodeFrame, FrameType } from "#protocol/frame.ts";
import { sleep } from "#protocol/sleep.ts";
import { crc32 } from "node:zlib";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { assertError, RawPeer } from "#tests/support/raw_peer.ts";
import { beginUpload, downloadRaw, sha256Of, uploadRaw } from "#tests/support/raw_transfer.ts";
import { startTestServer } from "./test_server.ts";
import { until } from "./until.ts";

Deno.test("an upload that is too slow ends with timeout and is kept; its connection stays and its worker is free", async () => {
  const admission = { minRate: 1_000_000 };
  const timeouts = { stallMs: 500, lingerMs: 50 };
  await using place = await startTestServer({ admission, timeouts });
  using peer = await RawPeer.greet(place);
  const request = { path: "a", sizeBytes: 1_000_000 };
  const { requestId } = await beginUpload(peer, request);
  let isOver = false;
  const dribbling = (async (): Promise<number> => {
    let sent = 0;
    for (; !isOver; sent++) {
      await peer.sendData(requestId, Uint8Array.of(7));
      await sleep(20);
    }
    return sent;
  })();
  const message = assertError(await peer.lastFrame(requestId), "timeout");
  isOver = true;
  assert.match(message, /too little/);
  assert.ok(await dribbling < request.sizeBytes);
  await until(() => place.server.status().workers.leased === 0, "the worker");
  const again = await beginUpload(peer, { ...request, resume: true });
  assert.ok(Number(again.json?.offsetBytes) > 0);
});

Deno.test("a CANCEL of nothing now and then does not keep an upload alive", async () => {
  await using place = await startTestServer({ timeouts: { stallMs: 500 } });
  using peer = await RawPeer.greet(place);
  const { requestId } = await beginUpload(peer, { path: "a", sizeBytes: 10 });
  let isOver = false;
  const cancelling = (async (): Promise<void> => {
    while (!isOver) {
      await peer.sendFrame(FrameType.CANCEL, 9999, new Uint8Array(0));
      await peer.sendFrame(FrameType.PING, 9998, new Uint8Array(64));
      await sleep(50);
    }
  })();
  assertError(await peer.lastFrame(requestId), "timeout");
  isOver = true;
  await cancelling;
});

Deno.test("a reader that is too slow is closed, and one that the server's rate slows down is not", async () => {
  await using place = await startTestServer({
    admission: { minRate: 1_000_000_000 },
    throttle: { ratePerConnection: 40_000 },
    timeouts: { stallMs: 1_000 },
  });
  const bytes = randomBytes(80_000);
  using honest = await RawPeer.greet(place);
  const up = await uploadRaw(honest, "a", bytes);
  assert.equal(up.type, FrameType.RESULT, JSON.stringify(up.json));
  assert.deepEqual(await downloadRaw(honest, "a"), bytes);
  await using fast = await startTestServer({
    admission: { minRate: 1_000_000_000 },
    timeouts: { stallMs: 500 },
  });
  await Deno.truncate(await newFile(fast.root.join("large")), 200_000_000);
  using reader = await RawPeer.greet(fast);
  await reader.begin(FrameType.GET, { path: "large", digest: "none" });
  let isOver = false;
  const reading = (async (): Promise<void> => {
    while (!isOver) {
      await reader.take(1000);
      await sleep(10);
    }
  })();
  await until(() => fast.server.status().connections === 0, "its end");
  isOver = true;
  await reading;
});

Deno.test("a whole frame of 1 MiB may take longer than a stall when its bytes keep coming", async () => {
  const stallMs = 3_000;
  await using place = await startTestServer({ timeouts: { stallMs } });
  using peer = await RawPeer.greet(place);
  const bytes = randomBytes(1024 * 1024);
  const { requestId } = await beginUpload(peer, { path: "a", sizeBytes: bytes.byteLength });
  const frame = encodeFrame(FrameType.DATA, requestId, bytes, crc32(bytes));
  const pieces = 12;
  const pieceBytes = Math.ceil(frame.byteLength / pieces);
  const beganMs = performance.now();
  for (let n = 0; n < pieces; n++) {
    await peer.send(frame.subarray(n * pieceBytes, (n + 1) * pieceBytes));
    await sleep(350);
  }
  assert.ok(performance.now() - beganMs > stallMs);
  await peer.sendFrame(FrameType.COMMIT, requestId, { digest: sha256Of(bytes) });
  const last = await peer.lastFrame(requestId);
  assert.equal(last.type, FrameType.RESULT, JSON.stringify(last.json));
});

async function newFile(path: string): Promise<string> {
  await Deno.writeFile(path, new Uint8Array(0));
  return path;
}
