import assert from "node:assert/strict";
import { join } from "node:path";
import { makeToken, runTokenCommand } from "#tests/support/make_token.ts";
import { browserTest } from "./chromium.ts";
import { findViolations } from "./find_violations.ts";
import { PAGE_DEADLINE_MS, startPageWorld } from "./page_world.ts";

browserTest(
  "a person logs in with a token, sees what its role can do, logs out, and is out when it is revoked",
  async () => {
    await using world = await startPageWorld({
      flags: ["--require-token"],
      fill: (root) => Deno.writeTextFile(join(root, "hello.txt"), "hello"),
    });
    const reader = await makeToken(world.root, "ann", "--role", "reader");
    const writer = await makeToken(world.root, "bob", "--role", "writer");
    const page = await world.context.newPage();
    page.setDefaultTimeout(PAGE_DEADLINE_MS);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    const logIn = async (token: string): Promise<void> => {
      await page.getByLabel("Access token").fill(token);
      await page.getByRole("button", { name: "Log in" }).click();
    };
    await page.goto(world.gateway.url);
    await page.getByRole("dialog", { name: "Log in" }).waitFor();
    assert.deepEqual(await findViolations(page), []);
    await page.keyboard.press("Escape");
    await logIn("sluice_wrong");
    await page.getByRole("alert").getByText("This token is not accepted").waitFor();
    await logIn(reader);
    await page.getByText("hello.txt").first().waitFor();
    await page.getByRole("button", { name: "Log out (reader)" }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Upload files" }).count(), 0);
    assert.equal(await page.getByRole("button", { name: "Trash" }).count(), 0);
    const stored = await page.evaluate(
      "document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)",
    );
    assert.equal(stored, "{}{}", "neither token nor session is within reach of a script");
    await page.getByRole("button", { name: "Log out (reader)" }).click();
    await page.getByRole("dialog", { name: "Log in" }).waitFor();
    await logIn(writer);
    await page.getByRole("button", { name: "Upload files" }).waitFor();
    await page.getByRole("button", { name: "Log out (writer)" }).waitFor();
    await runTokenCommand(world.root, ["revoke", "bob"]);
    await page.getByRole("dialog", { name: "Log in" }).waitFor();
    assert.ok(!asked.some((url) => url.includes("sluice_")), "no address holds a token");
    assert.deepEqual(world.complaints, []);
  },
);
