import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import type { HistoryRecord } from "#protocol/replies.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { downloadRaw, sha256Of, uploadRaw } from "#tests/support/raw_transfer.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { done } from "./done.ts";
import { type SmallFile, stage, stageFrames } from "./stage.ts";
import { startTestServer, type TestServer } from "./test_server.ts";
import { until } from "./until.ts";

const { CHECKSUM, HISTORY, MKDIR, PUBLISH, PUT, STAT } = FrameType;
const BYTES = new TextEncoder().encode("metered");

Deno.test("staged uploads appear with PUBLISH, together, each where it belongs", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const files = Array.from({ length: 60 }, (_, n): SmallFile => ({
    path: `tree/${n % 3}/file-${n}`,
    bytes: randomBytes(n * 100, n + 1),
    more: { makeParents: true, modifiedAtMs: 1e12 + n },
  }));
  assert.deepEqual(await stage(peer, files), files.map(() => "staged"));
  assert.deepEqual(namesIn(place, "tree", "0"), [], "no name before PUBLISH");
  const result = await done(peer, PUBLISH);
  assert.deepEqual(
    result.files,
    files.map(({ path }) => ({ wanted: path, outcome: "created", path })),
  );
  for (const { path, bytes, more } of files) {
    assert.deepEqual(await Deno.readFile(place.root.join(path)), bytes);
    assert.equal((await Deno.stat(place.root.join(path))).mtime?.getTime(), more?.modifiedAtMs);
  }
  assert.deepEqual(namesIn(place, ".sluice", "staged"), []);
});

Deno.test("PUBLISH keeps digests of larger files: small ones are hashed as fast as looked up", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const [small, large] = [randomBytes(64 * 1024 - 1), randomBytes(64 * 1024)];
  await stage(peer, [{ path: "small", bytes: small }, { path: "large", bytes: large }]);
  await done(peer, PUBLISH);
  assert.deepEqual((await done(peer, STAT, { path: "small" })).digests, []);
  assert.deepEqual((await done(peer, STAT, { path: "large" })).digests, [sha256Of(large)]);
  const { digest } = await done(peer, CHECKSUM, { path: "small", algorithm: "sha256" });
  assert.equal(digest, sha256Of(small));
});

Deno.test("PUBLISH leaves each file with one name, whatever its policy", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const policies = ["error", "overwrite", "rename", "skip"];
  await stage(
    peer,
    policies.map((onConflict) => ({ path: onConflict, bytes: BYTES, more: { onConflict } })),
  );
  await done(peer, PUBLISH);
  for (const name of policies) assert.equal((await Deno.stat(place.root.join(name))).nlink, 1);
});

Deno.test("PUBLISH answers for each file by its own policy", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await uploadRaw(peer, "taken", BYTES);
  await done(peer, MKDIR, { path: "folder" });
  const policies = ["error", "overwrite", "rename", "skip"];
  const files = policies.map((onConflict) => ({
    path: "taken",
    bytes: BYTES,
    more: { onConflict },
  }));
  await stage(peer, [...files, {
    path: "folder",
    bytes: BYTES,
    more: { onConflict: "overwrite" },
  }]);
  const result = await done(peer, PUBLISH);
  const seen = result.files.map((file: Record<string, unknown>) =>
    file.outcome ?? (file.error as Record<string, unknown>).code
  );
  assert.deepEqual(seen, [8, "replaced", "created", "skipped", 9]);
  assert.equal(result.files[2].path, "taken (1)");
  const { records } = await done(peer, HISTORY, { pattern: "taken" });
  assert.deepEqual(
    records.map(({ outcome, target }: HistoryRecord) => [outcome, target]),
    [["done", "taken (1)"], ["done", undefined], ["already_exists", undefined], [
      "done",
      undefined,
    ]],
  );
});

Deno.test("a staged upload that is wrong is refused and the others are published", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const damaged = stageFrames(1, { path: "damaged", bytes: BYTES });
  damaged[new TextDecoder("latin1").decode(damaged).indexOf("metered")] = 0;
  await peer.send(stageFrames(2, { path: "good", bytes: BYTES }));
  await peer.send(damaged);
  await peer.send(stageFrames(3, { path: "short", bytes: BYTES, more: { sizeBytes: 8 } }));
  await peer.send(stageFrames(4, { path: "long", bytes: BYTES, more: { sizeBytes: 6 } }));
  await peer.send(stageFrames(5, { path: "missing/a", bytes: BYTES }));
  await peer.send(stageFrames(6, { path: "huge", bytes: BYTES, more: { sizeBytes: 1e6 } }));
  await peer.send(stageFrames(7, { path: "resumed", bytes: BYTES, more: { resume: true } }));
  await peer.send(stageFrames(8, { path: "empty", bytes: new Uint8Array(0) }));
  const replies: unknown[] = [];
  for (const requestId of [2, 1, 3, 4, 5, 6, 7, 8]) {
    const { json } = await peer.lastFrame(requestId);
    replies.push(json?.outcome ?? json?.name);
  }
  assert.deepEqual(replies, [
    "staged",
    "checksum_mismatch",
    "invalid_request",
    "invalid_request",
    "not_found",
    "too_large",
    "invalid_request",
    "staged",
  ]);
  const { files } = await done(peer, PUBLISH);
  assert.deepEqual(files.map(({ path }: { path: string }) => path), ["good", "empty"]);
  assert.deepEqual(await downloadRaw(peer, "good"), BYTES);
});

Deno.test("a client that waits for READY gets it, and may abort", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const put = { path: "a", sizeBytes: BYTES.byteLength, stage: true, algorithm: "sha256" };
  const aborted = await peer.begin(PUT, put);
  await peer.expectFrame(FrameType.READY, aborted);
  await peer.sendFrame(FrameType.ABORT, aborted, {});
  assert.equal((await peer.lastFrame(aborted)).json?.name, "cancelled");
  const requestId = await peer.begin(PUT, put);
  await peer.expectFrame(FrameType.READY, requestId);
  await peer.sendData(requestId, BYTES);
  await peer.sendFrame(FrameType.COMMIT, requestId, { digest: sha256Of(BYTES) });
  await peer.expectFrame(FrameType.RESULT, requestId);
  await done(peer, PUBLISH);
  await peer.refused("invalid_request", PUBLISH, {});
});

Deno.test("more than 512 staged uploads are refused", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const files = Array.from({ length: 513 }, (_, n) => ({ path: `${n}`, bytes: BYTES }));
  const replies = await stage(peer, files);
  assert.equal(replies.filter((reply) => reply === "staged").length, 512);
  assert.equal(replies.at(-1), "too_large");
  assert.equal((await done(peer, PUBLISH)).files.length, 512);
});

Deno.test("what is staged goes with its connection, also by a silent one", async () => {
  await using place = await startTestServer({ timeouts: { stallMs: 1_000 } });
  {
    using peer = await RawPeer.greet(place);
    await stage(peer, [{ path: "a", bytes: BYTES }]);
    assert.equal(namesIn(place, ".sluice", "staged").length, 1);
  }
  await until(() => namesIn(place, ".sluice", "staged").length === 0, "the batch to go");
  using silent = await RawPeer.greet(place);
  await stage(silent, [{ path: "b", bytes: BYTES }]);
  await silent.expectRefusal("timeout");
  await until(() => namesIn(place, ".sluice", "staged").length === 0, "the batch to go");
  assert.deepEqual(namesIn(place), [".sluice"]);
});

Deno.test("with one worker and others waiting, a batch is staged and published before they have their turn", async () => {
  await using place = await startTestServer({ workers: 1, timeouts: { turnMs: 1 } });
  using first = await RawPeer.greet(place);
  using second = await RawPeer.greet(place);
  await stage(first, [{ path: "a", bytes: BYTES }]);
  const waiting = await second.begin(STAT, { path: "" });
  assert.equal((await second.nextFrame()).type, FrameType.QUEUED);
  // The server's tick asks for the worker meanwhile, and this connection keeps it.
  const endMs = performance.now() + 1_500;
  let count = 1;
  for (; performance.now() < endMs; count++) {
    await stage(first, [{ path: `b-${count}`, bytes: new Uint8Array(0) }]);
  }
  assert.equal((await done(first, PUBLISH)).files.length, Math.min(count, 512));
  assert.equal((await second.lastFrame(waiting)).type, FrameType.RESULT);
  await stage(first, [{ path: "c", bytes: BYTES }]);
  assert.equal((await done(first, PUBLISH)).files.length, 1);
});

Deno.test("batches that a kill left behind are swept, those in use stay", async () => {
  await using folder = await makeTempFolder();
  const left = folder.join(".sluice", "staged", "left");
  await Deno.mkdir(left, { recursive: true });
  await Deno.writeTextFile(`${left}/lock`, "");
  await Deno.writeTextFile(`${left}/0`, "bytes");
  await using place = await startTestServer({ root: folder.path });
  using peer = await RawPeer.greet(place);
  await stage(peer, [{ path: "a", bytes: BYTES }]);
  await until(() => {
    const names = [...Deno.readDirSync(folder.join(".sluice", "staged"))];
    return names.length === 1 && names[0]?.name !== "left";
  }, "the sweep");
  assert.equal((await done(peer, PUBLISH)).files[0].outcome, "created");
});

function namesIn(place: TestServer, ...names: readonly string[]): string[] {
  return [...Deno.readDirSync(place.root.join(...names))].map(({ name }) => name);
}

Deno.test("a staged upload whose COMMIT names no digest is proved by its length and its chunks", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const requestId = await peer.begin(FrameType.PUT, { path: "a", sizeBytes: 3, stage: true });
  await peer.sendData(requestId, Uint8Array.of(1, 2, 3));
  await peer.sendFrame(FrameType.COMMIT, requestId, {});
  const { json } = await peer.lastFrame(requestId);
  assert.equal(json?.outcome, "staged", JSON.stringify(json));
  await peer.request(FrameType.PUBLISH, {});
  assert.deepEqual(await Deno.readFile(place.root.join("a")), Uint8Array.of(1, 2, 3));
});
