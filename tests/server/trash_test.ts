import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { uploadRaw } from "#tests/support/raw_transfer.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { done } from "./done.ts";
import { startTestServer, type TestServer } from "./test_server.ts";
import { until } from "./until.ts";

const { DELETE, EMPTY_TRASH, MKDIR, RESTORE, TRASH } = FrameType;
const OLD = new TextEncoder().encode("old");
const NEW = new TextEncoder().encode("new!");

Deno.test("TRASH lists what was deleted, newest first, page by page", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const ids: string[] = [];
  for (const path of ["a", "b", "c", "d", "e"]) ids.push(await deleteNew(peer, path));
  const first = await done(peer, TRASH, { limit: 2 });
  assert.deepEqual(first.entries.map((entry: { path: string }) => entry.path), ["e", "d"]);
  assert.equal(first.hasMore, true);
  const rest = await done(peer, TRASH, { after: first.entries[1].id });
  assert.deepEqual(
    rest.entries.map((entry: { id: string }) => entry.id),
    ids.slice(0, 3).reverse(),
  );
  assert.equal(rest.hasMore, false);
  const { path, kind, sizeBytes, deletedAtMs } = rest.entries[0];
  assert.deepEqual([path, kind, sizeBytes], ["c", "file", OLD.byteLength]);
  assert.ok(Math.abs(Date.now() - deletedAtMs) < 60_000);
});

Deno.test("RESTORE brings files and whole folders back, making missing parents", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await uploadRaw(peer, "folder/inner/a", OLD, { makeParents: true });
  const { trashId } = await done(peer, DELETE, { path: "folder/inner" });
  await done(peer, DELETE, { path: "folder", permanent: true });
  const restored = await done(peer, RESTORE, { id: trashId });
  assert.deepEqual(restored, { outcome: "created", path: "folder/inner" });
  assert.equal(textOf(place, "folder/inner/a"), "old");
  assert.deepEqual((await done(peer, TRASH)).entries, []);
  assert.deepEqual(trashNames(place), []);
  await peer.refused("not_found", RESTORE, { id: trashId });
});

Deno.test("RESTORE follows the policy when the name is taken", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const id = await deleteNew(peer, "a.txt");
  await uploadRaw(peer, "a.txt", NEW);
  await peer.refused("already_exists", RESTORE, { id });
  const skipped = await done(peer, RESTORE, { id, onConflict: "skip" });
  assert.equal(skipped.outcome, "skipped");
  assert.equal((await done(peer, TRASH)).entries.length, 1, "what is skipped stays");
  const renamed = await done(peer, RESTORE, { id, onConflict: "rename" });
  assert.deepEqual(renamed, { outcome: "created", path: "a (1).txt" });
  const again = await done(peer, DELETE, { path: "a (1).txt" });
  const replaced = await done(peer, RESTORE, {
    id: again.trashId,
    path: "a.txt",
    onConflict: "overwrite",
  });
  assert.deepEqual(replaced, { outcome: "replaced", path: "a.txt" });
  assert.equal(textOf(place, "a.txt"), "old");
});

Deno.test("RESTORE neither replaces a folder nor lets a folder replace a file", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const file = await deleteNew(peer, "a");
  await done(peer, MKDIR, { path: "a" });
  await peer.refused("is_a_folder", RESTORE, { id: file, onConflict: "overwrite" });
  const folder = await done(peer, DELETE, { path: "a" });
  // An empty folder is one that the system's rename would replace.
  await done(peer, MKDIR, { path: "a" });
  await peer.refused("is_a_folder", RESTORE, { id: folder.trashId, onConflict: "overwrite" });
  await done(peer, DELETE, { path: "a", permanent: true });
  await uploadRaw(peer, "a", NEW);
  await peer.refused("already_exists", RESTORE, { id: folder.trashId, onConflict: "overwrite" });
  assert.equal(textOf(place, "a"), "new!");
  assert.equal((await done(peer, TRASH)).entries.length, 2);
});

Deno.test("RESTORE and EMPTY_TRASH take no id that leads out of the trash", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await deleteNew(peer, "a");
  for (const id of ["..", "../uploads", "", "x.gone", "ÿ", ".", "a/b"]) {
    await peer.refused("not_found", RESTORE, { id });
    assert.deepEqual(await done(peer, EMPTY_TRASH, { ids: [id] }), { removed: 0 });
  }
  const [{ id }] = (await done(peer, TRASH)).entries;
  await peer.refused("invalid_name", RESTORE, { id, path: "../a" });
  await peer.refused("invalid_name", RESTORE, { id, path: ".sluice/a" });
  await peer.refused("invalid_request", RESTORE, { id, path: "" });
});

Deno.test("EMPTY_TRASH removes some entries, or all", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  const ids: string[] = [];
  for (const path of ["a", "b", "c"]) ids.push(await deleteNew(peer, path));
  assert.deepEqual(await done(peer, EMPTY_TRASH, { ids: [ids[1], "unknown"] }), { removed: 1 });
  const { entries } = await done(peer, TRASH);
  assert.deepEqual(entries.map((entry: { path: string }) => entry.path), ["c", "a"]);
  assert.deepEqual(await done(peer, EMPTY_TRASH), { removed: 2 });
  assert.deepEqual(trashNames(place), []);
});

Deno.test("the sweep removes the oldest entries when the trash is too large, folders counted whole", async () => {
  await using folder = await makeTempFolder();
  {
    await using place = await startTestServer({ root: folder.path });
    using peer = await RawPeer.greet(place);
    await deleteNew(peer, "oldest", new Uint8Array(1000));
    await uploadRaw(peer, "folder/deep/a", new Uint8Array(1000), { makeParents: true });
    await done(peer, DELETE, { path: "folder" });
    await deleteNew(peer, "newest", new Uint8Array(500));
  }
  await using place = await startTestServer({ root: folder.path, trashKeepBytes: 1600 });
  using peer = await RawPeer.greet(place);
  const paths = async (): Promise<string[]> =>
    (await done(peer, TRASH)).entries.map((entry: { path: string }) => entry.path);
  await until(async () => (await paths()).length === 2, "the sweep");
  assert.deepEqual(await paths(), ["newest", "folder"]);
});

Deno.test("what a kill leaves between two steps of a delete or a restore is no entry, and is swept", async () => {
  await using folder = await makeTempFolder();
  {
    await using place = await startTestServer({ root: folder.path });
    using peer = await RawPeer.greet(place);
    const half = await deleteNew(peer, "half");
    const bare = await deleteNew(peer, "bare");
    const trash = folder.join(".sluice", "trash");
    // Between the record and the move of a delete; so does a kill behind the move of a restore.
    await Deno.remove(`${trash}/${half}/entry`);
    await Deno.utime(`${trash}/${half}`, 1, 1);
    await Deno.remove(`${trash}/${bare}/info.json`);
    const { entries } = await done(peer, TRASH);
    assert.deepEqual(entries.map((entry: { path: string }) => entry.path), [bare]);
    await peer.refused("not_found", RESTORE, { id: half });
    await done(peer, RESTORE, { id: bare, path: "saved" });
    assert.equal(Deno.readTextFileSync(folder.join("saved")), "old");
  }
  await using place = await startTestServer({ root: folder.path });
  using peer = await RawPeer.greet(place);
  await done(peer, FrameType.STAT, { path: "" });
  const trash = folder.join(".sluice", "trash");
  await until(() => [...Deno.readDirSync(trash)].length === 0, "the sweep");
});

/** Uploads and deletes; gives the id in the trash. */
async function deleteNew(peer: RawPeer, path: string, bytes = OLD): Promise<string> {
  await uploadRaw(peer, path, bytes);
  const { trashId } = await done(peer, DELETE, { path });
  return trashId;
}

function textOf(place: TestServer, path: string): string {
  return Deno.readTextFileSync(place.root.join(...path.split("/")));
}

function trashNames(place: TestServer): string[] {
  return [...Deno.readDirSync(place.root.join(".sluice", "trash"))].map(({ name }) => name);
}
