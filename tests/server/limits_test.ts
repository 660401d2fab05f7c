import assert from "node:assert/strict";
import { ERROR_CODES } from "#protocol/error_code.ts";
import { FrameType } from "#protocol/frame.ts";
import type { WriteLimits } from "#server/limits/write_limits.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { beginUpload, sha256Of, uploadRaw } from "#tests/support/raw_transfer.ts";
import { done } from "./done.ts";
import { stage } from "./stage.ts";
import { until } from "./until.ts";
import { startTestServer, type TestServer } from "./test_server.ts";

const { PUT, MKDIR, RENAME, DELETE, RESTORE, TRASH, EMPTY_TRASH, PUBLISH, GET } = FrameType;

Deno.test("a read-only server refuses every change, shows everything, and can be opened again", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await uploadRaw(peer, "a", new Uint8Array(3));
  await uploadRaw(peer, "b", new Uint8Array(3));
  const { trashId } = await done(peer, DELETE, { path: "b" });
  await stage(peer, [{ path: "staged", bytes: new Uint8Array(1) }]);
  place.server.controls.setLimits({ isReadOnly: true });
  const refused: readonly (readonly [FrameType, unknown])[] = [
    [PUT, { path: "c", sizeBytes: 0 }],
    [PUT, { path: "c", sizeBytes: 0, stage: true }],
    [PUBLISH, {}],
    [MKDIR, { path: "d" }],
    [RENAME, { from: "a", to: "e" }],
    [DELETE, { path: "a" }],
    [DELETE, { path: "a", permanent: true }],
    [RESTORE, { id: trashId }],
    [EMPTY_TRASH, {}],
  ];
  for (const [type, payload] of refused) {
    assert.match(
      await peer.refused("read_only", type, payload),
      /^Cannot .+: the server is read-only$/,
    );
  }
  assert.equal((await done(peer, GET, { path: "a" })).digest.length > 0, true);
  assert.equal((await done(peer, TRASH)).entries.length, 1);
  assert.deepEqual(namesIn(place), ["a"]);
  place.server.controls.setLimits({});
  await done(peer, RESTORE, { id: trashId });
  assert.deepEqual(namesIn(place), ["a", "b"]);
});

Deno.test("denied names are refused everywhere, as a folder on the way, in capitals and decomposed", async () => {
  await using place = await limited({ denyNames: ["*.exe", "cafÉ", "private/**"] });
  using peer = await RawPeer.greet(place);
  await uploadRaw(peer, "fine.txt", new Uint8Array(1));
  const bad = ["a.exe", "A.EXE", "x.exe/y", "cafe\u0301", "private/a", "PRIVATE/a/b"];
  for (const path of bad) {
    const put = { path, sizeBytes: 1, makeParents: true };
    await peer.refused("name_refused", PUT, put);
    await peer.refused("name_refused", PUT, { ...put, stage: true });
    await peer.refused("name_refused", MKDIR, { path, parents: true });
    await peer.refused("name_refused", RENAME, { from: "fine.txt", to: path });
  }
  const { trashId } = await done(peer, DELETE, { path: "fine.txt" });
  await peer.refused("name_refused", RESTORE, { id: trashId, path: "fine.exe" });
  await done(peer, RESTORE, { id: trashId });
  await done(peer, MKDIR, { path: "private" });
  assert.deepEqual(namesIn(place), ["fine.txt", "private"]);
});

Deno.test("allowed names concern files, which may lie in any folder", async () => {
  await using place = await limited({ allowNames: ["*.jpg", "notes/*.txt"] });
  using peer = await RawPeer.greet(place);
  await done(peer, MKDIR, { path: "trip" });
  for (const path of ["trip/a.JPG", "notes/b.txt"]) {
    await uploadRaw(peer, path, new Uint8Array(1), { makeParents: true });
  }
  await peer.refused("name_refused", PUT, { path: "trip/b.txt", sizeBytes: 1 });
  await peer.refused("name_refused", RENAME, { from: "trip/a.JPG", to: "trip/a.png" });
  await done(peer, RENAME, { from: "trip", to: "travel" });
  assert.deepEqual(namesIn(place), ["notes", "travel"]);
});

Deno.test("a file over the largest size is refused before its first byte, and where its end is open on the way", async () => {
  await using place = await limited({ largestFileBytes: 1000 });
  using peer = await RawPeer.greet(place);
  await uploadRaw(peer, "exact", new Uint8Array(1000));
  const why = await peer.refused("too_large", PUT, { path: "more", sizeBytes: 1001 });
  assert.equal(why, 'Cannot upload "more": the server takes files of up to 1.0 kB');
  await peer.refused("too_large", PUT, { path: "more", sizeBytes: 1001, stage: true });
  const open = await beginUpload(peer, { path: "open", sizeBytes: 2 ** 40, isOpenEnded: true });
  await peer.sendData(open.requestId, new Uint8Array(1001));
  assert.equal((await peer.lastFrame(open.requestId)).json?.name, "too_large");
  assert.deepEqual([namesIn(place), sessionsIn(place)], [["exact"], 0]);
});

Deno.test("the quota counts what is there, refuses what does not fit, and is free again after a delete for good", async () => {
  await using place = await startTestServer();
  await Deno.writeFile(place.root.join("before"), new Uint8Array(400_000));
  place.server.controls.setLimits({ quotaBytes: 1_000_000 });
  using peer = await RawPeer.greet(place);
  await uploadRaw(peer, "a", new Uint8Array(200_000));
  const refused = { path: "b", sizeBytes: 500_000 };
  const why = await peer.refused("quota_exceeded", PUT, refused);
  assert.equal(why, 'Cannot upload "b": the server\'s quota of 1.0 MB is used up');
  assert.equal(sessionsIn(place), 0, "nothing is kept of what never began");
  await done(peer, DELETE, { path: "before", permanent: true });
  // What became free counts when root is measured again, about a second later for so small a one.
  await until(
    async () => (await beginUpload(peer, refused)).type === FrameType.READY,
    "room",
  );
});

Deno.test("uploads that pass the quota on the way give back what they took, for others to use", async () => {
  await using place = await limited({ quotaBytes: 1_000_000 });
  using peer = await RawPeer.greet(place);
  using other = await RawPeer.greet(place);
  const [ready, later] = [
    await beginUpload(peer, { path: "a", sizeBytes: 800_000 }),
    await beginUpload(other, { path: "b", sizeBytes: 800_000 }),
  ];
  await peer.sendData(ready.requestId, new Uint8Array(600_000));
  await peer.expectFrame(FrameType.ACK, ready.requestId);
  await other.sendData(later.requestId, new Uint8Array(600_000));
  assert.equal((await other.lastFrame(later.requestId)).json?.name, "quota_exceeded");
  assert.equal(sessionsIn(place), 1, "of the one that is under way");
  // What became free counts when root is measured again, which an upload under way does not do.
  await peer.sendData(ready.requestId, new Uint8Array(100_000));
  assert.equal((await peer.lastFrame(ready.requestId)).json?.name, "quota_exceeded");
  assert.equal(sessionsIn(place), 0);
  await until(
    async () => (await uploadRaw(peer, "c", new Uint8Array(600_000))).type === FrameType.RESULT,
    "room",
  );
});

Deno.test("a part that is to be continued stays when the quota has no room for its rest", async () => {
  await using place = await startTestServer();
  const bytes = randomBytes(700_000);
  const request = { path: "a", sizeBytes: bytes.byteLength, resume: true };
  using peer = await RawPeer.greet(place);
  const ready = await beginUpload(peer, request);
  await peer.sendData(ready.requestId, bytes.subarray(0, 300_000));
  await peer.sendFrame(FrameType.ABORT, ready.requestId, { keep: true });
  assert.equal((await peer.lastFrame(ready.requestId)).json?.name, "cancelled");
  place.server.controls.setLimits({ quotaBytes: 500_000 });
  await peer.refused("quota_exceeded", PUT, request);
  place.server.controls.setLimits({});
  const again = await beginUpload(peer, request);
  assert.equal(again.json?.offsetBytes, 300_000);
  await peer.sendData(again.requestId, bytes.subarray(300_000));
  await peer.sendFrame(FrameType.COMMIT, again.requestId, { digest: sha256Of(bytes) });
  assert.equal((await peer.lastFrame(again.requestId)).json?.outcome, "created");
  assert.deepEqual(await Deno.readFile(place.root.join("a")), bytes);
});

Deno.test("no upload begins that would use up the reserve, and one on the way stops and gives back what it took", async () => {
  await using place = await limited({ reserveBytes: 2 ** 53 - 1 });
  using peer = await RawPeer.greet(place);
  const request = { path: "a", sizeBytes: 10 };
  const why = await peer.refused("disk_full", PUT, request);
  assert.match(why, /: the server keeps .+ of its disk free$/);
  assert.deepEqual(await stage(peer, [{ path: "s", bytes: new Uint8Array(1) }]), ["disk_full"]);
  place.server.controls.setLimits({});
  const ready = await beginUpload(peer, request);
  await peer.sendData(ready.requestId, new Uint8Array(4));
  await peer.nextFrame();
  place.server.controls.setLimits({ reserveBytes: 2 ** 53 - 1 });
  await peer.sendData(ready.requestId, new Uint8Array(4));
  assert.equal((await peer.lastFrame(ready.requestId)).json?.name, "disk_full");
  assert.equal(sessionsIn(place), 0);
});

Deno.test("limits that change on the way stop uploads at their next piece and at COMMIT, and keep what came", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const bytes = new Uint8Array(10);
  const request = { path: "x.exe", sizeBytes: bytes.byteLength, resume: true };
  const changes: readonly (readonly [string, Partial<WriteLimits>])[] = [
    ["read_only", { isReadOnly: true }],
    ["name_refused", { denyNames: ["*.exe"] }],
    ["too_large", { largestFileBytes: 9 }],
  ];
  for (const [index, [code, limits]] of changes.entries()) {
    const ready = await beginUpload(peer, request);
    assert.equal(ready.json?.offsetBytes, index);
    place.server.controls.setLimits(limits);
    await peer.sendData(ready.requestId, bytes.subarray(0, 1));
    assert.equal((await peer.lastFrame(ready.requestId)).json?.name, code);
    place.server.controls.setLimits({});
  }
  const { requestId } = await beginUpload(peer, request);
  await peer.sendData(requestId, bytes.subarray(changes.length));
  await peer.expectFrame(FrameType.ACK, requestId);
  for (const [code, limits] of changes) {
    const id = code === "read_only" ? requestId : (await beginUpload(peer, request)).requestId;
    place.server.controls.setLimits(limits);
    await peer.sendFrame(FrameType.COMMIT, id, { digest: sha256Of(bytes) });
    assert.equal((await peer.lastFrame(id)).json?.name, code);
    place.server.controls.setLimits({});
  }
  assert.deepEqual([namesIn(place), sessionsIn(place)], [[], 1]);
});

Deno.test("limits that change hold for files that are staged already, each by itself", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const small = new Uint8Array(1);
  await stage(peer, [
    { path: "a.exe", bytes: small },
    { path: "b", bytes: small },
    { path: "c", bytes: new Uint8Array(9) },
  ]);
  place.server.controls.setLimits({ denyNames: ["*.exe"], largestFileBytes: 8 });
  const { files } = await done(peer, PUBLISH);
  assert.deepEqual(
    files.map((file: { outcome?: string; error?: { code: number } }) =>
      file.error?.code ?? file.outcome
    ),
    [ERROR_CODES.name_refused.wire, "created", ERROR_CODES.too_large.wire],
  );
  assert.deepEqual(namesIn(place), ["b"]);
});

Deno.test("a limit that cannot be used is refused at the start", async () => {
  for (
    const limits of [{ quotaBytes: -1 }, { denyNames: [""] }, { allowNames: ["x".repeat(300)] }]
  ) {
    await assert.rejects(limited(limits), RangeError);
  }
});

Deno.test("globs that are too long together are refused, and nothing has changed", async () => {
  await using place = await limited({ isReadOnly: true });
  const { controls } = place.server;
  const globs = Array.from({ length: 100 }, () => "\u00fc".repeat(256));
  assert.throws(
    () => controls.setLimits({ allowNames: globs, denyNames: globs }),
    /^RangeError: Cannot use allow and deny names: they take over 61440 bytes$/,
  );
  assert.equal(controls.limits.isReadOnly, true);
  controls.setThrottle({ rate: 1_000_000 });
  controls.setLimits({ allowNames: globs });
  assert.deepEqual([controls.throttle.rate, controls.limits.allowNames], [1_000_000, globs]);
});

function limited(limits: Partial<WriteLimits>): Promise<TestServer> {
  return startTestServer({ limits });
}

function namesIn(place: TestServer): string[] {
  return [...Deno.readDirSync(place.root.path)].map(({ name }) => name)
    .filter((name) => name !== ".sluice").sort();
}

function sessionsIn(place: TestServer): number {
  return [...Deno.readDirSync(place.root.join(".sluice", "uploads"))].length;
}
