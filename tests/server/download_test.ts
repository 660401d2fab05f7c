import assert from "node:assert/strict";
import { SluiceClient } from "#client/mod.ts";
import { FrameType } from "#protocol/frame.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { assertError, RawPeer } from "#tests/support/raw_peer.ts";
import { downloadRaw, sha256Of, uploadRaw } from "#tests/support/raw_transfer.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { readDownload } from "./read_download.ts";
import { until } from "./until.ts";
import { startTestServer, type TestServer } from "./test_server.ts";

const SLOW = { ratePerConnection: 200_000 };
const BYTES = randomBytes(100_000);
/** More than all buffers on the way hold: until its reader reads, the server is in the middle of it. */
const LARGE = randomBytes(24_000_000);
const LARGE_DIGEST = sha256Of(LARGE);

for (const [sizeBytes, throttle] of [[0, {}], [1, {}], [3_000_001, {}], [100_000, SLOW]] as const) {
  Deno.test(`a download of ${sizeBytes} bytes gives them all and their digest (${JSON.stringify(throttle)})`, async () => {
    await using place = await startTestServer({ throttle });
    const bytes = randomBytes(sizeBytes);
    await Deno.writeFile(place.root.join("a.bin"), bytes);
    using peer = await RawPeer.greet(place);
    assert.deepEqual(await downloadRaw(peer, "a.bin"), bytes);
  });
}

Deno.test("a part of a file can be asked for, up to its very end and not beyond", async () => {
  await using place = await startTestServer();
  await Deno.writeFile(place.root.join("a"), BYTES);
  using peer = await RawPeer.greet(place);
  for (const [offsetBytes, lengthBytes] of [[0, 10], [99_990, 10], [100_000, 0], [5, 0]] as const) {
    const request = { path: "a", offsetBytes, lengthBytes, digest: "sha256" };
    const { bytes, last } = await readDownload(peer, await peer.begin(FrameType.GET, request));
    assert.deepEqual(bytes, BYTES.subarray(offsetBytes, offsetBytes + lengthBytes));
    assert.equal(last.json?.digest, sha256Of(BYTES));
  }
  for (
    const [offsetBytes, lengthBytes] of [[100_001, 0], [99_991, 10], [0, 2 ** 53 - 1]] as const
  ) {
    const request = { path: "a", offsetBytes, lengthBytes };
    await peer.refused("offset_out_of_range", FrameType.GET, request);
  }
});

Deno.test("a download resumes when version and prefix agree, and is refused when one does not", async () => {
  await using place = await startTestServer();
  await Deno.writeFile(place.root.join("a"), BYTES);
  using peer = await RawPeer.greet(place);
  const { version } = (await peer.request(FrameType.STAT, { path: "a" })).json ?? {};
  const prefixDigest = sha256Of(BYTES.subarray(0, 60_000));
  const request = { path: "a", offsetBytes: 60_000, version, prefixDigest, digest: "sha256" };
  const { bytes, last } = await readDownload(peer, await peer.begin(FrameType.GET, request));
  assert.deepEqual(bytes, BYTES.subarray(60_000));
  assert.equal(last.json?.digest, sha256Of(BYTES));
  const otherPrefix = { ...request, prefixDigest: sha256Of(BYTES.subarray(0, 59_999)) };
  await peer.refused("checksum_mismatch", FrameType.GET, otherPrefix);
  await peer.refused("file_changed", FrameType.GET, { ...request, version: "x" });
});

const CHANGES: readonly (readonly [string, (peer: RawPeer) => Promise<unknown>])[] = [
  ["replaced", (peer) => uploadRaw(peer, "a", randomBytes(10), { onConflict: "overwrite" })],
  ["renamed", (peer) => peer.request(FrameType.RENAME, { from: "a", to: "b" })],
  ["deleted", (peer) => peer.request(FrameType.DELETE, { path: "a" })],
  ["deleted for good", (peer) => peer.request(FrameType.DELETE, { path: "a", permanent: true })],
];
for (const [what, change] of CHANGES) {
  Deno.test(`a download keeps the version that it began with while the name is ${what}`, async () => {
    await using place = await startTestServer();
    using peer = await RawPeer.greet(place);
    using other = await RawPeer.greet(place);
    await Deno.writeFile(place.root.join("a"), LARGE);
    const requestId = await peer.begin(FrameType.GET, { path: "a", digest: "sha256" });
    await peer.expectFrame(FrameType.READY, requestId);
    await change(other);
    const { bytes, last } = await readDownload(peer, requestId);
    assert.equal(sha256Of(bytes), LARGE_DIGEST);
    assert.equal(last.json?.digest, LARGE_DIGEST);
  });
}

const DISTURBANCES: readonly (readonly [string, (path: string) => Promise<void>])[] = [
  ["grows", (path) => Deno.writeFile(path, BYTES, { append: true })],
  ["shrinks", (path) => Deno.truncate(path, 50_000)],
  ["is emptied", (path) => Deno.truncate(path, 0)],
  ["is rewritten in place", (path) => rewrite(path)],
];
for (const [what, disturb] of DISTURBANCES) {
  for (const isKnown of [false, true]) {
    const with_ = isKnown ? "with" : "without";
    Deno.test(`a download of a file that ${what} meanwhile ends with file_changed (${with_} a known digest)`, async () => {
      await using place = await startTestServer();
      using peer = await RawPeer.greet(place);
      if (isKnown) await uploadLarge(place, "a");
      else await Deno.writeFile(place.root.join("a"), LARGE);
      const known = async (): Promise<unknown> =>
        (await peer.request(FrameType.STAT, { path: "a" })).json?.digests;
      if (isKnown) await until(async () => `${await known()}` === LARGE_DIGEST, "the digest");
      else assert.deepEqual(await known(), []);
      const requestId = await peer.begin(FrameType.GET, { path: "a", digest: "sha256" });
      await peer.expectFrame(FrameType.READY, requestId);
      await disturb(place.root.join("a"));
      const { last } = await readDownload(peer, requestId);
      assertError(last, "file_changed");
    });
  }
}

Deno.test("what is not a file gets its own code", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await peer.request(FrameType.MKDIR, { path: "folder" });
  await peer.refused("is_a_folder", FrameType.GET, { path: "folder" });
  await peer.refused("is_a_folder", FrameType.GET, { path: "" });
  await peer.refused("not_found", FrameType.GET, { path: "missing" });
  await peer.refused("not_found", FrameType.GET, { path: "missing/a" });
});

Deno.test("many small files come in the order of asking when they are asked for at once", async () => {
  await using place = await startTestServer();
  for (let i = 0; i < 300; i++) Deno.writeFileSync(place.root.join(`${i}`), randomBytes(i, i + 1));
  using peer = await RawPeer.greet(place);
  const ids: number[] = [];
  for (let i = 0; i < 300; i++) ids.push(await peer.begin(FrameType.GET, { path: `${i}` }));
  for (const [i, id] of ids.entries()) {
    const { bytes } = await readDownload(peer, id);
    assert.deepEqual(bytes, randomBytes(i, i + 1));
  }
});

Deno.test("eight connections download at the same time, each through a worker of its own", async () => {
  await using place = await startTestServer();
  // More than all buffers on the way hold: nobody's download ends before it is read.
  const bytes = randomBytes(12_000_000);
  const digest = sha256Of(bytes);
  await Deno.writeFile(place.root.join("a"), bytes);
  const peers = await Promise.all(Array.from({ length: 8 }, () => RawPeer.greet(place)));
  try {
    const ids = await Promise.all(peers.map((peer) => peer.begin(FrameType.GET, { path: "a" })));
    await Promise.all(peers.map((peer, i) => peer.expectFrame(FrameType.READY, ids[i] ?? 0)));
    assert.equal(place.server.status().workers.leased, 8);
    const downloads = peers.map((peer, i) => readDownload(peer, ids[i] ?? 0));
    for (const { bytes: got } of await Promise.all(downloads)) assert.equal(sha256Of(got), digest);
  } finally {
    for (const peer of peers) peer.close();
  }
});

/** Uploads the large file, so that the server knows its digest. */
async function uploadLarge(place: TestServer, name: string): Promise<void> {
  await using folder = await makeTempFolder();
  await Deno.writeFile(folder.join(name), LARGE);
  await using client = new SluiceClient({ server: place });
  await client.upload(folder.join(name), name, { verify: "sha256" });
}

async function rewrite(path: string): Promise<void> {
  using file = await Deno.open(path, { write: true });
  await file.write(randomBytes(100, 9));
}
