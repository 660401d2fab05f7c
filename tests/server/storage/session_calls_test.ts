import assert from "node:assert/strict";
import { SessionCalls } from "#server/storage/session_calls.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

Deno.test("SessionCalls.take() answers each call once", async () => {
  await using folder = await makeTempFolder();
  await Deno.mkdir(folder.join("uploads"));
  const [here, there] = [new SessionCalls(folder.path), new SessionCalls(folder.path)];
  assert.equal(here.take("a-0"), false);
  there.call("a-0");
  there.call("a-0");
  assert.equal(here.take("b-0"), false);
  assert.equal(here.take("a-0"), true);
  assert.equal(here.take("a-0"), false);
});

Deno.test("SessionCalls.expire() removes what nobody has answered for a minute, and nothing else", async () => {
  await using folder = await makeTempFolder();
  await Deno.mkdir(folder.join("uploads"));
  const calls = new SessionCalls(folder.path);
  calls.call("old-0");
  calls.call("new-0");
  const longAgo = new Date(Date.now() - 61_000);
  await Deno.writeTextFile(folder.join("uploads", "x.upload"), "bytes");
  for (const name of ["old-0.call", "x.upload"]) {
    await Deno.utime(folder.join("uploads", name), longAgo, longAgo);
  }
  calls.expire();
  const names = await Array.fromAsync(Deno.readDir(folder.join("uploads")), ({ name }) => name);
  assert.deepEqual(names.sort(), ["new-0.call", "x.upload"]);
});
