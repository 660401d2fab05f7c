import assert from "node:assert/strict";
import { Driver, files, finished } from "./driver.ts";

const NOTHING_KNOWN = { local: undefined, server: undefined };

function uploading(count: number): Driver {
  const driver = new Driver({ jobs: 8 }).loaded("local", files(count)).online();
  return driver.loaded("server", []).press("home", "*", "u");
}

function conflict(driver: Driver, id: number): Driver {
  return driver.send({ kind: "conflictFound", id, name: `f${id}`, facts: NOTHING_KNOWN });
}

Deno.test("update() asks about a taken name, the cursor on the answer that loses nothing", () => {
  const driver = conflict(uploading(1), 1);
  assert.equal(driver.transfers[0]?.phase, "asking");
  assert.deepEqual(driver.dialog, {
    kind: "conflict",
    transferId: 1,
    name: "f1",
    direction: "upload",
    facts: NOTHING_KNOWN,
    cursor: 1,
  });
  driver.press("enter");
  assert.deepEqual(driver.effects, [{ kind: "answerConflict", id: 1, policy: "rename" }]);
  assert.deepEqual([driver.dialog, driver.transfers[0]?.phase], [undefined, "running"]);
});

for (const [key, policy] of [["o", "overwrite"], ["b", "rename"], ["s", "skip"]] as const) {
  Deno.test(`update() answers a conflict with ${policy} on its key`, () => {
    const driver = conflict(uploading(1), 1).press(key);
    assert.deepEqual(driver.effects, [{ kind: "answerConflict", id: 1, policy }]);
  });
}

Deno.test("update() asks one conflict after another, the oldest first", () => {
  const driver = uploading(3);
  for (const id of [2, 1, 3]) conflict(driver, id);
  const asked: number[] = [];
  while (driver.dialog?.kind === "conflict") {
    asked.push(driver.dialog.transferId);
    driver.press("s");
  }
  assert.deepEqual(asked, [2, 1, 3]);
});

Deno.test("update() gives the same answer to all of the batch, those that wait and those to come", () => {
  const driver = uploading(3);
  conflict(conflict(driver, 1), 2).press("O");
  assert.deepEqual(
    driver.effects,
    [1, 2].map((id) => (
      { kind: "answerConflict", id, policy: "overwrite" }
    )),
  );
  assert.deepEqual(driver.model.dialogs, []);
  conflict(driver, 3);
  assert.deepEqual(driver.effects, [{ kind: "answerConflict", id: 3, policy: "overwrite" }]);
});

Deno.test("update() asks again in the next batch, and forgets the answers of a batch that is done", () => {
  const driver = conflict(uploading(1), 1).press("S").press("home", "*", "u");
  conflict(driver, 2);
  assert.equal(driver.dialog?.kind, "conflict");
  assert.equal(driver.model.transfers.standingAnswers.size, 1);
  driver.ended(1, finished("skipped"));
  assert.equal(driver.model.transfers.standingAnswers.size, 0);
});

Deno.test("update() does not take the keys from what is being typed", () => {
  const driver = uploading(1).press("n").type("do");
  conflict(driver, 1).type("s");
  assert.equal(driver.dialog?.kind === "prompt" && driver.dialog.input.text, "dos");
  assert.equal(driver.press("escape").dialog?.kind, "conflict");
});

Deno.test("update() pauses the transfer when a conflict is put off by Escape", () => {
  const driver = conflict(uploading(1), 1).press("escape");
  assert.deepEqual(driver.effects, [{ kind: "stopTransfer", id: 1, how: "pause" }]);
  assert.equal(driver.dialog, undefined);
});

Deno.test("update() closes the question when its transfer ends without an answer", () => {
  const driver = conflict(uploading(2), 2).ended(2, { kind: "failed", reason: "gone" });
  assert.equal(driver.dialog, undefined);
});

Deno.test("update() moves through the answers and stays within them", () => {
  const driver = conflict(uploading(1), 1).press("end", "down", "down");
  assert.equal(driver.dialog?.kind === "conflict" && driver.dialog.cursor, 5);
  driver.press("enter");
  assert.deepEqual([...driver.model.transfers.standingAnswers.values()], ["skip"]);
});
