import assert from "node:assert/strict";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { encodeControl, encodeFrame, FrameType } from "#protocol/frame.ts";
import { INITIAL_WINDOW_BYTES } from "#protocol/limits.ts";
import { countSockets, waitUntilClosed } from "#tests/support/open_descriptors.ts";
import { concatBytes, randomBytes } from "#tests/support/random_bytes.ts";
import { assertError, RawPeer } from "#tests/support/raw_peer.ts";
import { beginUpload, downloadRaw, sha256Of, uploadRaw } from "#tests/support/raw_transfer.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { startTestServer } from "#tests/server/test_server.ts";

const METERED = new TextEncoder().encode("metered");
const PUT_A = { path: "a", sizeBytes: METERED.byteLength };

Deno.test("an upload of fewer bytes than announced is not published and may go on", async () => {
  await withPeer(async (peer, root) => {
    const { requestId } = await beginUpload(peer, PUT_A);
    await peer.sendData(requestId, METERED.subarray(0, 4));
    await commit(peer, requestId, METERED.subarray(0, 4));
    assertError(await peer.lastFrame(requestId), "invalid_request");
    await assertNothingPublished(peer, root);
    assert.equal((await uploadRaw(peer, "a", METERED)).json?.outcome, "created");
  });
});

Deno.test("an upload of more bytes than announced ends at the first byte too many", async () => {
  await withPeer(async (peer, root) => {
    const { requestId } = await beginUpload(peer, PUT_A);
    await peer.sendData(requestId, METERED);
    await peer.sendData(requestId, METERED.subarray(0, 1));
    assertError(await peer.lastFrame(requestId), "invalid_request");
    await commit(peer, requestId, METERED);
    await assertNothingPublished(peer, root);
  });
});

Deno.test("an upload whose digest is wrong is not published, and its bytes are gone", async () => {
  await withPeer(async (peer, root) => {
    const { requestId } = await beginUpload(peer, PUT_A);
    await peer.sendData(requestId, METERED);
    await commit(peer, requestId, METERED.toReversed());
    assertError(await peer.lastFrame(requestId), "checksum_mismatch");
    await assertNothingPublished(peer, root);
    const again = await beginUpload(peer, { ...PUT_A, resume: true });
    assert.equal(again.json?.offsetBytes, 0);
  });
});

Deno.test("an upload whose digest is not the one announced with PUT is not published", async () => {
  await withPeer(async (peer, root) => {
    const digest = sha256Of(METERED.toReversed());
    assertError(await uploadRaw(peer, "a", METERED, { digest }), "checksum_mismatch");
    await assertNothingPublished(peer, root);
  });
});

const NOT_ITS_DIGEST = ["", "sha256:", "none", `xxh128:${"0".repeat(32)}`, "sha256:ABCDEF"];
Deno.test("a COMMIT whose digest is none, or of another algorithm, publishes nothing", async () => {
  await withPeer(async (peer, root) => {
    for (const digest of NOT_ITS_DIGEST) {
      const { requestId } = await beginUpload(peer, PUT_A);
      await peer.sendData(requestId, METERED);
      await peer.sendFrame(FrameType.COMMIT, requestId, { digest });
      assertError(await peer.lastFrame(requestId), "checksum_mismatch", digest);
      await assertNothingPublished(peer, root);
    }
  });
});

Deno.test("DATA with a wrong CRC-32 ends the upload and keeps the bytes before it", async () => {
  await withPeer(async (peer, root) => {
    const { requestId } = await beginUpload(peer, PUT_A);
    await peer.sendData(requestId, METERED.subarray(0, 4));
    await peer.send(encodeFrame(FrameType.DATA, requestId, METERED.subarray(4), 12345));
    assertError(await peer.lastFrame(requestId), "checksum_mismatch");
    await assertNothingPublished(peer, root);
    const again = await beginUpload(peer, { ...PUT_A, resume: true });
    assert.equal(again.json?.offsetBytes, 4);
    assert.equal(again.json?.prefixDigest, sha256Of(METERED.subarray(0, 4)));
  });
});

Deno.test("what follows a PUT that failed is dropped, and the next request is answered", async () => {
  await withPeer(async (peer) => {
    await uploadRaw(peer, "a", METERED);
    const stream = concatBytes([
      encodeControl(FrameType.PUT, 50, { ...PUT_A, algorithm: "sha256" }),
      encodeFrame(FrameType.DATA, 50, METERED, crc32(METERED)),
      encodeControl(FrameType.COMMIT, 50, { digest: sha256Of(METERED) }),
      encodeControl(FrameType.STAT, 51, { path: "a" }),
    ]);
    await peer.send(stream);
    assertError(await peer.expectFrame(FrameType.ERROR, 50), "already_exists");
    await peer.expectFrame(FrameType.RESULT, 51);
  });
});

Deno.test("a whole upload in one go is taken up to the initial window", async () => {
  await withPeer(async (peer) => {
    const bytes = randomBytes(INITIAL_WINDOW_BYTES);
    await peer.send(concatBytes([
      encodeControl(FrameType.PUT, 50, {
        path: "a",
        sizeBytes: bytes.byteLength,
        algorithm: "sha256",
      }),
      encodeFrame(FrameType.DATA, 50, bytes, crc32(bytes)),
      encodeControl(FrameType.COMMIT, 50, { digest: sha256Of(bytes) }),
    ]));
    assert.equal((await peer.lastFrame(50)).json?.outcome, "created");
    assert.deepEqual(await downloadRaw(peer, "a"), bytes);
  });
});

Deno.test("a request inside an upload ends the upload and nothing is published", async () => {
  await withPeer(async (peer, root) => {
    const { requestId } = await beginUpload(peer, PUT_A);
    await peer.sendFrame(FrameType.STAT, requestId + 1, { path: "" });
    assertError(await peer.lastFrame(requestId), "protocol_error");
    assert.deepEqual(await namesIn(root), []);
  });
});

Deno.test("the id of an upload under way is refused to another request", async () => {
  await withPeer(async (peer, root) => {
    const { requestId } = await beginUpload(peer, PUT_A);
    await peer.sendFrame(FrameType.STAT, requestId, { path: "" });
    assertError(await peer.lastFrame(requestId), "protocol_error");
    assert.deepEqual(await namesIn(root), []);
  });
});

Deno.test("DATA, COMMIT and ABORT that belong to no upload change nothing", async () => {
  await withPeer(async (peer, root) => {
    await peer.sendData(70, METERED);
    await commit(peer, 70, METERED);
    await peer.sendFrame(FrameType.ABORT, 71, {});
    await assertNothingPublished(peer, root);
  });
});

Deno.test("an empty file is published without any DATA", async () => {
  await withPeer(async (peer) => {
    const empty = new Uint8Array(0);
    assert.equal((await uploadRaw(peer, "a", empty)).json?.outcome, "created");
    assert.deepEqual(await downloadRaw(peer, "a"), empty);
  });
});

Deno.test("an upload of 2^53 - 1 bytes reserves nothing when it begins", async () => {
  await withPeer(async (peer, root) => {
    const ready = await beginUpload(peer, { path: "a", sizeBytes: Number.MAX_SAFE_INTEGER });
    assert.equal(ready.type, FrameType.READY);
    await peer.sendFrame(FrameType.ABORT, ready.requestId, { keep: false });
    assertError(await peer.lastFrame(ready.requestId), "cancelled");
    await assertNothingPublished(peer, root);
  });
});

Deno.test("ABORT keeps or discards the bytes as it says", async () => {
  await withPeer(async (peer) => {
    for (const keep of [true, false]) {
      const first = await beginUpload(peer, { ...PUT_A, resume: true });
      if (first.json?.offsetBytes === 0) {
        await peer.sendData(first.requestId, METERED.subarray(0, 4));
      }
      await peer.sendFrame(FrameType.ABORT, first.requestId, { keep });
      assertError(await peer.lastFrame(first.requestId), "cancelled");
      const second = await beginUpload(peer, { ...PUT_A, resume: true });
      assert.equal(second.json?.offsetBytes, keep ? 4 : 0);
      await peer.sendFrame(FrameType.ABORT, second.requestId, { keep: true });
      await peer.lastFrame(second.requestId);
    }
  });
});

const BAD_SESSIONS = ["", "none", "../../a", "..", "a/b", "\0", "x".repeat(100), ".", "lock"];
Deno.test("a session that is none of this upload gets session_not_found", async () => {
  await withPeer(async (peer, root) => {
    for (const session of BAD_SESSIONS) {
      assertError(await beginUpload(peer, { ...PUT_A, session }), "session_not_found", session);
    }
    await assertNothingPublished(peer, root);
  });
});

Deno.test("an upload that is reset in the middle of a chunk leaves nothing open and may go on", async () => {
  await using folder = await makeTempFolder();
  await using server = await startServerProcess({ root: folder.path });
  using peer = await RawPeer.greet(server);
  const sockets = await countSockets(server.pid);
  const bytes = randomBytes(200_000);
  {
    using lost = await RawPeer.greet(server);
    const ready = await beginUpload(lost, { path: "a", sizeBytes: bytes.byteLength });
    await lost.sendData(ready.requestId, bytes.subarray(0, 100_000));
    const half = encodeFrame(FrameType.DATA, ready.requestId, bytes.subarray(100_000), 0);
    await lost.send(half.subarray(0, 50_000));
  }
  await waitUntilClosed(server.pid, folder.path, sockets);
  const again = await beginUpload(peer, { path: "a", sizeBytes: bytes.byteLength, resume: true });
  assert.equal(again.json?.offsetBytes, 100_000);
  await peer.sendData(again.requestId, bytes.subarray(100_000));
  await commit(peer, again.requestId, bytes);
  assert.equal((await peer.lastFrame(again.requestId)).json?.outcome, "created");
});

async function withPeer(
  run: (peer: RawPeer, root: string) => Promise<void>,
): Promise<void> {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await run(peer, place.root.path);
}

async function commit(peer: RawPeer, requestId: number, bytes: Uint8Array): Promise<void> {
  await peer.sendFrame(FrameType.COMMIT, requestId, { digest: sha256Of(bytes) });
}

/** Asks, so that all before is served, and then looks at the disk itself. */
async function assertNothingPublished(peer: RawPeer, root: string): Promise<void> {
  await peer.refused("not_found", FrameType.STAT, { path: "a" });
  assert.deepEqual(await namesIn(root), []);
}

async function namesIn(root: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(join(root))) if (name !== ".sluice") names.push(name);
  return names;
}
