import assert from "node:assert/strict";
import { formatAccessToken } from "#protocol/access_token.ts";
import type { AccessRole } from "#protocol/access_role.ts";
import type { ActionId } from "#tui/model/action.ts";
import { whyNot } from "#tui/update/action_limits.ts";
import { type Driver, readyDriver } from "./driver.ts";

const TOKEN = formatAccessToken(new Uint8Array(32).fill(7));

function withRole(role: AccessRole): Driver {
  const link = { state: "online", agent: "sluice/0.1.0", connectionId: undefined, role } as const;
  return readyDriver().send({ kind: "linkChanged", link });
}

Deno.test("update() asks for a token in a dialog, checks it, and gives it away once", () => {
  const driver = readyDriver().send({ kind: "tokenAsked", problem: undefined });
  driver.type("sluice_short").press("enter");
  assert.equal(driver.dialog?.kind, "prompt");
  assert.match(driver.dialog?.kind === "prompt" ? driver.dialog.problem ?? "" : "", /slip/);
  driver.press("ctrl+u").type(TOKEN).press("enter");
  assert.equal(driver.dialog, undefined);
  assert.deepEqual(driver.effects.at(-1), { kind: "giveToken", token: TOKEN });
});

Deno.test("update() declines the question for a token on Escape, and shows why one was refused", () => {
  const driver = readyDriver().send({ kind: "tokenAsked", problem: "it is not accepted" });
  assert.equal(
    driver.dialog?.kind === "prompt" ? driver.dialog.problem : "",
    "it is not accepted",
  );
  driver.press("escape");
  assert.deepEqual(driver.effects.at(-1), { kind: "giveToken", token: undefined });
});

Deno.test("whyNot() says what a role may not do on the server; here everything may be done", () => {
  const denied = (driver: Driver): ActionId[] =>
    (["upload", "trash", "rename", "mkdir", "delete", "deletePermanently", "download"] as const)
      .filter((id) => /may not/.test(whyNot(driver.model, id) ?? ""));
  const changes = ["upload", "trash", "rename", "mkdir", "delete", "deletePermanently"];
  assert.deepEqual(denied(withRole("reader")), ["upload", "trash"]);
  assert.deepEqual(denied(withRole("reader").press("tab")), changes);
  assert.deepEqual(denied(withRole("writer").press("tab")), ["deletePermanently"]);
  assert.deepEqual(denied(withRole("admin").press("tab")), []);
  assert.deepEqual(denied(readyDriver().press("tab")), []);
});
