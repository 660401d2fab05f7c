import assert from "node:assert/strict";
import { makeManageWorld, writeTree } from "#tests/support/manage_world.ts";
import { hasProgram, runCommand } from "#tests/support/run_command.ts";

const FILES = { "a.txt": "hello", "odd\nname": "odd", "sub/b": "b", "-dash": "", "tab\there": "t" };
const ENCODER = new TextEncoder();

Deno.test("sha256sum -c reads what checksum prints, and xxhsum -H2 agrees with it", async (t) => {
  await using world = await makeManageWorld();
  await writeTree(world.root.path, FILES);
  const names = Object.keys(FILES);
  await t.step("sha256sum", async () => {
    if (!(await hasProgram("sha256sum"))) return console.log("skipped: there is no sha256sum");
    const sums = await world.run("checksum", "--", ...names);
    assert.equal(sums.code, 0, sums.stderr);
    const checked = await runCommand("sha256sum", ["--strict", "-c"], {
      cwd: world.root.path,
      stdin: ENCODER.encode(sums.stdout),
    });
    assert.equal(checked.code, 0, checked.stdout + checked.stderr);
    assert.equal(checked.stdout.match(/: OK$/gm)?.length, names.length);
  });
  await t.step("xxhsum", async () => {
    if (!(await hasProgram("xxhsum"))) return console.log("skipped: there is no xxhsum");
    const sums = await world.run("checksum", "--algorithm", "xxh128", "a.txt", "sub/b");
    const theirs = await runCommand("xxhsum", ["-H2", "a.txt", "sub/b"], { cwd: world.root.path });
    assert.equal(sums.stdout, theirs.stdout);
  });
  await t.step("the published value of XXH3-128 and CRC-32", async () => {
    const xxh = await world.run("checksum", "-a", "xxh128", "--", "-dash");
    assert.equal(xxh.stdout, "99aa06d3014798d86001c324468d497f  -dash\n");
    const crc = await world.run("checksum", "-a", "crc32", "a.txt", "nix");
    assert.deepEqual([crc.code, crc.stdout], [3, "3610a686  a.txt\n"]);
  });
});

Deno.test("search, preview, history and trash answer from a real server", async () => {
  await using world = await makeManageWorld();
  await writeTree(world.root.path, {
    "Docs/Read.me": "x\x1b[2J\n",
    "Docs/sub/readme.txt": "",
    "b": "",
  });
  const found = await world.run("search", "read");
  assert.deepEqual(found.stdout.trimEnd().split("\n").sort(), [
    "Docs/Read.me",
    "Docs/sub/readme.txt",
  ]);
  assert.equal(
    (await world.run("search", "*.me", "Docs", "--case-sensitive")).stdout,
    "Docs/Read.me\n",
  );
  const cut = await world.run("search", "*", "--limit", "2");
  assert.deepEqual([cut.stdout.trimEnd().split("\n").length, cut.stderr], [
    2,
    "stopped after 2: there are more\n",
  ]);
  assert.equal((await world.run("preview", "Docs/Read.me")).stdout, "x\\u{1b}[2J\n");
  assert.equal((await world.run("rm", "-y", "Docs")).code, 0);
  const { id } = JSON.parse((await world.run("--json", "trash", "list")).stdout);
  assert.equal((await world.run("trash", "restore", id)).stdout, "restored Docs\n");
  assert.equal((await world.run("trash", "restore", id)).code, 3);
  assert.equal((await world.run("rm", "-y", "b")).code, 0);
  assert.equal((await world.run("trash", "empty")).code, 2);
  assert.equal((await world.run("trash", "empty", "--yes")).stdout, "removed 1 entry for good\n");
  const history = await world.run("history", "--json", "--limit", "3");
  const operations = history.stdout.trimEnd().split("\n").map((line) => JSON.parse(line).operation);
  assert.deepEqual(operations.slice(0, 2), ["delete", "restore"]);
});
