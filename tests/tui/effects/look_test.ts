import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { freeLowPort } from "#tests/support/server_on_port.ts";
import { EffectLog, makeEffectsPlace } from "./effects_place.ts";

Deno.test("folders of both sides are read, with links as such, and why they cannot be", async () => {
  await using place = await makeEffectsPlace();
  const { log, local, root } = place;
  for (const folder of [local, root]) {
    await Deno.writeTextFile(folder.join("file"), "12345");
    await Deno.mkdir(folder.join("folder"));
    await Deno.symlink("folder", folder.join("link"));
  }
  await Deno.symlink("nowhere", local.join("broken"));
  const here = await log.answer(
    { kind: "loadFolder", side: "local", folder: `${local.path}/folder/..`, loadId: 7 },
    "folderLoaded",
  );
  assert.deepEqual([here.loadId, here.side, here.folder], [7, "local", local.path]);
  const kinds = new Map(here.entries.map(({ name, kind, sizeBytes }) => [name, [kind, sizeBytes]]));
  assert.deepEqual(Object.fromEntries(kinds), {
    broken: ["symlink", 0],
    file: ["file", 5],
    folder: ["folder", 0],
    link: ["symlink", 0],
  });
  const load = { kind: "loadFolder", side: "server", folder: "", loadId: 1 } as const;
  const there = await log.answer(load, "folderLoaded");
  assert.deepEqual(there.entries.map(({ name, kind }) => [name, kind]), [
    ["file", "file"],
    ["folder", "folder"],
    ["link", "symlink"],
  ]);
  for (const side of ["local", "server"] as const) {
    const folder = side === "local" ? local.join("no") : "no";
    const failed = await log.answer(
      { kind: "loadFolder", side, folder, loadId: 9 },
      "folderFailed",
    );
    assert.equal(failed.loadId, 9);
    assert.match(failed.reason, /^Cannot /);
  }
});

Deno.test("a newer load of a side ends the older one without an answer", async () => {
  await using place = await makeEffectsPlace();
  const { log, local } = place;
  const load = (loadId: number): void =>
    log.runner.run({ kind: "loadFolder", side: "local", folder: local.path, loadId });
  load(1);
  load(2);
  await log.next("folderLoaded", ({ loadId }) => loadId === 2);
  assert.deepEqual(log.messages.map(({ kind }) => kind), ["folderLoaded"]);
});

Deno.test("preview, details and checksum look at files of both sides", async () => {
  await using place = await makeEffectsPlace();
  const { log, local, root } = place;
  const bytes = new Uint8Array(300_000).fill(65);
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  for (const folder of [local, root]) await Deno.writeFile(folder.join("a"), bytes);
  for (const side of ["local", "server"] as const) {
    const path = side === "local" ? local.join("a") : "a";
    const { preview } = await log.answer({ kind: "loadPreview", side, path }, "previewLoaded");
    assert.equal(preview.sizeBytes, 300_000);
    assert.deepEqual(preview.bytes, bytes.subarray(0, 64 * 1024));
    const details = await log.answer({ kind: "loadDetails", side, path }, "detailsLoaded");
    assert.deepEqual([details.stat.kind, details.stat.sizeBytes], ["file", 300_000]);
    const loaded = await log.answer({ kind: "loadDigest", side, path }, "digestLoaded");
    assert.deepEqual([loaded.path, loaded.digest], [path, digest]);
    const folder = side === "local" ? local.path : "";
    const failed = await log.answer({ kind: "loadPreview", side, path: folder }, "lookFailed");
    assert.match(failed.reason, /folder/);
  }
});

Deno.test({
  name: "a checksum of a pipe is refused instead of waited for",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using place = await makeEffectsPlace();
    const { log, local } = place;
    const path = local.join("pipe");
    await new Deno.Command("mkfifo", { args: [path] }).output();
    for (const kind of ["loadDigest", "loadPreview"] as const) {
      const { reason } = await log.answer({ kind, side: "local", path }, "lookFailed");
      assert.match(reason, /not a regular file/);
    }
  },
});

Deno.test("a search comes in batches and is cut at its limit", async () => {
  await using place = await makeEffectsPlace();
  const { log, root } = place;
  await Deno.mkdir(root.join("many"));
  for (let n = 0; n < 2100; n++) Deno.writeTextFileSync(root.join("many", `file${n}`), "");
  const search = { kind: "search", searchId: 1, folder: "", pattern: "file1" } as const;
  const { isCut, reason } = await log.answer(search, "searchEnded");
  assert.deepEqual([isCut, reason], [false, undefined]);
  const found = log.messages.flatMap((body) => body.kind === "found" ? body.entries : []);
  assert.equal(found.length, 1111);
  assert.ok(found.every(({ path }) => path.startsWith("many/file1")));
  const all = { kind: "search", searchId: 2, folder: "many", pattern: "file" } as const;
  assert.equal((await log.answer(all, "searchEnded")).isCut, true);
  const lost = { kind: "search", searchId: 3, folder: "no", pattern: "x" } as const;
  assert.match((await log.answer(lost, "searchEnded")).reason ?? "", /^Cannot search/);
});

Deno.test("the history is read newest first, also only what failed", async () => {
  await using place = await makeEffectsPlace();
  const { log } = place;
  const mkdir = { kind: "mkdir", side: "server", folder: "" } as const;
  await log.answer({ ...mkdir, name: "one" }, "operationEnded");
  await log.answer({ ...mkdir, name: "two" }, "operationEnded");
  const load = { kind: "loadHistory", loadId: 1, onlyFailed: false } as const;
  const { records } = await log.answer(load, "historyLoaded");
  assert.deepEqual(records.map(({ path }) => path), ["two", "one"]);
  const failed = await log.answer({ ...load, onlyFailed: true }, "historyLoaded");
  assert.deepEqual(failed.records, []);
});

Deno.test("without a server every effect answers with a sentence", async () => {
  await using log = new EffectLog({ hostname: "127.0.0.1", port: freeLowPort() });
  const reasons = [
    (await log.answer(
      { kind: "loadFolder", side: "server", folder: "", loadId: 1 },
      "folderFailed",
    ))
      .reason,
    (await log.answer({ kind: "loadTrash" }, "trashFailed")).reason,
    (await log.answer({ kind: "loadHistory", loadId: 1, onlyFailed: false }, "historyFailed"))
      .reason,
    (await log.answer({ kind: "loadPreview", side: "server", path: "a" }, "lookFailed")).reason,
    (await log.answer({ kind: "mkdir", side: "server", folder: "", name: "a" }, "operationEnded"))
      .text,
  ];
  for (const reason of reasons) assert.match(reason, /^Cannot reach 127\.0\.0\.1:\d+: /);
});
