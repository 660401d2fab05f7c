import assert from "node:assert/strict";
import { makeManageWorld, treeOf, writeTree } from "#tests/support/manage_world.ts";

Deno.test("sync moves what differs, and a second run moves nothing", async () => {
  await using world = await makeManageWorld();
  const local = world.folder.join("t");
  await writeTree(local, { "a": "1", "b": "2", "sub/c": "3", "empty/": "" });
  const first = await world.run("sync", "t", "t");
  assert.equal(first.code, 0, first.stderr);
  assert.equal(first.stdout.split("\n").length, 4);
  assert.deepEqual(await treeOf(world.root.join("t")), await treeOf(local));
  const second = await world.run("sync", "t", "t");
  assert.deepEqual([second.code, second.stdout], [0, ""]);
  assert.match(second.stderr, /^nothing to do/);
  await writeTree(local, { "b": "22", "sub/new": "4" });
  const third = await world.run("sync", "t", "t");
  assert.deepEqual(third.stdout.trimEnd().split("\n").sort(), [
    "uploaded b to t/b (2 B, replaced)",
    "uploaded sub/new to t/sub/new (1 B)",
  ]);
  assert.deepEqual(await treeOf(world.root.join("t")), await treeOf(local));
  await Deno.utime(`${local}/a`, new Date(), new Date(1_000_000_000_000));
  const checked = await world.run("sync", "t", "t", "--checksum");
  assert.deepEqual([checked.code, checked.stdout], [0, ""], "the bytes are the same");
  assert.match((await world.run("sync", "t", "t")).stdout, /^uploaded a /);
});

Deno.test("sync --delete prints its plan, deletes into the trash only what the source lacks, and spares what filters leave out", async () => {
  await using world = await makeManageWorld();
  await writeTree(world.folder.join("t"), { "a": "1" });
  await writeTree(world.root.path, {
    "t/gone": "x",
    "t/old/deep": "y",
    "t/kept/z.log": "z",
    "t/kept/y": "y",
    "other": "o",
  });
  const args = ["sync", "t", "t", "--delete", "--exclude", "*.log"];
  const before = await treeOf(world.root.path);
  const planned = await world.run(...args, "--dry-run");
  assert.deepEqual(planned.stdout.trimEnd().split("\n").sort(), [
    "would delete gone",
    "would delete kept/y",
    "would delete old/",
    "would upload a to t/a (1 B)",
  ]);
  assert.deepEqual(await treeOf(world.root.path), before);
  assert.equal((await world.run("sync", "t", "t", "--exclude", "*.log")).code, 0);
  assert.ok((await treeOf(world.root.path)).has("t/gone"), "nothing is deleted unless asked");
  const done = await world.run(...args);
  assert.equal(done.code, 0, done.stderr);
  const left = [...(await treeOf(world.root.path)).keys()];
  assert.deepEqual(left, ["other", "t", "t/a", "t/kept", "t/kept/z.log"]);
  const trash = await world.run("trash", "list", "--json");
  const deleted = trash.stdout.trimEnd().split("\n").map((line) => JSON.parse(line).path).sort();
  assert.deepEqual(deleted, ["t/gone", "t/kept/y", "t/old"]);
});

Deno.test("sync --from-server --delete removes only what its plan lists, and never through a link", async () => {
  await using world = await makeManageWorld();
  await writeTree(world.root.path, { "t/a": "1", "t/sub/b": "2", "t/deep/c": "3" });
  const local = world.folder.join("t");
  await writeTree(world.folder.path, {
    "outside/treasure": "gold",
    "t/extra/x": "x",
    "t/gone": "g",
  });
  await Deno.symlink("../outside", `${local}/link`);
  await Deno.symlink("../outside", `${local}/deep`);
  const done = await world.run("sync", "t", "t", "--from-server", "--delete");
  assert.equal(done.code, 4, "a link stands where the server has a folder");
  assert.match(done.stderr, /Cannot sync "deep": a symlink has that name on the other side/);
  const left = await treeOf(world.folder.path);
  assert.deepEqual([...left.keys()], [
    "outside",
    "outside/treasure",
    "t",
    "t/a",
    "t/deep",
    "t/link",
    "t/sub",
    "t/sub/b",
  ]);
  assert.equal(left.get("t/link")?.kind, "symlink");
});

Deno.test("sync of a folder that cannot be read deletes nothing", async () => {
  await using world = await makeManageWorld();
  await writeTree(world.root.path, { "t/a": "1" });
  const gone = await world.run("sync", "missing", "t", "--delete");
  assert.equal(gone.code, 3);
  assert.ok((await treeOf(world.root.path)).has("t/a"));
  const source = await world.run("sync", "t", "missing", "--from-server", "--delete");
  assert.equal(source.code, 3);
});

Deno.test("verify lists what differs and ends with 7", async () => {
  await using world = await makeManageWorld();
  await writeTree(world.folder.path, {
    "t/same": "1",
    "t/bytes": "2",
    "t/size": "33",
    "t/here": "",
  });
  await writeTree(world.root.path, { "t/same": "1", "t/bytes": "X", "t/size": "3", "t/there": "" });
  const { code, stdout, stderr } = await world.run("verify", "t", "t");
  assert.equal(code, 7);
  assert.equal(
    stdout,
    "bytes differ: bytes\nonly here: here\nsize differs: size\nonly on the server: there\n",
  );
  assert.match(stderr, /^sluice: Cannot verify "t": 4 entries differ\n$/);
  assert.equal((await world.run("verify", "t/same", "t/same")).code, 0);
});
