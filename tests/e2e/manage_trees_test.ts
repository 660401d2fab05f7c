import assert from "node:assert/strict";
import { makeManageWorld, treeOf, writeTree } from "#tests/support/manage_world.ts";

const ODD_TREE = {
  "plain.txt": "plain",
  "日本語 🎉.txt": "unicode",
  "-dash": "dash",
  "new\nline": "newline",
  "tab\t\x1b[2Jesc": "escape",
  "sub/deep/deeper/x": "deep",
  "sub/empty.txt": "",
  "nothing/at/all/": "",
  [`long/${"n".repeat(250)}`]: "a long name",
};

Deno.test("a tree comes back as it went: odd names, empty folders, times; links are skipped with a note", async () => {
  await using world = await makeManageWorld();
  const tree = world.folder.join("tree");
  await writeTree(tree, ODD_TREE);
  await Deno.writeFile(`${tree}/large.bin`, new Uint8Array(700_000).fill(97));
  const times = ["plain.txt", "sub/deep/deeper", "sub/deep", "sub", "nothing/at/all", "nothing"];
  for (const [index, path] of times.entries()) {
    await Deno.utime(`${tree}/${path}`, new Date(), new Date(1_500_000_000_000 + index * 1000));
  }
  await Deno.utime(tree, new Date(), new Date(1_400_000_000_000));
  const before = await treeOf(world.folder.path);
  await Deno.symlink("/etc/passwd", `${tree}/link`);
  await Deno.utime(tree, new Date(), new Date(1_400_000_000_000));
  const up = await world.run("upload", "tree", "--recursive");
  assert.equal(up.code, 0, up.stderr);
  assert.match(up.stderr, /skipped .*tree\/link: it is a symbolic link/);
  // deno-lint-ignore no-control-regex -- this is about control characters
  assert.doesNotMatch(up.stdout + up.stderr, /[\x00-\x09\x0b-\x1f]/);
  assert.deepEqual(await treeOf(world.root.path), before);
  const down = await world.run("download", "tree", "-r", "--to", "back");
  assert.equal(down.code, 0, down.stderr);
  assert.deepEqual(await treeOf(world.folder.join("back")), before);
  const verified = await world.run("verify", "tree", "tree");
  assert.deepEqual([verified.code, verified.stdout], [0, ""], verified.stderr);
});

Deno.test("--exclude and --include choose; --dry-run prints and changes nothing", async () => {
  await using world = await makeManageWorld();
  const files = { "a.txt": "", "b.md": "", "skip/c.txt": "", "keep/d.txt": "", "keep/e.bin": "" };
  await writeTree(world.folder.join("t"), files);
  const filters = ["--exclude", "skip", "--include", "*.txt"];
  const planned = await world.run("upload", "t", "-r", "--dry-run", ...filters);
  assert.deepEqual([planned.code, planned.stderr], [0, ""]);
  assert.equal(
    planned.stdout,
    "would upload t/a.txt to t/a.txt\nwould upload t/keep/d.txt to t/keep/d.txt\n",
  );
  assert.deepEqual([...(await treeOf(world.root.path)).keys()], []);
  assert.equal((await world.run("upload", "t", "-r", ...filters)).code, 0);
  const taken = [...(await treeOf(world.root.path)).keys()];
  assert.deepEqual(taken, ["t", "t/a.txt", "t/keep", "t/keep/d.txt"]);
  const down = await world.run(
    "download",
    "t",
    "-r",
    "--to",
    "d",
    "--dry-run",
    "--exclude",
    "keep/**",
  );
  assert.match(down.stdout, /^would download t\/a\.txt to .*\/d\/t\/a\.txt\n$/);
  await assert.rejects(Deno.stat(world.folder.join("d")), Deno.errors.NotFound);
});

Deno.test("one file that fails does not stop the rest, and the summary says which and why", async () => {
  await using world = await makeManageWorld();
  const names = Array.from({ length: 20 }, (_, index) => `f${index}`);
  await writeTree(world.folder.join("t"), Object.fromEntries(names.map((name) => [name, name])));
  await writeTree(world.root.path, { "t/f7": "taken", "t/f9/": "" });
  const up = await world.run("upload", "t", "-r");
  assert.equal(up.code, 4);
  assert.match(up.stderr, /2 of 20 files failed:\n(?: {2}t\/f[79]: .+\n){2}/);
  assert.equal(await Deno.readTextFile(world.root.join("t", "f7")), "taken");
  assert.equal(await Deno.readTextFile(world.root.join("t", "f19")), "f19");
  const skipped = await world.run("upload", "t/f7", "t/f8", "--to", "t", "--on-conflict", "skip");
  assert.equal(skipped.code, 0, skipped.stderr);
  const renamed = await world.run("upload", "t/f7", "t/f8", "--to", "t", "--on-conflict", "rename");
  assert.equal(renamed.code, 0, renamed.stderr);
  assert.equal(await Deno.readTextFile(world.root.join("t", "f7 (1)")), "f7");
  await writeTree(world.folder.join("d"), { "t/f1": "mine" });
  const down = await world.run("download", "t", "-r", "--to", "d", "--on-conflict", "skip");
  assert.equal(down.code, 0, down.stderr);
  assert.equal(await Deno.readTextFile(world.folder.join("d", "t", "f1")), "mine");
  assert.equal(await Deno.readTextFile(world.folder.join("d", "t", "f2")), "f2");
});

Deno.test("a folder becomes one archive that other programs read", async () => {
  await using world = await makeManageWorld();
  await writeTree(world.root.path, { "t/a.txt": "a", "t/sub/b.txt": "b" });
  for (const format of ["zip", "tar"] as const) {
    const made = await world.run("download", "t", "--archive", format);
    assert.equal(made.code, 0, made.stderr);
    assert.match(made.stdout, new RegExp(`^downloaded t\\.${format} `));
    assert.ok((await Deno.stat(world.folder.join(`t.${format}`))).size > 100);
    const again = await world.run("download", "t", "--archive", format);
    assert.equal(again.code, 4);
  }
  assert.deepEqual([...(await treeOf(world.folder.path)).keys()], ["t.tar", "t.zip"]);
  const missing = await world.run("download", "nix", "--archive", "zip");
  assert.equal(missing.code, 3);
  assert.deepEqual([...(await treeOf(world.folder.path)).keys()], ["t.tar", "t.zip"]);
});
