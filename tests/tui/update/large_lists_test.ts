import assert from "node:assert/strict";
import { Driver, files } from "./driver.ts";

Deno.test("update() works out the rows of 20,000 entries only when they change", () => {
  const driver = new Driver().loaded("local", files(20_000)).online().loaded("server", []);
  const { rows } = driver.local;
  assert.equal(rows.length, 20_001);
  driver.press("down", "G", "pageUp", " ", "tab", "tab", "2", "1", "m", "escape", "g").wait(1000);
  driver.mouse("wheelDown", 5, 8).send({ kind: "resized", columns: 120, rows: 40 });
  assert.equal(driver.local.rows, rows);
  assert.notEqual(driver.press("S").local.rows, rows);
});

Deno.test("update() leaves everything as it is when a key changes nothing", () => {
  const driver = new Driver().loaded("local", files(10));
  const { model } = driver;
  driver.press("up", "left", "f12", "z").mouse("release", 3, 3);
  assert.equal(driver.model, model);
});
