import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { FakeServer } from "#tests/client/fake_server.ts";
import { EffectLog, makeEffectsPlace } from "./effects_place.ts";

function namesIn(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name !== ".sluice")
    .sort();
}

Deno.test("rename on this machine never replaces, and renames a symbolic link itself", async () => {
  await using place = await makeEffectsPlace();
  const { log, local } = place;
  const folder = local.path;
  for (const name of ["a", "b"]) await Deno.writeTextFile(local.join(name), name);
  await Deno.mkdir(local.join("sub"));
  await Deno.mkdir(local.join("empty"));
  await Deno.symlink("sub", local.join("link"));
  const rename = (from: string, to: string): ReturnType<typeof log.answer<"operationEnded">> =>
    log.answer({ kind: "rename", side: "local", folder, from, to }, "operationEnded");
  const done = await rename("a", "c");
  assert.deepEqual(
    [done.isFailure, done.text, done.cursorName, done.changed],
    [false, 'Renamed "a" to "c"', "c", ["local"]],
  );
  for (const [from, to] of [["c", "b"], ["c", "sub"], ["sub", "empty"], ["c", "c"]] as const) {
    const { isFailure, text } = await rename(from, to);
    assert.ok(isFailure && text === `Cannot rename "${from}": "${to}" already exists`, text);
  }
  assert.equal((await rename("link", "moved")).isFailure, false);
  assert.equal(await Deno.readLink(local.join("moved")), "sub");
  assert.equal((await rename("c", "sub/c")).text, `Moved "c" to "${local.join("sub", "c")}"`);
  const lost = await rename("b", "no/b");
  assert.ok(lost.isFailure && lost.text.includes("there is no folder"), lost.text);
  assert.ok((await rename("b", "..")).isFailure);
  assert.deepEqual(namesIn(folder), ["b", "empty", "moved", "sub"]);
});

Deno.test("rename, mkdir and delete on the server say what they did", async () => {
  await using place = await makeEffectsPlace();
  const { log, root } = place;
  await Deno.writeTextFile(root.join("a"), "a");
  const renamed = await log.answer(
    { kind: "rename", side: "server", folder: "", from: "a", to: "b" },
    "operationEnded",
  );
  assert.deepEqual([renamed.text, renamed.cursorName], ['Renamed "a" to "b"', "b"]);
  const made = await log.answer(
    { kind: "mkdir", side: "server", folder: "", name: "new" },
    "operationEnded",
  );
  assert.deepEqual([made.text, made.cursorName, made.changed], ['Made folder "new"', "new", [
    "server",
  ]]);
  const moved = await log.answer(
    { kind: "rename", side: "server", folder: "", from: "b", to: "new/b" },
    "operationEnded",
  );
  assert.deepEqual([moved.text, moved.cursorName], ['Moved "b" to "new/b"', undefined]);
  const again = await log.answer(
    { kind: "mkdir", side: "server", folder: "", name: "new" },
    "operationEnded",
  );
  assert.ok(again.isFailure && again.text.startsWith("Cannot make folder"), again.text);
  const names = ["new", "gone"];
  const deleted = await log.answer(
    { kind: "delete", side: "server", folder: "", names, isPermanent: false },
    "operationEnded",
  );
  assert.ok(deleted.isFailure);
  assert.match(deleted.text, /^Moved into the trash: 1 of 2 entries\. Cannot delete "gone"/);
  assert.deepEqual(namesIn(root.path), []);
});

Deno.test("delete stops where the server is gone, and does not go on when it is back", async () => {
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    const { id } = await peer.expect(FrameType.DELETE);
    await peer.send(FrameType.RESULT, id, {});
    await peer.expect(FrameType.DELETE);
  });
  await using log = new EffectLog(server.address);
  const names = ["a", "b", "c", "d"];
  const { isFailure, text } = await log.answer(
    { kind: "delete", side: "server", folder: "", names, isPermanent: true },
    "operationEnded",
  );
  assert.ok(isFailure && text.startsWith("Deleted 1 of 4 entries. "), text);
  assert.equal(server.connections, 1);
});

Deno.test("delete on this machine removes folders for good and never follows a link", async () => {
  await using place = await makeEffectsPlace();
  const { log, local } = place;
  await Deno.mkdir(local.join("tree", "deep"), { recursive: true });
  await Deno.mkdir(local.join("outside"));
  await Deno.writeTextFile(local.join("outside", "kept"), "");
  await Deno.symlink("../../outside", local.join("tree", "deep", "link"));
  await Deno.symlink("outside", local.join("link"));
  const { isFailure, text } = await log.answer(
    {
      kind: "delete",
      side: "local",
      folder: local.path,
      names: ["tree", "link"],
      isPermanent: true,
    },
    "operationEnded",
  );
  assert.deepEqual([isFailure, text], [false, "Deleted 2 entries"]);
  assert.deepEqual(namesIn(local.path), ["outside"]);
  assert.deepEqual(namesIn(local.join("outside")), ["kept"]);
});

Deno.test("the trash is listed, restored beside what took the name, and emptied", async () => {
  await using place = await makeEffectsPlace();
  const { log, root } = place;
  for (const name of ["a.txt", "b.txt"]) await Deno.writeTextFile(root.join(name), name);
  const names = ["a.txt", "b.txt"];
  const remove = { kind: "delete", side: "server", folder: "", names, isPermanent: false } as const;
  assert.equal((await log.answer(remove, "operationEnded")).isFailure, false);
  await Deno.writeTextFile(root.join("a.txt"), "newer");
  const { entries } = await log.answer({ kind: "loadTrash" }, "trashLoaded");
  assert.deepEqual(entries.map(({ path }) => path).sort(), ["a.txt", "b.txt"]);
  const ids = entries.filter(({ path }) => path === "a.txt").map(({ id }) => id);
  const restored = await log.answer({ kind: "restore", ids }, "operationEnded");
  assert.deepEqual([restored.text, restored.changed], ['Restored "a (1).txt"', ["server"]]);
  const emptied = await log.answer({ kind: "emptyTrash", ids: undefined }, "operationEnded");
  assert.equal(emptied.text, "Removed 1 entry for good");
  assert.deepEqual((await log.answer({ kind: "loadTrash" }, "trashLoaded")).entries, []);
});
