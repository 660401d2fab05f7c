import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { FrameType } from "#protocol/frame.ts";
import { createDigester } from "#protocol/digest.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { sha256Of, uploadRaw } from "#tests/support/raw_transfer.ts";
import { done } from "./done.ts";
import { startTestServer } from "./test_server.ts";

const { CHECKSUM } = FrameType;
const BYTES = randomBytes(3_000_000);

Deno.test("CHECKSUM computes each algorithm, and knows it the second time", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const path = place.root.join("a");
  await Deno.writeFile(path, BYTES);
  // A file that changed a moment ago could change again within the same time stamp.
  const xxh128 = await createDigester("xxh128");
  xxh128.update(BYTES);
  const expected = {
    sha256: sha256Of(BYTES),
    xxh128: xxh128.digest(),
    crc32: `crc32:${crc32(BYTES).toString(16).padStart(8, "0")}`,
  };
  for (const [algorithm, digest] of Object.entries(expected)) {
    const result = await done(peer, CHECKSUM, { path: "a", algorithm });
    assert.deepEqual(result, { digest, sizeBytes: BYTES.byteLength, isCached: false });
  }
});

Deno.test("CHECKSUM answers from the cache for what was uploaded, until it changes", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await uploadRaw(peer, "a", BYTES);
  const first = await done(peer, CHECKSUM, { path: "a" });
  assert.deepEqual([first.digest, first.isCached], [sha256Of(BYTES), true]);
  await Deno.writeTextFile(place.root.join("a"), "changed by hand");
  const second = await done(peer, CHECKSUM, { path: "a" });
  assert.deepEqual(
    [second.digest, second.isCached],
    [sha256Of(new TextEncoder().encode("changed by hand")), false],
  );
});

Deno.test("CHECKSUM refuses folders and what is missing", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await peer.refused("is_a_folder", CHECKSUM, { path: "" });
  await peer.refused("not_found", CHECKSUM, { path: "missing" });
  await peer.refused("invalid_request", CHECKSUM, { path: "a", algorithm: "md5" });
});
