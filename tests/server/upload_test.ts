import assert from "node:assert/strict";
import { FrameType, readU64 } from "#protocol/frame.ts";
import { INITIAL_WINDOW_BYTES } from "#protocol/limits.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { assertError, RawPeer, type ReceivedFrame } from "#tests/support/raw_peer.ts";
import { beginUpload, downloadRaw, sha256Of, uploadRaw } from "#tests/support/raw_transfer.ts";
import { startTestServer } from "./test_server.ts";

const METERED = new TextEncoder().encode("metered");

for (const sizeBytes of [0, 1, 65_536, 1_000_003]) {
  Deno.test(`an upload of ${sizeBytes} bytes is published whole and can be read back`, async () => {
    await using place = await startTestServer();
    using peer = await RawPeer.greet(place);
    const bytes = randomBytes(sizeBytes);
    const { json } = await uploadRaw(peer, "a.bin", bytes);
    const digest = sha256Of(bytes);
    assert.deepEqual(json, { outcome: "created", path: "a.bin", sizeBytes, digest });
    assert.deepEqual(await Deno.readFile(place.root.join("a.bin")), bytes);
    assert.deepEqual(await downloadRaw(peer, "a.bin"), bytes);
    assert.deepEqual([...Deno.readDirSync(place.root.join(".sluice", "uploads"))], []);
  });
}

Deno.test("each conflict policy holds when the name is taken", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await uploadRaw(peer, "a.txt", METERED);
  const bytes = randomBytes(100);
  assertError(await uploadRaw(peer, "a.txt", bytes), "already_exists");
  const outcomes: unknown[] = [];
  for (const onConflict of ["skip", "rename", "rename", "overwrite"]) {
    const { json } = await uploadRaw(peer, "a.txt", bytes, { onConflict });
    outcomes.push([json?.outcome, json?.path]);
  }
  assert.deepEqual(outcomes, [
    ["skipped", "a.txt"],
    ["created", "a (1).txt"],
    ["created", "a (2).txt"],
    ["replaced", "a.txt"],
  ]);
  assert.deepEqual(await Deno.readFile(place.root.join("a.txt")), bytes);
});

Deno.test("an upload onto a folder is refused whatever the policy, but for rename", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await peer.request(FrameType.MKDIR, { path: "folder" });
  assertError(await uploadRaw(peer, "folder", METERED), "already_exists");
  assertError(await uploadRaw(peer, "folder", METERED, { onConflict: "overwrite" }), "is_a_folder");
  const renamed = await uploadRaw(peer, "folder", METERED, { onConflict: "rename" });
  assert.equal(renamed.json?.path, "folder (1)");
});

Deno.test("a folder made while the upload ran is not replaced", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  using other = await RawPeer.greet(place);
  const request = { path: "a", sizeBytes: METERED.byteLength, onConflict: "overwrite" };
  const { requestId } = await beginUpload(peer, request);
  await other.request(FrameType.MKDIR, { path: "a" });
  await sendRest(peer, requestId, METERED, METERED);
  assertError(await peer.lastFrame(requestId), "is_a_folder");
  assert.ok((await Deno.stat(place.root.join("a"))).isDirectory);
});

for (const [onConflict, expected] of [["error", 1], ["rename", 4], ["overwrite", 4]] as const) {
  Deno.test(`four uploads of one name at once under "${onConflict}": ${expected} succeed`, async () => {
    await using place = await startTestServer();
    const peers = await Promise.all([1, 2, 3, 4].map(() => RawPeer.greet(place)));
    try {
      const contents = peers.map((_, i) => randomBytes(300_000 + i, i + 1));
      const begun: ReceivedFrame[] = [];
      for (const [i, peer] of peers.entries()) {
        const sizeBytes = 300_000 + i;
        begun.push(await beginUpload(peer, { path: "a.bin", sizeBytes, onConflict }));
      }
      const replies = await Promise.all(peers.map(async (peer, i) => {
        const bytes = contents[i] ?? new Uint8Array(0);
        const requestId = begun[i]?.requestId ?? 0;
        await sendRest(peer, requestId, bytes, bytes);
        return await peer.lastFrame(requestId);
      }));
      const winners = replies.filter(({ type }) => type === FrameType.RESULT);
      assert.equal(winners.length, expected);
      const digests = contents.map(sha256Of);
      for (const path of new Set(winners.map(({ json }) => String(json?.path)))) {
        const bytes = await Deno.readFile(place.root.join(path));
        assert.ok(digests.includes(sha256Of(bytes)), `${path} is one of them whole`);
      }
      for (const reply of replies) {
        if (reply.type === FrameType.ERROR) assertError(reply, "already_exists");
      }
    } finally {
      for (const peer of peers) peer.close();
    }
  });
}

Deno.test("a wrong digest discards the upload and publishes nothing", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const { requestId } = await beginUpload(peer, { path: "a", sizeBytes: METERED.byteLength });
  await sendRest(peer, requestId, METERED, randomBytes(7));
  assertError(await peer.lastFrame(requestId), "checksum_mismatch");
  await peer.refused("not_found", FrameType.STAT, { path: "a" });
  const again = await beginUpload(peer, {
    path: "a",
    sizeBytes: METERED.byteLength,
    resume: true,
  });
  assert.equal(again.json?.offsetBytes, 0);
});

Deno.test("a digest announced with PUT must hold, too", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const digest = sha256Of(randomBytes(7));
  assertError(await uploadRaw(peer, "a", METERED, { digest }), "checksum_mismatch");
  const right = await uploadRaw(peer, "a", METERED, { digest: sha256Of(METERED) });
  assert.equal(right.type, FrameType.RESULT);
});

Deno.test("a chunk with a wrong CRC-32 ends the upload and keeps the bytes before it", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const request = { path: "a", sizeBytes: 2 * METERED.byteLength };
  const { requestId } = await beginUpload(peer, request);
  await peer.sendData(requestId, METERED);
  await peer.sendFrame(FrameType.DATA, requestId, METERED);
  assertError(await peer.lastFrame(requestId), "checksum_mismatch");
  const again = await beginUpload(peer, { ...request, resume: true });
  assert.equal(again.json?.offsetBytes, METERED.byteLength);
});

Deno.test("more bytes than announced, or fewer at COMMIT, are an invalid request", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const more = await beginUpload(peer, { path: "more", sizeBytes: METERED.byteLength - 1 });
  await peer.sendData(more.requestId, METERED);
  assertError(await peer.lastFrame(more.requestId), "invalid_request");
  const fewer = await beginUpload(peer, { path: "fewer", sizeBytes: METERED.byteLength + 1 });
  await sendRest(peer, fewer.requestId, METERED, METERED);
  assertError(await peer.lastFrame(fewer.requestId), "invalid_request");
  for (const path of ["more", "fewer"]) await peer.refused("not_found", FrameType.STAT, { path });
});

Deno.test("ACKs count up to all bytes, never more than is sent, and the window is kept open", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const bytes = randomBytes(20 * 1024 * 1024);
  const ready = await beginUpload(peer, { path: "a.bin", sizeBytes: bytes.byteLength });
  const windowBytes = Number(ready.json?.windowBytes);
  const chunkBytes = Number(ready.json?.chunkBytes);
  let [sent, acknowledged] = [0, 0];
  while (sent < bytes.byteLength) {
    while (sent + chunkBytes - acknowledged <= windowBytes && sent < bytes.byteLength) {
      await peer.sendData(ready.requestId, bytes.subarray(sent, sent += chunkBytes));
    }
    if (sent >= bytes.byteLength) break;
    const ack = await peer.expectFrame(FrameType.ACK, ready.requestId);
    const position = readU64(ack.payload, 0);
    assert.ok(position > acknowledged && position <= sent);
    acknowledged = position;
  }
  await peer.sendFrame(FrameType.COMMIT, ready.requestId, { digest: sha256Of(bytes) });
  assert.equal((await peer.lastFrame(ready.requestId)).type, FrameType.RESULT);
});

Deno.test("PUT, DATA and COMMIT may be sent without waiting, also many files in a row", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const bytes = randomBytes(INITIAL_WINDOW_BYTES);
  const ids: number[] = [];
  for (let i = 0; i < 20; i++) ids.push(await pipelineUpload(peer, `file-${i}`, bytes));
  for (const id of ids) {
    const frame = await peer.lastFrame(id);
    assert.deepEqual([frame.type, frame.requestId], [FrameType.RESULT, id]);
  }
});

Deno.test("what follows a PUT that failed is dropped, and the next request is served", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const bytes = randomBytes(100_000);
  await uploadRaw(peer, "taken", METERED);
  const failing = [
    await pipelineUpload(peer, "taken", bytes),
    await pipelineUpload(peer, "missing/a", bytes),
    await pipelineUpload(peer, "..", bytes),
  ];
  const aborted = await peer.begin(FrameType.PUT, { path: "taken", sizeBytes: 1 });
  await peer.sendFrame(FrameType.ABORT, aborted, { keep: false });
  const good = await pipelineUpload(peer, "good", bytes);
  const codes = ["already_exists", "not_found", "invalid_name"] as const;
  for (const [i, id] of failing.entries()) {
    assertError(await peer.lastFrame(id), codes[i] ?? "internal");
  }
  assertError(await peer.lastFrame(aborted), "already_exists");
  assert.equal((await peer.lastFrame(good)).type, FrameType.RESULT);
});

Deno.test("another request between PUT and COMMIT ends the PUT and is served itself", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const { requestId } = await beginUpload(peer, { path: "a", sizeBytes: 10 });
  const stat = await peer.begin(FrameType.STAT, { path: "" });
  assertError(await peer.lastFrame(requestId), "protocol_error");
  assert.equal((await peer.lastFrame(stat)).json?.kind, "folder");
});

Deno.test("PING and STATUS are answered in the middle of an upload", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const { requestId } = await beginUpload(peer, { path: "a", sizeBytes: METERED.byteLength });
  await peer.sendFrame(FrameType.PING, 77, METERED);
  assert.deepEqual((await peer.expectFrame(FrameType.PONG, 77)).payload, METERED);
  await peer.sendFrame(FrameType.STATUS, 78);
  const status = await peer.expectFrame(FrameType.RESULT, 78);
  assert.equal(status.json?.transfers, 1);
  await sendRest(peer, requestId, METERED, METERED);
  assert.equal((await peer.lastFrame(requestId)).type, FrameType.RESULT);
});

Deno.test("an upload that sends nothing for too long ends with timeout and is kept", async () => {
  await using place = await startTestServer({ timeouts: { stallMs: 700 } });
  using peer = await RawPeer.greet(place);
  const request = { path: "a", sizeBytes: 2 * METERED.byteLength };
  const { requestId } = await beginUpload(peer, request);
  await peer.sendData(requestId, METERED);
  assertError(await peer.lastFrame(requestId), "timeout");
  const again = await beginUpload(peer, { ...request, resume: true });
  assert.equal(again.json?.offsetBytes, METERED.byteLength);
});

Deno.test("the time of modification is kept when the client gives it", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const modifiedAtMs = Date.UTC(2001, 2, 3);
  await uploadRaw(peer, "a", METERED, { modifiedAtMs });
  assert.equal((await Deno.stat(place.root.join("a"))).mtime?.getTime(), modifiedAtMs);
  const { json } = await peer.request(FrameType.STAT, { path: "a" });
  assert.equal(json?.modifiedAtMs, modifiedAtMs);
});

Deno.test("DATA frames of one byte each make a whole file", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const bytes = randomBytes(3000);
  const { requestId } = await beginUpload(peer, { path: "a", sizeBytes: bytes.byteLength });
  for (const byte of bytes) await peer.sendData(requestId, Uint8Array.of(byte));
  await peer.sendFrame(FrameType.COMMIT, requestId, { digest: sha256Of(bytes) });
  assert.equal((await peer.lastFrame(requestId)).type, FrameType.RESULT);
  assert.deepEqual(await Deno.readFile(place.root.join("a")), bytes);
});

async function sendRest(
  peer: RawPeer,
  requestId: number,
  bytes: Uint8Array,
  digested: Uint8Array,
): Promise<void> {
  await peer.sendData(requestId, bytes);
  await peer.sendFrame(FrameType.COMMIT, requestId, { digest: sha256Of(digested) });
}

/** Sends a whole upload without waiting for anything; gives its id. */
async function pipelineUpload(peer: RawPeer, path: string, bytes: Uint8Array): Promise<number> {
  const request = { path, sizeBytes: bytes.byteLength, algorithm: "sha256" };
  const requestId = await peer.begin(FrameType.PUT, request);
  const half = bytes.byteLength >> 1;
  await peer.sendData(requestId, bytes.subarray(0, half));
  await peer.sendData(requestId, bytes.subarray(half));
  await peer.sendFrame(FrameType.COMMIT, requestId, { digest: sha256Of(bytes) });
  return requestId;
}
