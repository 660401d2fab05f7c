import assert from "node:assert/strict";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";
import { type CliRun, type CliRunOptions, runWithFakes } from "./cli_run.ts";
import { FakeClient } from "./fake_client.ts";
import type { FakeFolder } from "./fake_nodes.ts";

const ROOT: FakeFolder = {
  "a.txt": 1,
  docs: { "b.txt": 2, deep: { "c.txt": 3 }, empty: {}, link: "symlink" },
};

Deno.test("download saves files in the current folder, or in --to", async () => {
  await using folder = await makeTempFolder();
  await Deno.mkdir(folder.join("there"));
  const here = await runIn(folder, ["download", "/a.txt"]);
  assert.deepEqual([here.code, here.terminal.stdout], [0, "downloaded a.txt (1 B)\n"]);
  const there = await runIn(folder, ["download", "docs/b.txt", "--to", "there"]);
  assert.equal(there.terminal.stdout, "downloaded b.txt to there/b.txt (2 B)\n");
  assert.deepEqual(await tree(folder.path), ["a.txt", "there/", "there/b.txt"]);
});

Deno.test("download --recursive brings folders, empty ones too, and skips what is no file", async () => {
  await using folder = await makeTempFolder();
  const { code, terminal } = await runIn(folder, ["download", "docs", "-r"]);
  assert.equal(code, 0);
  assert.deepEqual(await tree(folder.path), [
    "docs/",
    "docs/b.txt",
    "docs/deep/",
    "docs/deep/c.txt",
    "docs/empty/",
  ]);
  assert.match(terminal.stderr, /skipped docs\/link: it is a symbolic link/);
});

Deno.test("download --recursive of root puts what is in it into the target itself", async () => {
  await using folder = await makeTempFolder();
  const { code } = await runIn(folder, ["download", "/", "-r", "--to", "all"]);
  assert.equal(code, 0);
  assert.ok((await tree(folder.path)).includes("all/docs/deep/c.txt"));
});

Deno.test("download refuses a folder without --recursive and says how", async () => {
  await using folder = await makeTempFolder();
  for (const args of [["docs"], ["docs", "a.txt"], ["/"]]) {
    const { code, terminal } = await runIn(folder, ["download", ...args]);
    assert.equal(code, 4, args.join(" "));
    assert.match(
      terminal.stderr,
      /^sluice: Cannot download ".*": it is a folder, add --recursive$/m,
    );
  }
});

Deno.test("download refuses to replace a local folder by a file", async () => {
  await using folder = await makeTempFolder();
  await Deno.mkdir(folder.join("a.txt"));
  const { code, terminal, client } = await runIn(folder, ["download", "a.txt"]);
  assert.equal(code, 4);
  assert.match(terminal.stderr, /a folder has that name/);
  assert.deepEqual(client.calls, []);
});

const HOSTILE = ["..", ".", "", "../../x", "/etc/x", "a\\b", "a\0b", ".sluice/../x"];

Deno.test("no name that a server gives leads out of the target folder", async () => {
  await using folder = await makeTempFolder();
  await Deno.mkdir(folder.join("target"));
  const entries = Object.fromEntries(HOSTILE.map((name) => [name, 1]));
  const folders = Object.fromEntries(HOSTILE.map((name) => [name, { pwned: 1 }]));
  for (const evil of [entries, folders]) {
    const client = new FakeClient({ evil: { ...evil, "good.txt": 1 } });
    const args = ["download", "evil", "-r", "--to", "target"];
    const { code, terminal } = await runIn(folder, args, { client });
    assert.equal(code, 5);
    assert.match(terminal.stdout, /downloaded evil\/good\.txt/);
    const refused = terminal.stderr.match(/^sluice: Cannot use name/gm)?.length ?? 0;
    assert.ok(refused >= HOSTILE.length, `${refused} were refused`);
    assert.deepEqual(await tree(folder.path), ["target/", "target/evil/", "target/evil/good.txt"]);
  }
});

Deno.test("names that Windows takes for something else are refused there", async () => {
  await using folder = await makeTempFolder();
  const client = new FakeClient({ evil: { "a:stream": 1, "NUL": 1, "x.": 1, "good.txt": 1 } });
  const args = ["download", "evil", "-r", "--to", "."];
  const { code } = await runIn(folder, args, { client, os: "windows" });
  assert.equal(code, 5);
  assert.deepEqual(await tree(folder.path), ["evil/", "evil/good.txt"]);
});

Deno.test("a symbolic link in the target folder is not followed into", async () => {
  await using folder = await makeTempFolder();
  await Deno.mkdir(folder.join("outside"));
  await Deno.mkdir(folder.join("docs"));
  await Deno.symlink(folder.join("outside"), folder.join("docs", "deep"));
  const { code, terminal } = await runIn(folder, ["download", "docs", "-r"]);
  assert.equal(code, 5);
  assert.match(terminal.stderr, /Cannot save into ".*deep": it is a symbolic link/);
  assert.deepEqual(await tree(folder.join("outside")), []);
});

function runIn(
  folder: TempFolder,
  args: readonly string[],
  options: CliRunOptions = {},
): Promise<CliRun> {
  const client = new FakeClient(ROOT);
  return runWithFakes(args, { client, workingFolder: folder.path, ...options });
}

async function tree(path: string, prefix = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(path)) {
    found.push(prefix + entry.name + (entry.isDirectory ? "/" : ""));
    if (!entry.isDirectory) continue;
    found.push(...await tree(`${path}/${entry.name}`, `${prefix}${entry.name}/`));
  }
  return found.sort();
}
