import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { startServer } from "#server/start_server.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { assertError, RawPeer } from "#tests/support/raw_peer.ts";
import { beginUpload, downloadRaw, sha256Of, uploadRaw } from "#tests/support/raw_transfer.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";
import { done } from "./done.ts";

const start = (root: TempFolder, shared: string): ReturnType<typeof startServer> =>
  startServer({ root: root.path, port: 0, spareWorkers: 0, shared });

Deno.test("servers of one folder keep each its own database, and all else together", async () => {
  await using root = await makeTempFolder();
  await using a = await start(root, "a");
  await using b = await start(root, "b");
  using one = await RawPeer.greet(a);
  using other = await RawPeer.greet(b);
  const bytes = randomBytes(100_000);
  await uploadRaw(one, "x.bin", bytes);
  assert.deepEqual(await downloadRaw(other, "x.bin"), bytes);
  assertError(await uploadRaw(other, "x.bin", bytes), "already_exists");
  const { trashId } = await done(one, FrameType.DELETE, { path: "x.bin" });
  assert.equal((await done(other, FrameType.RESTORE, { id: trashId })).outcome, "created");
  // A network's file system does not carry a database that several machines write to.
  await done(one, FrameType.HISTORY);
  await done(other, FrameType.HISTORY);
  for (const name of ["a", "b"]) {
    await Deno.stat(root.join(".sluice", "servers", name, "state.db"));
  }
  await assert.rejects(Deno.stat(root.join(".sluice", "state.db")), Deno.errors.NotFound);
});

Deno.test("an upload that one server holds goes on through another server of its folder", async () => {
  await using root = await makeTempFolder();
  await using a = await start(root, "a");
  await using b = await start(root, "b");
  using one = await RawPeer.greet(a);
  using other = await RawPeer.greet(b);
  const bytes = randomBytes(600_000);
  const request = { path: "x.bin", sizeBytes: bytes.byteLength };
  const first = await beginUpload(one, request);
  await one.sendData(first.requestId, bytes.subarray(0, 200_000));
  await one.expectFrame(FrameType.ACK, first.requestId);
  const second = await beginUpload(other, { ...request, session: first.json?.session });
  assert.equal(second.json?.offsetBytes, 200_000, JSON.stringify(second.json));
  assertError(await one.lastFrame(first.requestId), "session_taken");
  await other.sendData(second.requestId, bytes.subarray(200_000));
  await other.sendFrame(FrameType.COMMIT, second.requestId, { digest: sha256Of(bytes) });
  assert.equal((await other.lastFrame(second.requestId)).type, FrameType.RESULT);
  assert.deepEqual(await downloadRaw(one, "x.bin"), bytes);
  const left = await Array.fromAsync(Deno.readDir(root.join(".sluice", "uploads")));
  assert.deepEqual(left, []);
});
