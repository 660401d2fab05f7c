import assert from "node:assert/strict";
import { type Driver, finished, readyDriver } from "./driver.ts";

function uploading(): Driver {
  return readyDriver().press("end", "u");
}

Deno.test("update() ends at once on `q` when nothing runs", () => {
  const driver = readyDriver().press("q");
  assert.deepEqual(driver.model.exit, { code: 0 });
  assert.deepEqual(driver.effects, [{ kind: "leave" }]);
});

Deno.test("update() asks on `q` while transfers run, and stays when told to", () => {
  const driver = uploading().press("q");
  assert.equal(driver.dialog?.kind, "quit");
  assert.equal(driver.press("n").dialog, undefined);
  assert.equal(driver.press("q", "escape").model.exit, undefined);
});

Deno.test("update() waits for the transfers, then ends", () => {
  const driver = uploading().press("q", "w");
  assert.equal(driver.model.isLeaving, true);
  driver.ended(1, finished());
  assert.deepEqual([driver.model.exit, driver.effects], [{ code: 0 }, [{ kind: "leave" }]]);
});

Deno.test("update() stops at once and keeps what was moved when told to", () => {
  const driver = uploading().press("q", "s");
  assert.deepEqual([driver.model.exit, driver.effects], [{ code: 0 }, [{ kind: "leave" }]]);
});

Deno.test("update() ends when nothing runs any more before the question is answered", () => {
  const driver = uploading().press("q").ended(1, finished());
  assert.deepEqual([driver.model.exit, driver.effects], [{ code: 0 }, [{ kind: "leave" }]]);
});

Deno.test("update() no longer waits when the person stays after all", () => {
  const driver = uploading().press("q", "w", "q", "n").ended(1, finished());
  assert.equal(driver.model.exit, undefined);
});

Deno.test("update() asks on the first Ctrl-C, also over a dialog, and stops on the second", () => {
  const driver = uploading().press("n").type("abc").press("ctrl+c");
  assert.equal(driver.dialog?.kind, "quit");
  assert.deepEqual(driver.press("ctrl+c").model.exit, { code: 130 });
});

Deno.test("update() ends with the asked code on a signal, whatever is open", () => {
  const driver = uploading().press("q").send({ kind: "stopAsked", code: 143 });
  assert.deepEqual(driver.model.exit, { code: 143 });
});

Deno.test("update() ends for paused transfers without a question: they are kept", () => {
  const driver = uploading().press("t", "p").ended(1, { kind: "paused" }).press("q");
  assert.deepEqual(driver.model.exit, { code: 0 });
});

Deno.test("update() does nothing any more once the program ends", () => {
  const driver = readyDriver().press("q");
  const { model } = driver;
  assert.equal(driver.press("down").model, model);
  assert.deepEqual(driver.effects, []);
});
