import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { beginUpload, downloadRaw, uploadRaw } from "#tests/support/raw_transfer.ts";
import { startTestServer } from "#tests/server/test_server.ts";

const BYTES = randomBytes(200_000);
const BACKWARD = new URL("./fixtures/backward_clock_worker.ts", import.meta.url);

Deno.test("a clock that is set back again and again keeps nobody waiting and loses nothing", async () => {
  await using place = await startTestServer({
    throttle: { ratePerConnection: 2_000_000 },
    timeouts: { helloMs: 5_000 },
    spawn: () => new Worker(BACKWARD, { type: "module" }),
  });
  using peer = await RawPeer.greet(place);
  const half = await beginUpload(peer, { path: "half", sizeBytes: 10, resume: true });
  await peer.sendFrame(FrameType.ABORT, half.requestId, { keep: true });
  await peer.lastFrame(half.requestId);
  const ids: unknown[] = [];
  for (let n = 0; n < 5; n++) {
    assert.equal((await uploadRaw(peer, "a", BYTES)).json?.outcome, "created");
    assert.deepEqual(await downloadRaw(peer, "a"), BYTES);
    ids.push((await peer.request(FrameType.DELETE, { path: "a" })).json?.trashId);
  }
  // Ids sort by time, whatever the clock says (docs/protocol.md §6.11).
  assert.deepEqual(ids.toSorted(), ids);
  assert.equal(new Set(ids).size, ids.length);
  const restored = await peer.request(FrameType.RESTORE, { id: ids[0] });
  assert.equal(restored.json?.path, "a");
  assert.deepEqual(await downloadRaw(peer, "a"), BYTES);
  const sessions = [...Deno.readDirSync(place.root.join(".sluice", "uploads"))];
  assert.equal(sessions.length, 1, "what can be resumed stays");
  const now = Date.now;
  try {
    Date.now = (): number => 0;
    // Deadlines of the main thread do not look at the clock either.
    using silent = await RawPeer.connect(place);
    await silent.expectPreface();
    await silent.expectRefusal("timeout");
  } finally {
    Date.now = now;
  }
});
