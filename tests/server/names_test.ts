import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { RawPeer, type ReceivedFrame } from "#tests/support/raw_peer.ts";
import { beginUpload, sha256Of, uploadRaw } from "#tests/support/raw_transfer.ts";
import { startTestServer, type TestServer } from "./test_server.ts";

const METERED = new TextEncoder().encode("metered");

Deno.test("RENAME moves files and folders and never replaces", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await uploadRaw(peer, "a", METERED);
  await uploadRaw(peer, "b", METERED);
  await done(peer, FrameType.MKDIR, { path: "folder/inner", parents: true });
  for (const to of ["b", "folder", "a"]) {
    await peer.refused("already_exists", FrameType.RENAME, { from: "a", to });
  }
  await done(peer, FrameType.RENAME, { from: "a", to: "folder/inner/c" });
  await done(peer, FrameType.RENAME, { from: "folder", to: "moved" });
  assert.deepEqual(await Deno.readFile(place.root.join("moved", "inner", "c")), METERED);
  await peer.refused("not_found", FrameType.RENAME, { from: "a", to: "d" });
  await peer.refused("not_found", FrameType.RENAME, { from: "b", to: "missing/d" });
  await peer.refused("not_a_folder", FrameType.RENAME, { from: "moved", to: "b/d" });
});

Deno.test("RENAME refuses to move a folder into itself, and root", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await done(peer, FrameType.MKDIR, { path: "folder/inner", parents: true });
  for (const to of ["folder/x", "folder/inner/x"]) {
    await peer.refused("invalid_request", FrameType.RENAME, { from: "folder", to });
  }
  await peer.refused("invalid_request", FrameType.RENAME, { from: "", to: "x" });
  await peer.refused("invalid_request", FrameType.RENAME, { from: "folder", to: "" });
  await done(peer, FrameType.RENAME, { from: "folder", to: "folder2" });
});

Deno.test("RENAME changes the case of a name only", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await uploadRaw(peer, "readme", METERED);
  await done(peer, FrameType.RENAME, { from: "readme", to: "README" });
  const names = [...Deno.readDirSync(place.root.path)].map(({ name }) => name);
  assert.ok(names.includes("README") && !names.includes("readme"), names.join());
});

Deno.test("of many connections that rename to one name at once exactly one wins", async () => {
  await using place = await startTestServer();
  const peers = await Promise.all(Array.from({ length: 6 }, () => RawPeer.greet(place)));
  try {
    await Promise.all(peers.map((peer, i) => uploadRaw(peer, `from-${i}`, Uint8Array.of(i))));
    const replies = await Promise.all(
      peers.map((peer, i) => peer.request(FrameType.RENAME, { from: `from-${i}`, to: "target" })),
    );
    assert.equal(replies.filter(({ type }) => type === FrameType.RESULT).length, 1);
    assert.equal(namesOf(place).length, peers.length);
  } finally {
    for (const peer of peers) peer.close();
  }
});

Deno.test("DELETE moves a file, a folder or a symbolic link into the trash", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await uploadRaw(peer, "file", METERED);
  await uploadRaw(peer, "folder/inner", METERED, { makeParents: true });
  const target = place.root.join("target");
  await Deno.writeFile(target, METERED);
  await Deno.symlink(target, place.root.join("link"));
  for (const path of ["file", "folder", "link"]) {
    const { json } = await done(peer, FrameType.DELETE, { path });
    const entry = place.root.join(".sluice", "trash", String(json?.trashId));
    const info = JSON.parse(await Deno.readTextFile(`${entry}/info.json`));
    assert.equal(info.path, path);
    assert.ok(await Deno.lstat(`${entry}/entry`));
  }
  assert.deepEqual(namesOf(place), ["target"]);
  assert.deepEqual(await Deno.readFile(target), METERED);
});

Deno.test("DELETE for good leaves nothing behind, and of a link not what it points to", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await uploadRaw(peer, "file", METERED);
  await uploadRaw(peer, "folder/inner", METERED, { makeParents: true });
  const target = place.root.join("target");
  await Deno.mkdir(target);
  await Deno.writeFile(place.root.join("target", "inside"), METERED);
  await Deno.symlink(target, place.root.join("link"));
  for (const path of ["file", "folder", "link"]) {
    assert.deepEqual((await done(peer, FrameType.DELETE, { path, permanent: true })).json, {});
  }
  assert.deepEqual(namesOf(place), ["target"]);
  assert.deepEqual(await Deno.readFile(place.root.join("target", "inside")), METERED);
  assert.deepEqual([...Deno.readDirSync(place.root.join(".sluice", "trash"))], []);
});

Deno.test("DELETE refuses root and what is not there, and leaves no trace in the trash", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  for (const permanent of [false, true]) {
    await peer.refused("invalid_request", FrameType.DELETE, { path: "", permanent });
    await peer.refused("not_found", FrameType.DELETE, { path: "missing", permanent });
    await peer.refused("not_found", FrameType.DELETE, { path: "missing/x", permanent });
  }
  assert.deepEqual([...Deno.readDirSync(place.root.join(".sluice", "trash"))], []);
});

Deno.test("of many connections that delete one file at once exactly one does", async () => {
  await using place = await startTestServer();
  const peers = await Promise.all(Array.from({ length: 6 }, () => RawPeer.greet(place)));
  try {
    await Deno.writeFile(place.root.join("file"), METERED);
    const replies = await Promise.all(
      peers.map((peer) => peer.request(FrameType.DELETE, { path: "file" })),
    );
    assert.equal(replies.filter(({ type }) => type === FrameType.RESULT).length, 1);
    assert.equal([...Deno.readDirSync(place.root.join(".sluice", "trash"))].length, 1);
  } finally {
    for (const peer of peers) peer.close();
  }
});

Deno.test("MKDIR makes one folder, or all that are missing with parents", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await done(peer, FrameType.MKDIR, { path: "a" });
  await peer.refused("already_exists", FrameType.MKDIR, { path: "a" });
  await peer.refused("already_exists", FrameType.MKDIR, { path: "" });
  await peer.refused("not_found", FrameType.MKDIR, { path: "b/c" });
  await done(peer, FrameType.MKDIR, { path: "b/c/d", parents: true });
  await done(peer, FrameType.MKDIR, { path: "b/c/d", parents: true });
  await done(peer, FrameType.MKDIR, { path: "", parents: true });
  assert.ok((await Deno.stat(place.root.join("b", "c", "d"))).isDirectory);
});

Deno.test("MKDIR says what stands in the way", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await uploadRaw(peer, "file", METERED);
  for (const parents of [false, true]) {
    await peer.refused("already_exists", FrameType.MKDIR, { path: "file", parents });
    await peer.refused("not_a_folder", FrameType.MKDIR, { path: "file/x", parents });
  }
  await peer.refused("not_a_folder", FrameType.MKDIR, { path: "file/x/y/z", parents: true });
});

Deno.test("many connections make the same folders at once without a failure", async () => {
  await using place = await startTestServer();
  const peers = await Promise.all(Array.from({ length: 6 }, () => RawPeer.greet(place)));
  try {
    for (let round = 0; round < 10; round++) {
      const path = `${round}/a/b/c/d`;
      await Promise.all(peers.map((peer) => done(peer, FrameType.MKDIR, { path, parents: true })));
    }
  } finally {
    for (const peer of peers) peer.close();
  }
});

Deno.test("an upload whose folder is gone by the time it is done fails and can be resumed", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  using other = await RawPeer.greet(place);
  await done(peer, FrameType.MKDIR, { path: "folder" });
  const request = { path: "folder/a", sizeBytes: METERED.byteLength };
  const { requestId } = await beginUpload(peer, request);
  await peer.sendData(requestId, METERED);
  await done(other, FrameType.DELETE, { path: "folder" });
  await peer.sendFrame(FrameType.COMMIT, requestId, { digest: sha256Of(METERED) });
  const failed = await peer.lastFrame(requestId);
  assert.equal(failed.json?.name, "not_found");
  const again = await beginUpload(peer, { ...request, resume: true, makeParents: true });
  assert.equal(again.json?.offsetBytes, METERED.byteLength);
  await peer.sendFrame(FrameType.COMMIT, again.requestId, { digest: sha256Of(METERED) });
  assert.equal((await peer.lastFrame(again.requestId)).type, FrameType.RESULT);
  assert.deepEqual(await Deno.readFile(place.root.join("folder", "a")), METERED);
});

Deno.test("uploads and deletes of their folder at the same time never fail with internal", async () => {
  await using place = await startTestServer();
  using uploader = await RawPeer.greet(place);
  using deleter = await RawPeer.greet(place);
  for (let round = 0; round < 30; round++) {
    const path = "a/b/c/file";
    const [uploaded, deleted] = await Promise.all([
      uploadRaw(uploader, path, METERED, { makeParents: true, onConflict: "overwrite" }),
      deleter.request(FrameType.DELETE, { path: round % 2 === 0 ? "a" : "a/b" }),
    ]);
    for (const { type, json } of [uploaded, deleted]) {
      if (type !== FrameType.RESULT) assert.equal(json?.name, "not_found", JSON.stringify(json));
    }
  }
});

async function done(peer: RawPeer, type: FrameType, payload: unknown): Promise<ReceivedFrame> {
  const frame = await peer.request(type, payload);
  assert.equal(frame.type, FrameType.RESULT, JSON.stringify(frame.json));
  return frame;
}

function namesOf(place: TestServer): string[] {
  return [...Deno.readDirSync(place.root.path)].map(({ name }) => name)
    .filter((name) => name !== ".sluice").sort();
}
