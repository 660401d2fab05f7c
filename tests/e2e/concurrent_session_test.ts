import assert from "node:assert/strict";
import { join } from "node:path";
import { SluiceClient } from "#client/mod.ts";
import { FrameType } from "#protocol/frame.ts";
import { startClientProcess } from "#tests/support/client_process.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { cutAfter, holdAfter } from "#tests/support/passages.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { fileDigest } from "#tests/support/random_file.ts";
import { assertError, RawPeer } from "#tests/support/raw_peer.ts";
import { beginUpload, sha256Of } from "#tests/support/raw_transfer.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { checkStateFolder, untilServerRests } from "#tests/support/state_folder.ts";
import { TcpRelay } from "#tests/support/tcp_relay.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

const SIZE_BYTES = 3_000_000;
const PIECE_BYTES = 500_000;

Deno.test("a connection that resumes an upload session takes it from the one that holds it", async () => {
  await using folder = await makeTempFolder();
  const root = folder.join("root");
  await using server = await startServerProcess({ root });
  const bytes = randomBytes(SIZE_BYTES);
  const request = { path: "a.bin", sizeBytes: SIZE_BYTES };
  using first = await RawPeer.greet(server);
  const ready = await beginUpload(first, request);
  await first.sendData(ready.requestId, bytes.subarray(0, PIECE_BYTES));
  using second = await RawPeer.greet(server);
  const taken = await beginUpload(second, { ...request, session: ready.json?.session });
  assert.equal(taken.type, FrameType.READY);
  assertError(await first.lastFrame(ready.requestId), "session_taken");
  const offsetBytes = Number(taken.json?.offsetBytes);
  assert.ok(offsetBytes === 0 || offsetBytes === PIECE_BYTES);
  // What the first one still sends belongs to an upload that has ended.
  await first.sendData(ready.requestId, bytes.subarray(PIECE_BYTES, 2 * PIECE_BYTES));
  for (let at = offsetBytes; at < SIZE_BYTES; at += PIECE_BYTES) {
    await second.sendData(taken.requestId, bytes.subarray(at, at + PIECE_BYTES));
  }
  await second.sendFrame(FrameType.COMMIT, taken.requestId, { digest: sha256Of(bytes) });
  assert.equal((await second.lastFrame(taken.requestId)).type, FrameType.RESULT);
  assert.equal(await fileDigest(join(root, "a.bin"), "sha256"), sha256Of(bytes));
  await checkStateFolder(root, { isAlive: true });
});

Deno.test("upload() ends with session_taken when another client goes on with its upload", async () => {
  await using folder = await makeTempFolder();
  const [root, local] = [folder.join("root"), folder.join("a.bin")];
  const bytes = randomBytes(SIZE_BYTES);
  await Deno.writeFile(local, bytes);
  await using server = await startServerProcess({ root });
  await using relay = new TcpRelay(server);
  const [held, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  relay.passages = () => ({ up: holdAfter(1_500_000, held.resolve, released.promise) });
  await using client = new SluiceClient({ server: relay });
  const upload = assert.rejects(client.upload(local, "a.bin", { verify: "sha256" }), {
    code: "session_taken",
  });
  await withDeadline(held.promise, "the middle of the upload");
  const [session] = await Array.fromAsync(
    Deno.readDir(join(root, ".sluice", "uploads")),
    ({ name }) => name.replace(/\.upload$/, ""),
  );
  using peer = await RawPeer.greet(server);
  const ready = await beginUpload(peer, { path: "a.bin", sizeBytes: SIZE_BYTES, session });
  assert.equal(ready.type, FrameType.READY);
  released.resolve();
  await withDeadline(upload, "the end of the upload that lost its session");
  const rest = bytes.subarray(Number(ready.json?.offsetBytes));
  for (let at = 0; at < rest.byteLength; at += PIECE_BYTES) {
    await peer.sendData(ready.requestId, rest.subarray(at, at + PIECE_BYTES));
  }
  await peer.sendFrame(FrameType.COMMIT, ready.requestId, { digest: sha256Of(bytes) });
  assert.equal((await peer.lastFrame(ready.requestId)).type, FrameType.RESULT);
  assert.equal(await fileDigest(join(root, "a.bin"), "sha256"), sha256Of(bytes));
});

Deno.test("two clients that resume one upload at once both end well, and one of them resumes", async () => {
  await using folder = await makeTempFolder();
  const [root, local] = [folder.join("root"), folder.join("a.bin")];
  await Deno.writeFile(local, randomBytes(SIZE_BYTES));
  await using server = await startServerProcess({ root });
  await using relay = new TcpRelay(server);
  relay.passages = () => ({ up: cutAfter(2_000_000) });
  await using client = new SluiceClient({ server: relay, retry: { attempts: 1 } });
  await assert.rejects(client.upload(local, "a.bin"), { code: "unreachable" });
  await untilServerRests(server);
  const storedBytes = await checkStateFolder(root, { source: local, isAlive: true });
  assert.ok(storedBytes > 0);
  const args = ["upload", local, "--on-conflict", "overwrite"];
  const resumed = await Promise.all([1, 2].map(async () => {
    await using process = await startClientProcess(server.address, args);
    const { code } = await withDeadline(process.ended, "the end of an upload");
    assert.equal(code, 0, process.stderr.text);
    return process.records().find(({ type }) => type === "result")?.resumedFromBytes;
  }));
  assert.deepEqual(resumed.sort(), [0, storedBytes].sort());
  assert.equal(await fileDigest(join(root, "a.bin")), await fileDigest(local));
  await untilServerRests(server);
  await checkStateFolder(root, { isAlive: true });
});
