import assert from "node:assert/strict";
import { isStalled } from "#tui/model/transfer_rate.ts";
import { type Driver, finished, readyDriver } from "./driver.ts";

function uploading(): Driver {
  return readyDriver().press("end", "u", "t");
}

Deno.test("update() cancels what has moved little at once", () => {
  const driver = uploading().progress(1, 9_000_000).press("c");
  assert.deepEqual(driver.effects, [{ kind: "stopTransfer", id: 1, how: "cancel" }]);
});

Deno.test("update() cancels what has moved much on a second press only", () => {
  const driver = uploading().progress(1, 50_000_000).press("c");
  assert.deepEqual(driver.effects, []);
  assert.match(driver.model.notice?.text ?? "", /c again .* throws away 50\.0 MB/);
  driver.press("c");
  assert.deepEqual(driver.effects, [{ kind: "stopTransfer", id: 1, how: "cancel" }]);
  assert.equal(driver.model.notice, undefined);
});

Deno.test("update() forgets a first press when its notice is gone", () => {
  const driver = uploading().progress(1, 50_000_000).press("c").wait(6_000).press("c");
  assert.deepEqual(driver.effects, []);
});

Deno.test("update() brings transfers that were just asked for into sight", () => {
  const driver = uploading().ended(1, finished()).press("t", "up", "u");
  assert.equal(driver.model.transfers.cursorId, 2);
  assert.equal(driver.press("up", "u").model.transfers.cursorId, 2);
});

Deno.test("a folder whose empty files get through does not count as stalled", () => {
  const driver = uploading().progress(1, 10);
  const [first] = driver.transfers;
  assert.ok(first?.progress);
  const files = { done: 3, failed: 0, total: 9, isCounting: false };
  driver.wait(6_000).send({
    kind: "progressed",
    reports: [{ id: 1, progress: first.progress, files }],
  });
  const [after] = driver.transfers;
  assert.ok(after !== undefined && !isStalled(after, driver.model.nowMs));
});

Deno.test("update() says that it is the filter that hides all names", () => {
  const driver = readyDriver().press("/").type("zzz").press("enter", "enter");
  assert.match(driver.model.notice?.text ?? "", /^No name has the filter's text in it/);
});
