import assert from "node:assert/strict";
import { encodeControl, FrameType } from "#protocol/frame.ts";
import { sleep } from "#protocol/sleep.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { beginUpload, downloadRaw, sha256Of } from "#tests/support/raw_transfer.ts";
import { readCertificate } from "#protocol/tls_certificate.ts";
import { makeCertificate } from "#tests/support/certificates.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { startTestServer } from "./test_server.ts";
import { until } from "./until.ts";

const STAT = encodeControl(FrameType.STAT, 7, { path: "" });

Deno.test("an upload that lasts longer than any frame may take is no frame that takes too long", async () => {
  const throttle = { ratePerConnection: 100_000 };
  await using place = await startTestServer({ throttle, timeouts: { frameMs: 1_000 } });
  using peer = await RawPeer.greet(place);
  const bytes = randomBytes(200_000);
  const { requestId } = await beginUpload(peer, { path: "a", sizeBytes: bytes.byteLength });
  // More than the window, so that the server always finds the beginning of the next frame.
  for (let at = 0; at < bytes.byteLength; at += 3001) {
    await peer.sendData(requestId, bytes.subarray(at, at + 3001));
  }
  await peer.sendFrame(FrameType.COMMIT, requestId, { digest: sha256Of(bytes) });
  assert.equal((await peer.lastFrame(requestId)).type, FrameType.RESULT);
});

Deno.test("the deadline of a frame begins with its first byte, not with the silence before", async () => {
  await using place = await startTestServer({ timeouts: { frameMs: 1_500 } });
  using peer = await RawPeer.greet(place);
  await sleep(1_600);
  await peer.send(STAT.subarray(0, 10));
  await sleep(100);
  await peer.send(STAT.subarray(10));
  assert.equal((await peer.lastFrame(7)).type, FrameType.RESULT);
});

Deno.test("a connection that works is not idle, and one that has worked is idle only from then on", async () => {
  const throttle = { ratePerConnection: 50_000 };
  await using place = await startTestServer({ throttle, timeouts: { idleMs: 1_000 } });
  await Deno.writeFile(place.root.join("a"), new Uint8Array(65_000));
  using peer = await RawPeer.greet(place);
  assert.ok(await downloadRaw(peer, "a") instanceof Uint8Array);
  await peer.expectRefusal("timeout");
});

Deno.test("a server that stood still reads what has arrived before it holds anybody to a deadline", async () => {
  await using place = await startTestServer({ timeouts: { frameMs: 500 } });
  using peer = await RawPeer.greet(place);
  await peer.send(STAT.subarray(0, 10));
  await sleep(100);
  await peer.send(STAT.subarray(10));
  const endMs = performance.now() + 1_000;
  while (performance.now() < endMs);
  assert.equal((await peer.lastFrame(7)).type, FrameType.RESULT);
});

Deno.test("a peer that begins no handshake of TLS is given up at the deadline of the hello", async () => {
  await using folder = await makeTempFolder();
  const tls = await readCertificate(await makeCertificate(folder.path, "own"), Deno);
  await using place = await startTestServer({ tls, timeouts: { helloMs: 500 } });
  using _silent = await RawPeer.connect(place);
  await until(() => place.server.status().connections === 1, "the connection");
  await until(() => place.server.status().connections === 0, "its end");
});
