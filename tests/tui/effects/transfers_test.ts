import assert from "node:assert/strict";
import { SluiceClient } from "#client/mod.ts";
import { fileDigest, writeRandomFile } from "#tests/support/random_file.ts";
import { makeEffectsPlace } from "./effects_place.ts";

const BIG = 6 * 1024 * 1024;
/** About a second and a half for a big file. */
const RATE = 4 * 1024 * 1024;

for (const direction of ["upload", "download"] as const) {
  Deno.test(`a ${direction} is paused, goes on where it was, and ends verified`, async () => {
    await using place = await makeEffectsPlace();
    const { log, local, root } = place;
    await writeRandomFile((direction === "upload" ? local : root).join("a"), BIG);
    const transfer = log.transfer({
      direction,
      localPath: local.join("a"),
      remotePath: "a",
      limitRate: RATE,
    });
    log.runner.run({ kind: "startTransfer", transfer });
    await log.moved(transfer.id, BIG / 4);
    log.runner.run({ kind: "stopTransfer", id: transfer.id, how: "pause" });
    assert.deepEqual(await log.end(transfer.id), { kind: "paused" });
    const from = log.messages.length;
    log.runner.run({ kind: "startTransfer", transfer });
    log.runner.run({ kind: "setRate", id: transfer.id, bytesPerSecond: 0 });
    const end = await log.end(transfer.id, from);
    assert.equal(end.kind, "finished");
    const result = end.kind === "finished" ? end.result : undefined;
    assert.ok(result !== undefined && result.resumedFromBytes > 0, "it began anew");
    assert.equal(result.digest, await fileDigest(local.join("a")));
    assert.equal(await fileDigest(local.join("a")), await fileDigest(root.join("a")));
  });

  Deno.test(`a cancelled ${direction} leaves nothing on either side`, async () => {
    await using place = await makeEffectsPlace();
    const { log, local, root } = place;
    await writeRandomFile((direction === "upload" ? local : root).join("a"), BIG);
    const wanted = { direction, localPath: local.join("a"), remotePath: "a", limitRate: RATE };
    const running = log.transfer(wanted);
    log.runner.run({ kind: "startTransfer", transfer: running });
    await log.moved(running.id, BIG / 4);
    log.runner.run({ kind: "stopTransfer", id: running.id, how: "cancel" });
    assert.deepEqual(await log.end(running.id), { kind: "cancelled" });
    await using client = new SluiceClient({ server: place.address });
    const checkNothing = async (): Promise<void> => {
      if (direction === "upload") assert.equal(await client.discardUpload("a", BIG), 0);
      else assert.deepEqual([...Deno.readDirSync(local.path)], []);
    };
    await checkNothing();

    // One that is paused is thrown away without running.
    const paused = log.transfer(wanted);
    log.runner.run({ kind: "startTransfer", transfer: paused });
    await log.moved(paused.id, BIG / 4);
    log.runner.run({ kind: "stopTransfer", id: paused.id, how: "pause" });
    await log.end(paused.id);
    const reports = log.messages.flatMap((body) => body.kind === "progressed" ? body.reports : []);
    const progress = reports.findLast(({ id }) => id === paused.id)?.progress;
    log.runner.run({ kind: "discardTransfer", transfer: { ...paused, progress } });
    await log.runner.close();
    await checkNothing();
  });
}

Deno.test("a transfer that is cancelled before it moves throws nothing away that others have left", async () => {
  await using place = await makeEffectsPlace();
  const { log, local, root } = place;
  await using client = new SluiceClient({ server: place.address });
  await writeRandomFile(local.join("a"), BIG);
  await Deno.writeTextFile(root.join("a"), "there");
  const others = await client.beginUpload("a", BIG, { onConflict: "overwrite" });
  assert.ok(!("outcome" in others));
  await others.write(new Uint8Array(1000));
  await others.release();
  const wanted = { direction: "upload", localPath: local.join("a"), remotePath: "a" } as const;
  const transfer = log.transfer(wanted);
  await log.answer({ kind: "startTransfer", transfer }, "conflictFound");
  log.runner.run({ kind: "stopTransfer", id: transfer.id, how: "cancel" });
  assert.equal((await log.end(transfer.id)).kind, "cancelled");
  assert.equal(await client.discardUpload("a", BIG), 1000);
});

Deno.test("a conflict is asked about once, and its answer holds after a pause", async () => {
  await using place = await makeEffectsPlace();
  const { log, local, root } = place;
  await writeRandomFile(root.join("a"), BIG);
  await Deno.writeTextFile(local.join("a"), "old");
  const transfer = log.transfer({
    direction: "download",
    localPath: local.join("a"),
    remotePath: "a",
    limitRate: RATE,
  });
  const found = await log.answer({ kind: "startTransfer", transfer }, "conflictFound");
  assert.equal(found.name, local.join("a"));
  assert.deepEqual([found.facts.local?.sizeBytes, found.facts.server?.sizeBytes], [3, BIG]);
  log.runner.run({ kind: "answerConflict", id: transfer.id, policy: "overwrite" });
  await log.moved(transfer.id, BIG / 4);
  log.runner.run({ kind: "stopTransfer", id: transfer.id, how: "pause" });
  await log.end(transfer.id);
  const from = log.messages.length;
  log.runner.run({ kind: "startTransfer", transfer: { ...transfer, limitRate: 0 } });
  const end = await log.end(transfer.id, from);
  assert.equal(end.kind === "finished" ? end.result?.outcome : end.kind, "replaced");
  assert.equal(log.messages.filter(({ kind }) => kind === "conflictFound").length, 1);
});

Deno.test("a transfer that waits for an answer can be paused and cancelled", async () => {
  await using place = await makeEffectsPlace();
  const { log, local, root } = place;
  for (const folder of [local, root]) await Deno.writeTextFile(folder.join("a"), "there");
  const wanted = { direction: "upload", localPath: local.join("a"), remotePath: "a" } as const;
  for (const how of ["pause", "cancel"] as const) {
    const transfer = log.transfer(wanted);
    await log.answer({ kind: "startTransfer", transfer }, "conflictFound");
    log.runner.run({ kind: "stopTransfer", id: transfer.id, how });
    assert.equal((await log.end(transfer.id)).kind, how === "pause" ? "paused" : "cancelled");
  }
});

Deno.test("a call does not wait behind transfers, however slow they are", async () => {
  await using place = await makeEffectsPlace();
  const { log, local, root } = place;
  for (let n = 0; n < 6; n++) {
    await writeRandomFile(root.join(`${n}`), BIG);
    const transfer = log.transfer({
      direction: "download",
      localPath: local.join(`${n}`),
      remotePath: `${n}`,
      limitRate: 20_000,
    });
    log.runner.run({ kind: "startTransfer", transfer });
    await log.moved(transfer.id, 1);
  }
  const load = { kind: "loadFolder", side: "server", folder: "", loadId: 1 } as const;
  assert.equal((await log.answer(load, "folderLoaded")).entries.length, 6);
  const rename = { kind: "rename", side: "server", folder: "", from: "0", to: "zero" } as const;
  assert.equal((await log.answer(rename, "operationEnded")).isFailure, false);
  await log.runner.close();
  const ends = log.messages.filter((body) => body.kind === "transferEnded");
  assert.deepEqual(ends.map((body) => body.end.kind), Array(6).fill("paused"));
});

Deno.test("a failure says why, and progress comes a few times a second only", async () => {
  await using place = await makeEffectsPlace();
  const { log, local, root } = place;
  const lost = log.transfer({ direction: "upload", localPath: local.join("no"), remotePath: "a" });
  log.runner.run({ kind: "startTransfer", transfer: lost });
  const end = await log.end(lost.id);
  assert.match(end.kind === "failed" ? end.reason : end.kind, /^Cannot .*no such file/);
  await writeRandomFile(root.join("a"), BIG);
  const transfer = log.transfer({
    direction: "download",
    localPath: local.join("a"),
    remotePath: "a",
    limitRate: RATE,
  });
  const startedMs = performance.now();
  log.runner.run({ kind: "startTransfer", transfer });
  assert.equal((await log.end(transfer.id)).kind, "finished");
  const seconds = (performance.now() - startedMs) / 1000;
  const posts = log.messages.filter(({ kind }) => kind === "progressed").length;
  assert.ok(posts > 0 && posts <= seconds * 10 + 3, `${posts} messages in ${seconds} s`);
});
