import assert from "node:assert/strict";
import type { HistoryRecord } from "#protocol/replies.ts";
import type { Transfer } from "#tui/model/transfer.ts";
import { isStalled, rateOf, secondsLeft } from "#tui/model/transfer_rate.ts";
import { SPARKLINE_SECONDS } from "#tui/update/transfer_samples.ts";
import { Driver, file, files, finished, names, readyDriver } from "./driver.ts";

/** A driver with `count` uploads asked for; as many run as there are places. */
function uploading(count: number, jobs = 3): Driver {
  const driver = new Driver({ jobs }).loaded("local", files(count)).online().loaded("server", []);
  return driver.press("home", "*", "u");
}

function transferOf(driver: Driver): Transfer {
  const [transfer] = driver.transfers;
  assert.ok(transfer);
  return transfer;
}

function phases(driver: Driver): string {
  return driver.transfers.map(({ phase }) => phase).join(" ");
}

function kinds(driver: Driver): readonly string[] {
  return driver.effects.map(({ kind }) => kind);
}

Deno.test("update() uploads the entry under the cursor into the server's folder", () => {
  const driver = readyDriver().press("tab", "enter").loaded("server", [], "photos");
  driver.press("tab", "end", "u");
  const [transfer] = driver.transfers;
  assert.equal(transfer?.localPath, "/home/me/video.mp4");
  assert.equal(transfer?.remotePath, "photos/video.mp4");
  assert.deepEqual(driver.effects, [{ kind: "startTransfer", transfer }]);
});

Deno.test("update() downloads the selection, folders as one transfer each, and clears it", () => {
  const driver = readyDriver().press("tab", " ", " ", "d");
  assert.deepEqual(
    driver.transfers.map(({ kind, name, direction, localPath }) => [
      kind,
      name,
      direction,
      localPath,
    ]),
    [
      ["folder", "photos", "download", "/home/me/photos"],
      ["file", "sample.txt", "download", "/home/me/sample.txt"],
    ],
  );
  assert.equal(driver.server.selected.size, 0);
});

Deno.test("update() uploads from the other pane only what was selected there", () => {
  const driver = readyDriver().press("down", "tab", "u");
  assert.equal(driver.transfers.length, 0);
  assert.match(driver.model.notice?.text ?? "", /Nothing is selected in the local pane/);
  driver.press("tab", " ", "tab", "u");
  assert.equal(driver.transfers.length, 1);
});

Deno.test("update() leaves out what cannot be transferred, and says so", () => {
  const driver = new Driver().loaded("local", [
    { name: "pipe", kind: "other", sizeBytes: 0, modifiedAtMs: 0 },
    file("back\\slash"),
    file("good"),
  ]).online().loaded("server", []);
  driver.press("*", "u");
  assert.deepEqual(driver.transfers.map(({ name }) => name), ["good"]);
  assert.match(driver.model.notice?.text ?? "", /and 1 more/);
});

Deno.test("update() runs as many transfers as there are places, and the next when one ends", () => {
  const driver = uploading(5);
  assert.equal(phases(driver), "running running running queued queued");
  assert.deepEqual(kinds(driver), ["startTransfer", "startTransfer", "startTransfer"]);
  driver.ended(2, finished());
  assert.equal(phases(driver), "running done running running queued");
  assert.deepEqual(kinds(driver), ["startTransfer"]);
});

Deno.test("update() changes on `J` how many run at once: up to what --jobs takes and round again", () => {
  const driver = uploading(9, 7);
  driver.press("J");
  assert.equal(driver.transfers.filter(({ phase }) => phase === "running").length, 8);
  const steps = [8];
  do {
    driver.press("J");
    steps.push(driver.model.transfers.jobs);
  } while (driver.model.transfers.jobs !== 1);
  assert.deepEqual(steps, [8, 12, 16, 32, 64, 1]);
  assert.equal(driver.transfers.filter(({ phase }) => phase === "running").length, 9);
  assert.equal(uploading(1, 20).press("J").model.transfers.jobs, 32);
});

Deno.test("update() pauses when the runner has paused, and resumes into the queue", () => {
  const driver = uploading(1).press("t", "p");
  assert.deepEqual(driver.effects, [{ kind: "stopTransfer", id: 1, how: "pause" }]);
  assert.deepEqual([phases(driver), driver.transfers[0]?.stopping], ["running", "pause"]);
  driver.press("p");
  assert.deepEqual(driver.effects, []);
  driver.ended(1, { kind: "paused" });
  assert.deepEqual([phases(driver), driver.transfers[0]?.stopping], ["paused", undefined]);
  driver.press("p");
  assert.deepEqual([phases(driver), kinds(driver).join()], ["running", "startTransfer"]);
});

Deno.test("update() lets the next transfer begin when one is paused", () => {
  const driver = uploading(2, 1).press("2", "p").ended(1, { kind: "paused" });
  assert.equal(phases(driver), "paused running");
  assert.equal(phases(driver.press("p")), "queued running");
});

Deno.test("update() pauses all on `P` without starting any, and resumes all", () => {
  const driver = uploading(4, 2).press("P");
  assert.deepEqual(kinds(driver), ["stopTransfer", "stopTransfer"]);
  driver.ended(1, { kind: "paused" }).ended(2, { kind: "paused" });
  assert.equal(phases(driver), "paused paused paused paused");
  assert.equal(phases(driver.press("P")), "running running queued queued");
});

Deno.test("update() cancels what runs, waits or is paused, and throws away what is left", () => {
  const driver = uploading(3, 1).press("2", "c");
  assert.deepEqual(driver.effects, [{ kind: "stopTransfer", id: 1, how: "cancel" }]);
  driver.ended(1, { kind: "cancelled" }).press("end", "c");
  assert.deepEqual([phases(driver), kinds(driver)], ["cancelled running cancelled", []]);
  driver.press("up", "p").ended(2, { kind: "paused" }).press("c");
  assert.equal(phases(driver), "cancelled cancelled cancelled");
  assert.deepEqual(kinds(driver), ["discardTransfer"]);
});

Deno.test("update() turns a pause that is under way into a cancel", () => {
  const driver = uploading(1).press("t", "p", "c");
  assert.deepEqual(driver.effects, [{ kind: "stopTransfer", id: 1, how: "cancel" }]);
});

Deno.test("update() takes the end that came first when a pause came too late", () => {
  const driver = uploading(1).press("t", "p").ended(1, finished());
  assert.equal(phases(driver), "done");
});

Deno.test("update() keeps a failure with its reason and tries again on `R`", () => {
  const driver = uploading(1).ended(1, { kind: "failed", reason: "Cannot upload: disk full" });
  assert.equal(driver.transfers[0]?.failure, "Cannot upload: disk full");
  assert.equal(driver.model.notice?.text, "Cannot upload: disk full");
  driver.press("t", "R");
  assert.deepEqual([phases(driver), kinds(driver).join()], ["running", "startTransfer"]);
  assert.equal(driver.transfers[0]?.failure, undefined);
});

Deno.test("update() shows a skipped file as skipped", () => {
  assert.equal(phases(uploading(1).ended(1, finished("skipped"))), "skipped");
});

Deno.test("update() dismisses one ended row or all of them, and none that goes on", () => {
  const driver = uploading(4, 2).ended(1, finished()).ended(2, finished()).press("2", "home");
  driver.press("x");
  assert.deepEqual(driver.transfers.map(({ id }) => id), [2, 3, 4]);
  assert.equal(driver.model.transfers.cursorId, 2);
  driver.press("end", "x");
  assert.match(driver.model.notice?.text ?? "", /not ended/);
  driver.press("X");
  assert.deepEqual(driver.transfers.map(({ id }) => id), [3, 4]);
});

Deno.test("update() lowers and raises the limit of a running transfer at once", () => {
  const driver = uploading(1).press("t", "-");
  assert.deepEqual(driver.effects, [{ kind: "setRate", id: 1, bytesPerSecond: 100e6 }]);
  assert.equal(driver.press("-").transfers[0]?.limitRate, 50e6);
  driver.press("+", "+");
  assert.deepEqual(driver.effects, [{ kind: "setRate", id: 1, bytesPerSecond: 0 }]);
  assert.match(driver.press("+").model.notice?.text ?? "", /no limit/);
});

Deno.test("update() begins with a limit below the present rate, so that it can be felt", () => {
  const driver = uploading(1).progress(1, 0);
  for (const seconds of [1, 2, 3]) driver.wait(1000).progress(1, seconds * 300_000);
  assert.equal(Math.round(rateOf(transferOf(driver), driver.model.nowMs) ?? 0), 300_000);
  assert.equal(driver.press("t", "-").transfers[0]?.limitRate, 250e3);
});

Deno.test("update() never goes below the lowest limit, and gives a queued one its limit later", () => {
  const driver = uploading(2, 1).press("2", "end");
  for (let press = 0; press < 20; press++) driver.press("-");
  assert.deepEqual([driver.transfers[1]?.limitRate, driver.effects], [10e3, []]);
  driver.ended(1, finished());
  const [effect] = driver.effects;
  assert.equal(effect?.kind === "startTransfer" && effect.transfer.limitRate, 10e3);
});

Deno.test("rateOf() takes the bytes of the last seconds, not those that were there already", () => {
  const driver = uploading(1).progress(1, 0, { state: "checking" });
  driver.progress(1, 500_000, { resumedFromBytes: 500_000 });
  driver.wait(2000).progress(1, 700_000);
  const transfer = transferOf(driver);
  assert.equal(rateOf(transfer, driver.model.nowMs), 100_000);
  assert.equal(secondsLeft(transfer, driver.model.nowMs), 3);
});

Deno.test("isStalled() is true after 5 s without a byte, and no longer with the next one", () => {
  const driver = uploading(1).progress(1, 10).wait(4_900).progress(1, 10);
  const stalled = (): boolean => isStalled(transferOf(driver), driver.model.nowMs);
  assert.equal(stalled(), false);
  driver.wait(100);
  assert.equal(stalled(), true);
  driver.progress(1, 11);
  assert.equal(stalled(), false);
});

Deno.test("update() keeps one rate a second for the sparkline, and a bounded number of them", () => {
  const driver = uploading(1).progress(1, 0);
  for (let tick = 1; tick <= 100; tick++) {
    driver.wait(250).progress(1, tick * 1000);
  }
  const transfer = transferOf(driver);
  assert.equal(transfer.sparkline.length, 25);
  assert.ok(transfer.sparkline.slice(5).every((rate) => Math.abs(rate - 4000) < 1100));
  driver.wait(3_600_000);
  assert.equal(driver.transfers[0]?.sparkline.length, SPARKLINE_SECONDS);
  assert.ok((driver.transfers[0]?.samples.length ?? 0) < 60);
});

Deno.test("update() remembers when the next try comes", () => {
  const driver = uploading(1).progress(1, 5, { state: "retrying", retryInMs: 700 });
  assert.equal(driver.transfers[0]?.retryAtMs, driver.model.nowMs + 700);
  assert.equal(driver.progress(1, 5).transfers[0]?.retryAtMs, undefined);
});

Deno.test("update() starts nothing while the server is gone, and goes on when it is back", () => {
  const driver = uploading(3, 1).offline().ended(1, { kind: "failed", reason: "gone" });
  assert.equal(phases(driver), "failed queued queued");
  assert.equal(phases(driver.online()), "failed running queued");
});

Deno.test("update() ignores reports and ends of transfers that do not run", () => {
  const driver = uploading(1).ended(1, finished());
  const before = driver.model.transfers;
  driver.progress(1, 5).ended(1, { kind: "failed", reason: "late" }).progress(77, 1);
  assert.equal(driver.model.transfers, before);
});

Deno.test("update() reads the local folder again after a download, at most once a second", () => {
  const driver = readyDriver().wait(5000).press("tab", "*", "d");
  driver.ended(1, finished());
  driver.wait(100);
  assert.deepEqual(kinds(driver), ["loadFolder"]);
  driver.loaded("local", []).ended(2, finished()).wait(100);
  assert.deepEqual(kinds(driver), []);
  assert.deepEqual(kinds(driver.wait(1000)), ["loadFolder"]);
});

Deno.test("update() shows what runs in the panel while nobody moves about in it", () => {
  const driver = uploading(60, 2);
  for (let id = 1; id <= 40; id++) driver.ended(id, finished());
  const { cursorId, top, rows } = driver.model.transfers;
  assert.equal(cursorId, 41);
  const shown = rows.slice(top, top + 3).map(({ id }) => id);
  assert.deepEqual(shown.slice(0, 2), [41, 42]);
});

Deno.test("update() tells all about a transfer on Enter", () => {
  const driver = uploading(1).ended(1, { kind: "failed", reason: "The disk is full" });
  driver.press("2", "enter");
  assert.equal(driver.dialog?.kind, "message");
  assert.ok(driver.dialog?.kind === "message" && driver.dialog.lines.includes("The disk is full"));
  assert.equal(driver.press("escape").dialog, undefined);
});

Deno.test("update() refuses more rows than it can show, and drops ended ones before that", () => {
  const driver = uploading(3_000, 1);
  driver.press("home", "*", "u");
  assert.equal(driver.transfers.length, 3_000);
  assert.match(driver.model.notice?.text ?? "", /transfer the folder as a whole/);
  driver.press("2", "P").ended(1, { kind: "paused" });
  assert.equal(names(driver.local).length, 3_001);
});

Deno.test("update() refuses to repeat what a server's history names no file by", () => {
  for (const path of ["../../.profile", "a/../b", "", "a\\b", "a\0b"]) {
    const driver = readyDriver().press("3");
    const record: HistoryRecord = {
      id: 1,
      atMs: 1,
      operation: "download",
      path,
      bytes: 1,
      seconds: 1,
      outcome: "done",
      peer: "127.0.0.1:1",
    };
    const loadId = driver.model.history.loadId;
    driver.send({ kind: "historyLoaded", loadId, records: [record] }).press("R");
    assert.deepEqual([driver.transfers.length, driver.model.notice?.tone], [0, "bad"], path);
  }
});
