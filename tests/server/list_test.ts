import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { uploadRaw } from "#tests/support/raw_transfer.ts";
import { startTestServer } from "./test_server.ts";

Deno.test("LIST shows files, folders and links with size and time, sorted by name", async () => {
  await using place = await startTestServer();
  await Deno.writeTextFile(place.root.join("b.txt"), "four");
  await Deno.utime(place.root.join("b.txt"), 1_000_000, 1_000_000);
  await Deno.mkdir(place.root.join("a"));
  await Deno.symlink("/etc/passwd", place.root.join("c"));
  using peer = await RawPeer.greet(place);
  const { json } = await peer.request(FrameType.LIST, { path: "" });
  const entries = entriesOf(json);
  assert.deepEqual(entries.map(({ name, kind }) => [name, kind]), [
    ["a", "folder"],
    ["b.txt", "file"],
    ["c", "symlink"],
  ]);
  assert.deepEqual([entries[1]?.sizeBytes, entries[1]?.modifiedAtMs], [4, 1_000_000_000]);
  assert.equal(json?.hasMore, false);
});

Deno.test("LIST of five thousand names in pages misses and repeats none while others come and go", async () => {
  await using place = await startTestServer();
  const lasting = Array.from({ length: 5000 }, (_, i) => `file ${String(i).padStart(4, "0")}`);
  for (const name of lasting) Deno.writeFileSync(place.root.join(name), new Uint8Array(0));
  using lister = await RawPeer.greet(place);
  using changer = await RawPeer.greet(place);
  let isListed = false;
  const changing = (async () => {
    for (let i = 0; !isListed; i++) {
      const name = `file ${String(i * 37 % 5000).padStart(4, "0")} passing`;
      await uploadRaw(changer, name, Uint8Array.of(1));
      await changer.request(FrameType.DELETE, { path: name, permanent: true });
    }
  })();
  for (const limit of [2000, 777, undefined]) {
    const names = await listAll(lister, limit);
    assert.deepEqual(names.filter((name) => !name.endsWith("passing")), lasting);
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(names, names.toSorted());
  }
  isListed = true;
  await changing;
});

Deno.test("LIST shows a name that was made just before, in a new listing of the same connection", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  assert.deepEqual(await listAll(peer), []);
  await uploadRaw(peer, "new", Uint8Array.of(1));
  assert.deepEqual(await listAll(peer), ["new"]);
});

Deno.test("LIST goes on behind a name that is gone by now", async () => {
  await using place = await startTestServer();
  for (const name of ["a", "b", "c"]) await Deno.writeTextFile(place.root.join(name), "");
  using peer = await RawPeer.greet(place);
  await peer.request(FrameType.LIST, { path: "", limit: 2 });
  for (const name of ["b", "c"]) await Deno.remove(place.root.join(name));
  const { json } = await peer.request(FrameType.LIST, { path: "", after: "b" });
  assert.deepEqual(json, { entries: [], hasMore: false });
});

Deno.test("LIST of what is no folder gets its own code", async () => {
  await using place = await startTestServer();
  await Deno.writeTextFile(place.root.join("file"), "");
  using peer = await RawPeer.greet(place);
  await peer.refused("not_a_folder", FrameType.LIST, { path: "file" });
  await peer.refused("not_found", FrameType.LIST, { path: "missing" });
});

interface ListedEntry {
  readonly name: string;
  readonly kind: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

function entriesOf(json: Readonly<Record<string, unknown>> | undefined): readonly ListedEntry[] {
  assert.ok(Array.isArray(json?.entries), JSON.stringify(json));
  return json.entries;
}

async function listAll(peer: RawPeer, limit?: number): Promise<string[]> {
  const names: string[] = [];
  for (;;) {
    const { json } = await peer.request(FrameType.LIST, { path: "", limit, after: names.at(-1) });
    names.push(...entriesOf(json).map(({ name }) => name));
    if (json?.hasMore !== true) return names;
  }
}
