import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { assertError, RawPeer, type ReceivedFrame } from "#tests/support/raw_peer.ts";
import { beginUpload, sha256Of, uploadRaw } from "#tests/support/raw_transfer.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { startTestServer, type TestServer } from "./test_server.ts";
import { until } from "./until.ts";

const BYTES = randomBytes(200_000);
const HALF = 100_000;
const REQUEST = { path: "a.bin", sizeBytes: BYTES.byteLength };

Deno.test("an upload goes on in another connection from where the server says", async () => {
  await using place = await startTestServer();
  const session = await uploadHalf(place);
  using peer = await RawPeer.greet(place);
  const ready = await beginUpload(peer, { ...REQUEST, session });
  assert.equal(ready.json?.session, session);
  assert.equal(ready.json?.offsetBytes, HALF);
  assert.equal(ready.json?.prefixDigest, sha256Of(BYTES.subarray(0, HALF)));
  await finish(peer, ready, HALF);
  assert.deepEqual(await Deno.readFile(place.root.join("a.bin")), BYTES);
});

Deno.test("an upload goes on after a restart of the server", async () => {
  await using folder = await makeTempFolder();
  const session = await (async () => {
    await using place = await startTestServer({ root: folder.path });
    return await uploadHalf(place);
  })();
  await using place = await startTestServer({ root: folder.path });
  using peer = await RawPeer.greet(place);
  const ready = await beginUpload(peer, { ...REQUEST, session });
  assert.equal(ready.json?.offsetBytes, HALF);
  await finish(peer, ready, HALF);
  assert.deepEqual(await Deno.readFile(folder.join("a.bin")), BYTES);
});

Deno.test("resume: true continues the session that has come furthest and that nobody holds", async () => {
  await using place = await startTestServer();
  await uploadHalf(place, 50_000);
  const furthest = await uploadHalf(place, 90_000);
  await uploadHalf(place, 70_000);
  using holder = await RawPeer.greet(place);
  const held = await beginUpload(holder, { ...REQUEST, resume: true });
  assert.deepEqual([held.json?.session, held.json?.offsetBytes], [furthest, 90_000]);
  using peer = await RawPeer.greet(place);
  const next = await beginUpload(peer, { ...REQUEST, resume: true });
  assert.equal(next.json?.offsetBytes, 70_000);
  await finish(holder, held, 90_000);
  await finish(peer, next, 70_000, "already_exists");
});

Deno.test("resume: true begins anew when there is nothing to resume", async () => {
  await using place = await startTestServer();
  await uploadHalf(place);
  using peer = await RawPeer.greet(place);
  const other = await beginUpload(peer, { ...REQUEST, sizeBytes: 1, resume: true });
  assert.equal(other.json?.offsetBytes, 0, "another size is another upload");
});

Deno.test("a session is taken over from the connection that holds it, which is told so and lives on", async () => {
  await using place = await startTestServer();
  using old = await RawPeer.greet(place);
  const begun = await beginUpload(old, REQUEST);
  await old.sendData(begun.requestId, BYTES.subarray(0, HALF));
  const { session } = begun.json ?? {};
  await until(() => sizeOfOnlySession(place) === HALF, "the bytes on the disk");
  using peer = await RawPeer.greet(place);
  const ready = await beginUpload(peer, { ...REQUEST, session });
  assert.equal(ready.json?.offsetBytes, HALF);
  assertError(await old.lastFrame(begun.requestId), "session_taken");
  await old.sendData(begun.requestId, BYTES.subarray(HALF));
  await finish(peer, ready, HALF);
  assert.equal((await old.request(FrameType.STAT, { path: "a.bin" })).type, FrameType.RESULT);
  assert.deepEqual(await Deno.readFile(place.root.join("a.bin")), BYTES);
});

Deno.test("of many connections that take one session over one after the other the last one has it", async () => {
  await using place = await startTestServer();
  const session = await uploadHalf(place);
  const peers: RawPeer[] = [];
  try {
    let ready: ReceivedFrame | undefined;
    for (let i = 0; i < 6; i++) {
      const peer = await RawPeer.greet(place);
      peers.push(peer);
      ready = await beginUpload(peer, { ...REQUEST, session });
      assert.equal(ready.type, FrameType.READY, JSON.stringify(ready.json));
    }
    for (const peer of peers.slice(0, -1)) assertError(await peer.lastFrame(1), "session_taken");
    const last = peers.at(-1);
    if (last !== undefined && ready !== undefined) await finish(last, ready, HALF);
  } finally {
    for (const peer of peers) peer.close();
  }
});

Deno.test("a session is found only by its own path and size", async () => {
  await using place = await startTestServer();
  const session = await uploadHalf(place);
  using peer = await RawPeer.greet(place);
  for (
    const request of [
      { ...REQUEST, path: "b.bin", session },
      { ...REQUEST, sizeBytes: 1, session },
      { ...REQUEST, session: "../../etc/passwd" },
      { ...REQUEST, session: "" },
    ]
  ) {
    assertError(await beginUpload(peer, request), "session_not_found");
  }
});

Deno.test("a session is gone once its upload is published or discarded", async () => {
  await using place = await startTestServer();
  const session = await uploadHalf(place);
  using peer = await RawPeer.greet(place);
  const ready = await beginUpload(peer, { ...REQUEST, session });
  await peer.sendFrame(FrameType.ABORT, ready.requestId, { keep: true });
  assertError(await peer.lastFrame(ready.requestId), "cancelled");
  const again = await beginUpload(peer, { ...REQUEST, session });
  assert.equal(again.json?.offsetBytes, HALF);
  await peer.sendFrame(FrameType.ABORT, again.requestId, { keep: false });
  assertError(await peer.lastFrame(again.requestId), "cancelled");
  assertError(await beginUpload(peer, { ...REQUEST, session }), "session_not_found");
});

Deno.test("unfinished uploads of one name and size are bounded: the oldest places are used again", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  for (let i = 0; i < 20; i++) {
    const ready = await beginUpload(peer, REQUEST);
    assert.equal(ready.json?.offsetBytes, 0);
    await peer.sendData(ready.requestId, BYTES.subarray(0, 10));
    await peer.sendFrame(FrameType.ABORT, ready.requestId, { keep: true });
    await peer.lastFrame(ready.requestId);
  }
  assert.ok(sessionFiles(place).length <= 16);
});

Deno.test("a hard link that a crash left between publishing and clean-up is removed, never written through", async () => {
  await using folder = await makeTempFolder();
  let session = "";
  {
    await using place = await startTestServer({ root: folder.path });
    session = await uploadHalf(place);
    using peer = await RawPeer.greet(place);
    await finish(peer, await beginUpload(peer, { ...REQUEST, session }), HALF);
  }
  const leftover = folder.join(".sluice", "uploads", `${session}.upload`);
  await Deno.link(folder.join("a.bin"), leftover);
  await using place = await startTestServer({ root: folder.path });
  using peer = await RawPeer.greet(place);
  assertError(
    await beginUpload(peer, { ...REQUEST, onConflict: "rename", session }),
    "session_not_found",
  );
  assert.deepEqual(sessionFiles(place), []);
  await Deno.link(folder.join("a.bin"), leftover);
  const other = randomBytes(BYTES.byteLength, 2);
  for (const resume of [false, true]) {
    const { json } = await uploadRaw(peer, "a.bin", other, { onConflict: "rename", resume });
    assert.equal(json?.outcome, "created");
  }
  assert.deepEqual(await Deno.readFile(folder.join("a.bin")), BYTES);
  assert.equal((await Deno.stat(folder.join("a.bin"))).nlink, 1);
});

Deno.test("sessions that nobody resumes and entries of the trash expire, those in use stay", async () => {
  await using folder = await makeTempFolder();
  {
    await using place = await startTestServer({ root: folder.path });
    await uploadHalf(place);
    using peer = await RawPeer.greet(place);
    await uploadRaw(peer, "deleted", BYTES);
    await peer.request(FrameType.DELETE, { path: "deleted" });
  }
  await Deno.writeTextFile(folder.join(".sluice", "trash", "x.gone"), "left by a crash");
  {
    await using place = await startTestServer({ root: folder.path });
    using peer = await RawPeer.greet(place);
    await peer.request(FrameType.STAT, { path: "" });
    await until(() => namesIn(folder.join(".sluice", "trash")).length === 1, "the sweep");
    assert.equal(sessionFiles(place).length, 1, "young ones stay");
  }
  const timeouts = { uploadKeepMs: 0, trashKeepMs: 0 };
  await using place = await startTestServer({ root: folder.path, timeouts });
  using peer = await RawPeer.greet(place);
  const held = await beginUpload(peer, { path: "held", sizeBytes: 1 });
  await until(() => namesIn(folder.join(".sluice", "trash")).length === 0, "the sweep");
  await until(() => sessionFiles(place).length === 1, "the sweep of uploads");
  assert.deepEqual(sessionFiles(place), [`${held.json?.session}.upload`]);
});

Deno.test("the second name that a killed publish has left goes with the next sweep", async () => {
  await using folder = await makeTempFolder();
  const uploads = folder.join(".sluice", "uploads");
  {
    await using place = await startTestServer({ root: folder.path });
    await uploadHalf(place);
  }
  const [left = ""] = namesIn(uploads);
  await Deno.link(`${uploads}/${left}`, folder.join("published"));
  await using place = await startTestServer({ root: folder.path });
  using peer = await RawPeer.greet(place);
  await peer.request(FrameType.STAT, { path: "" });
  await until(() => sessionFiles(place).length === 0, "the sweep");
  assert.equal((await Deno.stat(folder.join("published"))).nlink, 1);
});

/** Uploads the first bytes in a connection that then ends; gives the session. */
async function uploadHalf(place: TestServer, bytes = HALF): Promise<string> {
  using peer = await RawPeer.greet(place);
  const ready = await beginUpload(peer, REQUEST);
  await peer.sendData(ready.requestId, BYTES.subarray(0, bytes));
  await peer.sendFrame(FrameType.ABORT, ready.requestId, { keep: true });
  assertError(await peer.lastFrame(ready.requestId), "cancelled");
  return String(ready.json?.session);
}

async function finish(
  peer: RawPeer,
  ready: ReceivedFrame,
  offsetBytes: number,
  code?: "already_exists",
): Promise<void> {
  const { requestId } = ready;
  await peer.sendData(requestId, BYTES.subarray(offsetBytes));
  await peer.sendFrame(FrameType.COMMIT, requestId, { digest: sha256Of(BYTES) });
  const frame = await peer.lastFrame(requestId);
  if (code !== undefined) assertError(frame, code);
  else assert.equal(frame.type, FrameType.RESULT, JSON.stringify(frame.json));
}

function sizeOfOnlySession(place: TestServer): number {
  const [name = ""] = sessionFiles(place);
  return Deno.statSync(place.root.join(".sluice", "uploads", name)).size;
}

function sessionFiles(place: TestServer): string[] {
  return namesIn(`${place.server.root}/.sluice/uploads`);
}

function namesIn(path: string): string[] {
  return [...Deno.readDirSync(path)].map(({ name }) => name);
}
