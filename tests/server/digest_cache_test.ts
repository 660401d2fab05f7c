import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { downloadRaw, sha256Of, uploadRaw } from "#tests/support/raw_transfer.ts";
import { startTestServer, type TestServer } from "./test_server.ts";
import { until } from "./until.ts";

const BYTES = randomBytes(10_000);
/** The server trusts a time stamp only once it lies this far behind. */
const SETTLED_MS = 2_000;

Deno.test("the digest of an upload is known at once, also to other connections later", async () => {
  await using place = await startTestServer({ timeouts: { lingerMs: 0 } });
  using peer = await RawPeer.greet(place);
  await uploadRaw(peer, "a", BYTES);
  assert.deepEqual(await digestsOf(peer, "a"), [sha256Of(BYTES)]);
  using other = await RawPeer.greet(place);
  await until(async () => (await digestsOf(other, "a")).length === 1, "the digest in state.db");
});

Deno.test("the digest of a download is known to the next one", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await writeSettled(place, "a", BYTES);
  assert.deepEqual(await digestsOf(peer, "a"), []);
  await downloadRaw(peer, "a");
  assert.deepEqual(await digestsOf(peer, "a"), [sha256Of(BYTES)]);
  const bytes = await downloadRaw(peer, "a");
  assert.deepEqual(bytes, BYTES);
});

Deno.test("no digest is kept of a file that was changed a moment ago: it could change again unseen", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await Deno.writeFile(place.root.join("a"), BYTES);
  // It must still be a moment ago when a busy machine comes to look.
  const soon = Date.now() / 1000 + 60;
  await Deno.utime(place.root.join("a"), soon, soon);
  await downloadRaw(peer, "a");
  assert.deepEqual(await digestsOf(peer, "a"), []);
});

Deno.test("a changed file has no stale digest, even when its size and time are set back", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await uploadRaw(peer, "a", BYTES);
  const path = place.root.join("a");
  const { mtime } = await Deno.stat(path);
  assert.ok(mtime !== null);
  const other = randomBytes(BYTES.byteLength, 2);
  // Not a new file: the same inode, size and time, as a program could leave it.
  await until(async () => {
    using file = await Deno.open(path, { write: true });
    await file.write(other);
    await Deno.utime(path, mtime, mtime);
    return (await digestsOf(peer, "a")).length === 0;
  }, "another time of change");
  assert.deepEqual(await downloadRaw(peer, "a"), other);
});

Deno.test("a file that is replaced by an upload of the same size and time has the new digest only", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  for (let seed = 1; seed <= 20; seed++) {
    const bytes = randomBytes(1000, seed);
    const algorithm = seed % 2 === 0 ? "sha256" : "xxh128";
    const more = { onConflict: "overwrite", modifiedAtMs: 1_000_000 };
    if (algorithm === "sha256") await uploadRaw(peer, "a", bytes, more);
    else await Deno.writeFile(place.root.join("a"), bytes);
    assert.deepEqual(await downloadRaw(peer, "a"), bytes);
  }
});

async function digestsOf(peer: RawPeer, path: string): Promise<readonly unknown[]> {
  const { json } = await peer.request(FrameType.STAT, { path });
  assert.ok(Array.isArray(json?.digests), JSON.stringify(json));
  return json.digests;
}

/** Writes a file and waits until its last change lies far enough behind. */
async function writeSettled(place: TestServer, name: string, bytes: Uint8Array): Promise<void> {
  const path = place.root.join(name);
  await Deno.writeFile(path, bytes);
  await until(async () => {
    const { mtime } = await Deno.stat(path);
    return Date.now() - (mtime?.getTime() ?? 0) > SETTLED_MS;
  }, "the file to settle");
}
