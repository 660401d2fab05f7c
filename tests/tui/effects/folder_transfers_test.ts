import assert from "node:assert/strict";
import { join } from "node:path";
import { writeRandomFile } from "#tests/support/random_file.ts";
import { makeEffectsPlace } from "./effects_place.ts";

const BIG = 4 * 1024 * 1024;

/** Small and large files, folders in folders, an empty one, and a link that is left out. */
async function makeTree(folder: string): Promise<void> {
  await Deno.mkdir(join(folder, "sub", "empty"), { recursive: true });
  for (let n = 0; n < 30; n++) await Deno.writeTextFile(join(folder, "sub", `${n}.txt`), `${n}`);
  await writeRandomFile(join(folder, "one.bin"), BIG, 1);
  await writeRandomFile(join(folder, "sub", "two.bin"), BIG, 2);
  await Deno.symlink("one.bin", join(folder, "link"));
  await Deno.utime(join(folder, "sub"), 1_600_000_000, 1_600_000_000);
}

async function checkSame(from: string, to: string): Promise<void> {
  const { success } = await new Deno.Command("diff", {
    args: ["-r", "--exclude=link", from, to],
  }).output();
  assert.ok(success, "the trees differ");
  const { mtime } = await Deno.stat(join(to, "sub"));
  assert.equal(mtime?.getTime(), 1_600_000_000_000);
}

for (const direction of ["upload", "download"] as const) {
  Deno.test(`the ${direction} of a folder is paused, and does nothing twice`, async () => {
    await using place = await makeEffectsPlace();
    const { log, local, root } = place;
    const [from, to] = direction === "upload" ? [local, root] : [root, local];
    await makeTree(from.join("tree"));
    const transfer = log.transfer({
      direction,
      kind: "folder",
      localPath: local.join("tree"),
      remotePath: "tree",
      limitRate: 3 * 1024 * 1024,
    });
    log.runner.run({ kind: "startTransfer", transfer });
    await log.moved(transfer.id, BIG);
    log.runner.run({ kind: "stopTransfer", id: transfer.id, how: "pause" });
    assert.deepEqual(await log.end(transfer.id), { kind: "paused" });
    const at = log.messages.length;
    log.runner.run({ kind: "startTransfer", transfer: { ...transfer, limitRate: 0 } });
    const end = await log.end(transfer.id, at);
    assert.deepEqual(end, {
      kind: "finished",
      result: undefined,
      files: { done: 32, failed: 0, total: 32, isCounting: false },
    });
    // What was done before the pause would be a conflict now.
    assert.ok(log.messages.every(({ kind }) => kind !== "conflictFound"));
    await checkSame(from.join("tree"), to.join("tree"));
  });
}

Deno.test("a folder's conflicts are asked one by one, for each name", async () => {
  await using place = await makeEffectsPlace();
  const { log, local, root } = place;
  for (const folder of [local, root]) {
    await Deno.mkdir(folder.join("tree"));
    for (const name of ["a", "b", "c"]) {
      await Deno.writeTextFile(folder.join("tree", name), folder === local ? "new" : "old");
    }
  }
  const transfer = log.transfer({
    direction: "upload",
    kind: "folder",
    localPath: local.join("tree"),
    remotePath: "tree",
  });
  log.runner.run({ kind: "startTransfer", transfer });
  const policies = { "tree/a": "overwrite", "tree/b": "skip", "tree/c": "rename" } as const;
  const asked = new Set<string>();
  while (asked.size < 3) {
    const { name } = await log.next("conflictFound", (body) => !asked.has(body.name));
    asked.add(name);
    const policy = policies[name as keyof typeof policies];
    log.runner.run({ kind: "answerConflict", id: transfer.id, policy });
  }
  assert.equal((await log.end(transfer.id)).kind, "finished");
  const read = (name: string): string => Deno.readTextFileSync(root.join("tree", name));
  assert.deepEqual(["a", "b", "c", "c (1)"].map(read), ["new", "old", "old", "new"]);
});

Deno.test("a folder tells how many of its files failed, and takes the rest again", async () => {
  await using place = await makeEffectsPlace();
  const { log, local, root } = place;
  await Deno.mkdir(local.join("tree"));
  for (const name of ["a", "b"]) await Deno.writeTextFile(local.join("tree", name), name);
  // A folder stands where a file should be.
  await Deno.mkdir(root.join("tree", "b", "deep"), { recursive: true });
  const transfer = log.transfer({
    direction: "upload",
    kind: "folder",
    name: "tree",
    localPath: local.join("tree"),
    remotePath: "tree",
  });
  log.runner.run({ kind: "startTransfer", transfer });
  await log.next("conflictFound");
  log.runner.run({ kind: "answerConflict", id: transfer.id, policy: "overwrite" });
  const end = await log.end(transfer.id);
  assert.match(
    end.kind === "failed" ? end.reason : end.kind,
    /^Cannot upload all of "tree": 1 of 2 failed: /,
  );
  await Deno.remove(root.join("tree", "b"), { recursive: true });
  const at = log.messages.length;
  log.runner.run({ kind: "startTransfer", transfer });
  assert.equal((await log.end(transfer.id, at)).kind, "finished");
  assert.equal(await Deno.readTextFile(root.join("tree", "b")), "b");
});

Deno.test("a cancelled folder keeps the files that are done, and nothing of the others", async () => {
  await using place = await makeEffectsPlace();
  const { log, local, root } = place;
  await makeTree(root.join("tree"));
  const transfer = log.transfer({
    direction: "download",
    kind: "folder",
    localPath: local.join("tree"),
    remotePath: "tree",
    limitRate: 2 * 1024 * 1024,
  });
  log.runner.run({ kind: "startTransfer", transfer });
  await log.moved(transfer.id, BIG / 2);
  log.runner.run({ kind: "stopTransfer", id: transfer.id, how: "cancel" });
  assert.deepEqual(await log.end(transfer.id), { kind: "cancelled" });
  const { stdout } = await new Deno.Command("find", {
    args: [local.path, "-name", "*.part*", "-o", "-name", ".sluice*"],
  }).output();
  assert.equal(new TextDecoder().decode(stdout), "");
});
