import assert from "node:assert/strict";
import { CHART_SECONDS } from "#tui/update/link_update.ts";
import { type Driver, file, names, readyDriver, record, SERVER_ENTRIES } from "./driver.ts";

function kinds(driver: Driver): readonly string[] {
  return driver.effects.map(({ kind }) => kind);
}

Deno.test("update() keeps the server's list while it is gone, and reads it when it is back", () => {
  const driver = readyDriver().offline();
  assert.deepEqual(names(driver.server), ["photos", "sample.txt", "script.py"]);
  driver.online();
  assert.deepEqual(driver.effects, [
    { kind: "loadFolder", side: "server", folder: "", loadId: 2 },
  ]);
  assert.equal(driver.server.isQuiet, true);
  assert.match(driver.model.notice?.text ?? "", /back/);
});

Deno.test("update() keeps the list also when a load was under way as the server went", () => {
  const driver = readyDriver().press("tab", "f5").offline().failed("server", "gone", "");
  assert.equal(driver.server.rows.length, 3);
  assert.equal(driver.server.failure, undefined);
});

Deno.test("update() lets everything local be done while the server is gone", () => {
  const driver = readyDriver().offline().press("down", "enter");
  assert.deepEqual(kinds(driver), ["loadFolder"]);
  driver.loaded("local", [file("x")]).press("end", "r").type("2").press("enter");
  assert.deepEqual(kinds(driver), ["rename"]);
});

Deno.test("update() says why nothing of the server can be done while it is gone", () => {
  const driver = readyDriver().offline().press("tab", "enter");
  assert.deepEqual(driver.effects, []);
  assert.match(driver.model.notice?.text ?? "", /server cannot be reached/);
});

Deno.test("update() connects now when asked to, and only while the server is gone", () => {
  const driver = readyDriver().press("C");
  assert.deepEqual(driver.effects, []);
  assert.deepEqual(kinds(driver.offline().press("C")), ["reconnect"]);
});

Deno.test("update() reads the server's folder quietly when it has changed, once a second", () => {
  const driver = readyDriver().snapshot({ changes: 1 }).wait(2000).loaded("server", SERVER_ENTRIES);
  driver.wait(2000).press("tab", "down", " ");
  driver.snapshot({ changes: 2 });
  assert.deepEqual(kinds(driver), ["loadFolder"]);
  driver.snapshot({ changes: 3 });
  assert.deepEqual(kinds(driver), []);
  driver.loaded("server", [file("new"), ...SERVER_ENTRIES], "");
  assert.equal(driver.server.rows[driver.server.cursor]?.name, "script.py");
  assert.deepEqual([...driver.server.selected], ["sample.txt"]);
  assert.deepEqual(kinds(driver.wait(900)), []);
  assert.deepEqual(kinds(driver.wait(100)), ["loadFolder"]);
  assert.deepEqual(kinds(driver.loaded("server", [], "").snapshot({ changes: 3 }).wait(5000)), []);
});

Deno.test("update() never reads a folder again while the last load is still under way", () => {
  const driver = readyDriver().wait(2000).snapshot({ changes: 2 });
  assert.deepEqual(kinds(driver), ["loadFolder"]);
  for (let changes = 3; changes < 9; changes++) {
    assert.deepEqual(kinds(driver.wait(1000).snapshot({ changes })), []);
  }
});

Deno.test("update() keeps one pair of rates for each second, and five minutes of them", () => {
  const driver = readyDriver().snapshot();
  driver.wait(1000).wait(250).wait(250).wait(500);
  assert.deepEqual(driver.model.server.rates, [{ up: 5, down: 7 }, { up: 5, down: 7 }]);
  driver.offline().wait(1000);
  assert.deepEqual(driver.model.server.rates.at(-1), { up: 0, down: 0 });
  driver.wait(3_600_000);
  assert.equal(driver.model.server.rates.length, CHART_SECONDS);
});

Deno.test("update() forgets the server's state when the server is gone", () => {
  assert.equal(readyDriver().snapshot().offline().model.server.snapshot, undefined);
});

Deno.test("update() reads the history when its view comes up, and again when there is more", () => {
  const driver = readyDriver().snapshot({ historyRecords: 1 }).press("3");
  assert.deepEqual(driver.effects, [{ kind: "loadHistory", loadId: 1, onlyFailed: false }]);
  driver.snapshot({ historyRecords: 2 });
  assert.deepEqual(driver.effects, []);
  driver.send({ kind: "historyLoaded", loadId: 1, records: [record(1)] });
  assert.deepEqual(kinds(driver), ["loadHistory"]);
  driver.send({ kind: "historyLoaded", loadId: 2, records: [record(2), record(1)] });
  assert.deepEqual(driver.effects, []);
  assert.deepEqual(kinds(driver.press("1").snapshot({ historyRecords: 3 })), []);
});

Deno.test("update() ignores a history that was asked for earlier", () => {
  const driver = readyDriver().press("3", "f5");
  driver.send({ kind: "historyLoaded", loadId: 1, records: [record(1)] });
  assert.deepEqual(driver.model.history.records, []);
});

Deno.test("update() filters the history as one types, and shows only what failed on `e`", () => {
  const driver = readyDriver().press("3");
  const records = [record(3, { outcome: "timeout" }), record(2, { peer: "10.0.0.9" }), record(1)];
  driver.send({ kind: "historyLoaded", loadId: 1, records });
  driver.press("/").type("10.0");
  assert.deepEqual(driver.model.history.rows.map(({ id }) => id), [2]);
  driver.press("enter", "escape");
  assert.equal(driver.model.history.rows.length, 3);
  driver.press("e");
  assert.deepEqual(driver.model.history.rows.map(({ id }) => id), [3]);
  assert.deepEqual(driver.effects, [{ kind: "loadHistory", loadId: 2, onlyFailed: true }]);
});

Deno.test("update() repeats a transfer of the history with the present local folder", () => {
  const driver = readyDriver().press("3");
  const records = [
    record(2, { operation: "download", path: "a/b.txt" }),
    record(1, { operation: "rename" }),
  ];
  driver.send({ kind: "historyLoaded", loadId: 1, records }).press("R");
  const [transfer] = driver.transfers;
  assert.deepEqual(
    [transfer?.direction, transfer?.localPath, transfer?.remotePath],
    ["download", "/home/me/b.txt", "a/b.txt"],
  );
  driver.press("down", "R");
  assert.equal(driver.transfers.length, 1);
  assert.match(driver.model.notice?.text ?? "", /Only uploads and downloads/);
});

Deno.test("update() keeps the cursor of the history on its record when new ones come in", () => {
  const driver = readyDriver().press("3");
  driver.send({ kind: "historyLoaded", loadId: 1, records: [record(2), record(1)] });
  driver.press("down", "f5");
  driver.send({ kind: "historyLoaded", loadId: 2, records: [record(3), record(2), record(1)] });
  assert.equal(driver.model.history.cursor, 2);
});

Deno.test("update() removes a notice when its time is over", () => {
  const driver = readyDriver().press("J");
  assert.notEqual(driver.wait(4000).model.notice, undefined);
  assert.equal(driver.wait(2000).model.notice, undefined);
});

Deno.test("update() says in the question for a folder that the server has gone", () => {
  const driver = readyDriver().press("tab", ":").type("x").press("enter").offline();
  assert.equal(driver.dialog?.kind === "prompt" && driver.dialog.problem, "refused");
  assert.equal(driver.online().loaded("server", SERVER_ENTRIES, "").dialog?.kind, "prompt");
});
