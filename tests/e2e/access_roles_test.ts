import assert from "node:assert/strict";
import { makeToken, runTokenCommand } from "#tests/support/make_token.ts";
import { type CommandResult, runClient } from "#tests/support/run_command.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

const DENIED = 5;

Deno.test("a reader, a writer and an admin each do what their role says, and no more", async () => {
  await using folder = await makeTempFolder();
  const root = folder.join("root");
  await using server = await startServerProcess({ root, flags: ["--require-token"] });
  const [ann, bob, sue] = await Promise.all([
    makeToken(root, "ann", "--role", "reader"),
    makeToken(root, "bob", "--role", "writer"),
    makeToken(root, "sue", "--role", "admin"),
  ]);
  await Deno.writeTextFile(folder.join("local.txt"), "hello");
  await Deno.writeTextFile(`${root}/there.txt`, "there");
  const as = (SLUICE_TOKEN: string, ...args: readonly string[]): Promise<CommandResult> =>
    runClient(["--server", server.address, ...args], { cwd: folder.path, env: { SLUICE_TOKEN } });
  const codes = async (
    token: string,
    ...commands: readonly (readonly string[])[]
  ): Promise<number[]> =>
    (await Promise.all(commands.map((args) => as(token, ...args)))).map(
      ({ code }) => code,
    );
  const looks = [
    ["list"],
    ["stat", "there.txt"],
    ["download", "there.txt", "--as", "copy.txt"],
    ["search", "there"],
    ["checksum", "there.txt"],
    ["status"],
  ];
  assert.deepEqual(await codes(ann, ...looks), looks.map(() => 0));
  const changes = [
    ["upload", "local.txt"],
    ["mkdir", "folder"],
    ["rename", "there.txt", "moved.txt"],
    ["delete", "there.txt", "--yes"],
    ["trash", "list"],
  ];
  assert.deepEqual(await codes(ann, ...changes), changes.map(() => DENIED));
  assert.equal(await Deno.readTextFile(`${root}/there.txt`), "there");

  for (const args of changes.slice(0, 3)) assert.deepEqual(await codes(bob, args), [0], `${args}`);
  assert.deepEqual(await codes(bob, ["delete", "moved.txt", "--yes"], ["trash", "list"]), [0, 0]);
  const forGood = [["delete", "local.txt", "--permanent", "--yes"], ["trash", "empty", "--yes"]];
  assert.deepEqual(await codes(bob, ...forGood), [DENIED, DENIED]);
  assert.equal(await Deno.readTextFile(`${root}/local.txt`), "hello");

  const own = await as(ann, "history", "--json");
  assert.match(own.stdout, /"operation":"download","path":"there.txt".*"token":"ann"/);
  assert.doesNotMatch(own.stdout, /bob/);
  assert.deepEqual(await codes(sue, ...forGood), [0, 0]);
  const everybody = await as(sue, "history");
  assert.match(everybody.stdout, /ann at 127\.0\.0\.1/);
  assert.match(everybody.stdout, /bob at 127\.0\.0\.1/);
  assert.match(everybody.stdout, /sue at 127\.0\.0\.1/);
});

Deno.test("a token with a path sees that folder as root; one whose time is over sees nothing", async () => {
  await using folder = await makeTempFolder();
  const root = folder.join("root");
  await using server = await startServerProcess({ root, flags: ["--require-token"] });
  const token = await makeToken(root, "ci", "--role", "writer", "--path", "/builds/nightly");
  await Deno.writeTextFile(`${root}/secret.txt`, "secret");
  await Deno.writeTextFile(folder.join("a.txt"), "built");
  const run = (SLUICE_TOKEN: string, ...args: readonly string[]): Promise<CommandResult> =>
    runClient(["--server", server.address, ...args], { cwd: folder.path, env: { SLUICE_TOKEN } });
  assert.equal((await run(token, "upload", "a.txt", "--to", "today")).code, 0);
  assert.equal(await Deno.readTextFile(`${root}/builds/nightly/today/a.txt`), "built");
  assert.equal((await run(token, "list", "--recursive")).stdout, "today/\ntoday/a.txt\n");
  assert.equal((await run(token, "search", "secret")).stdout, "");
  const out = await run(token, "download", "../../secret.txt");
  assert.notEqual(out.code, 0);
  assert.doesNotMatch(out.stderr + out.stdout, /builds|nightly/);
  await server.waitForLog((line) => line.includes("builds/nightly/today/a.txt"), "the real name");

  const brief = await makeToken(root, "brief", "--role", "reader", "--expires", "1s");
  // The file system's clock and ours are the same: it is over when the list says so.
  while (!/brief .* expired/.test((await runTokenCommand(root, ["list"])).stdout));
  const late = await run(brief, "list");
  assert.equal(late.code, DENIED);
  assert.match(late.stderr, /not accepted/);
});
