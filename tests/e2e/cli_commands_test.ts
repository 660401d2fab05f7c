import assert from "node:assert/strict";
import { type CommandResult, runClient, runCommand } from "#tests/support/run_command.ts";
import { PROJECT_FOLDER } from "#tests/support/project_files.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";
import { startTestServer } from "#tests/server/test_server.ts";

/** A server, and a client that knows it from SLUICE_SERVER and stands in a folder of its own. */
interface World extends AsyncDisposable {
  readonly folder: TempFolder;
  readonly root: TempFolder;
  readonly address: string;
  run(...args: readonly string[]): Promise<CommandResult>;
}

Deno.test("files go up, are listed, renamed, come down the same, and are deleted", async () => {
  await using world = await makeWorld();
  const content = crypto.getRandomValues(new Uint8Array(60_000));
  await Deno.writeFile(world.folder.join("a b.bin"), content);
  const up = await world.run("upload", "a b.bin", "--to", "/docs");
  assert.deepEqual([up.code, up.stderr], [0, ""]);
  assert.match(up.stdout, /^uploaded a b\.bin to docs\/a b\.bin \(60\.0 kB.*\)\n$/);
  assert.equal((await world.run("ls", "docs")).stdout, "a b.bin\n");
  assert.equal((await world.run("mkdir", "new")).stdout, "made new/\n");
  assert.equal((await world.run("mv", "docs/a b.bin", "new/c.bin")).code, 0);
  assert.equal((await world.run("list", "-r")).stdout, "docs/\nnew/\nnew/c.bin\n");
  assert.match((await world.run("stat", "new/c.bin")).stdout, /^size +60000 bytes/m);
  assert.equal((await world.run("download", "new/c.bin")).code, 0);
  assert.deepEqual(await Deno.readFile(world.folder.join("c.bin")), content);
  assert.equal((await world.run("rm", "--yes", "new", "docs")).code, 0);
  assert.equal((await world.run("list")).stdout, "");
});

Deno.test("a folder comes back as it went, names of all kinds and empty folders included", async () => {
  await using world = await makeWorld();
  const names = [
    "plain.txt",
    "日本語 🎉.txt",
    "-dash",
    "new\nline",
    "tab\t\x1b[2Jesc",
    "sub/deep/x",
  ];
  await Deno.mkdir(world.folder.join("tree", "sub", "deep"), { recursive: true });
  await Deno.mkdir(world.folder.join("tree", "empty"));
  for (const name of names) await Deno.writeTextFile(world.folder.join("tree", name), name);
  const up = await world.run("upload", "tree", "--recursive");
  assert.equal(up.code, 0, up.stderr);
  // deno-lint-ignore no-control-regex -- this is about control characters
  assert.doesNotMatch(up.stdout + up.stderr, /[\x00-\x09\x0b-\x1f]/);
  const down = await world.run("download", "tree", "-r", "--to", "back");
  assert.equal(down.code, 0, down.stderr);
  for (const name of names) {
    assert.equal(await Deno.readTextFile(world.folder.join("back", "tree", name)), name);
  }
  assert.ok((await Deno.stat(world.folder.join("back", "tree", "empty"))).isDirectory);
});

Deno.test("each kind of failure has its exit code and one line that says why", async () => {
  await using world = await makeWorld();
  await Deno.writeTextFile(world.folder.join("a.txt"), "a");
  await Deno.mkdir(world.folder.join("sub"));
  await world.run("upload", "a.txt");
  await world.run("mkdir", "d");
  const cases: readonly (readonly [code: number, args: readonly string[]])[] = [
    [2, ["nonsense"]],
    [2, ["delete", "a.txt"]],
    [2, ["list", "--server", "not an address"]],
    [3, ["stat", "nix"]],
    [3, ["upload", "nix"]],
    [3, ["download", "nix"]],
    [4, ["upload", "a.txt"]],
    [4, ["upload", "sub"]],
    [4, ["list", "a.txt"]],
    [4, ["mkdir", "a.txt"]],
    [4, ["rename", "a.txt", "d"]],
    [5, ["stat", "../etc/passwd"]],
    [5, ["list", ".sluice"]],
    [6, ["list", "--server", "127.0.0.1:1"]],
    [6, ["upload", "a.txt", "--server", "127.0.0.1:1"]],
  ];
  for (const [code, args] of cases) {
    const result = await world.run(...args);
    assert.equal(result.code, code, `${args.join(" ")}: ${result.stderr}`);
    assert.match(result.stderr, /^sluice: Cannot [^\n]+\n$/, args.join(" "));
    assert.equal(result.stdout, "");
  }
});

Deno.test("--on-conflict decides about taken names", async () => {
  await using world = await makeWorld();
  const write = (text: string): Promise<void> =>
    Deno.writeTextFile(world.folder.join("a.txt"), text);
  await write("one");
  await world.run("upload", "a.txt");
  await write("two");
  const renamed = await world.run("upload", "a.txt", "--on-conflict", "rename");
  assert.match(renamed.stdout, /^uploaded a\.txt to a \(1\)\.txt \(3 B.*\)\n$/);
  const skipped = await world.run("upload", "a.txt", "--on-conflict", "skip");
  assert.equal(skipped.stdout, "skipped a.txt: the name is taken on the server\n");
  assert.equal(await Deno.readTextFile(world.root.join("a.txt")), "one");
  const replaced = await world.run("upload", "a.txt", "--on-conflict", "overwrite");
  assert.match(replaced.stdout, /^uploaded a\.txt \(3 B.*, replaced\)\n$/);
  assert.equal(await Deno.readTextFile(world.root.join("a.txt")), "two");
});

Deno.test("--json prints results that a script can read", async () => {
  await using world = await makeWorld();
  await Deno.writeTextFile(world.folder.join("a.txt"), "hello");
  const { stdout, stderr } = await world.run("--json", "upload", "a.txt", "--verify", "sha256");
  const records = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  const { seconds, ...result } = records.at(-1);
  assert.equal(typeof seconds, "number");
  assert.deepEqual(result, {
    type: "result",
    name: "a.txt",
    direction: "upload",
    outcome: "created",
    localPath: world.folder.join("a.txt"),
    remotePath: "a.txt",
    sizeBytes: 5,
    digest: "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
    resumedFromBytes: 0,
    wireBytes: 5,
  });
  assert.equal(stderr, "");
  const failed = await world.run("stat", "nix", "--json");
  assert.equal(JSON.parse(failed.stdout).code, "not_found");
});

Deno.test("status says that the server is up", async () => {
  await using world = await makeWorld();
  const { code, stdout } = await world.run("status");
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`^server +${world.address} is up\nversion +sluice/`));
});

Deno.test("a reader that goes away ends the client without a word", async () => {
  await using world = await makeWorld();
  for (let index = 0; index < 2_000; index++) {
    await Deno.writeTextFile(world.root.join(`${index}-${"x".repeat(100)}`), "");
  }
  const { stdout, stderr } = await runCommand("sh", ["-c", "deno run client.ts ls | head -n 1"], {
    cwd: PROJECT_FOLDER,
    env: { SLUICE_SERVER: world.address },
  });
  assert.match(stdout, /^0-x+\n$/);
  assert.doesNotMatch(stderr, /sluice:|rror|at /);
});

Deno.test("deno run client.ts needs no flag, passes the exit code on, and knows where one stands", async () => {
  await using world = await makeWorld();
  const sub = `${PROJECT_FOLDER}/docs`;
  const env = { SLUICE_SERVER: world.address };
  const run = (...args: readonly string[]): Promise<CommandResult> =>
    // A task leaves INIT_CWD as it is when it runs in another task, as these tests do.
    runCommand("env", ["-u", "INIT_CWD", Deno.execPath(), "run", "client.ts", ...args], {
      cwd: sub,
      env,
    });
  assert.equal((await run("upload", "protocol.md")).code, 0);
  assert.equal((await run("stat", "nix")).code, 3);
  assert.ok((await Deno.stat(world.root.join("protocol.md"))).isFile);
});

Deno.test("deno task install puts a sluice on the PATH that works from any folder", async () => {
  await using world = await makeWorld();
  const env = { DENO_INSTALL_ROOT: world.folder.join("deno"), SLUICE_SERVER: world.address };
  const installed = await runCommand(Deno.execPath(), ["task", "install"], {
    cwd: PROJECT_FOLDER,
    env,
  });
  assert.equal(installed.code, 0, installed.stderr);
  await Deno.writeTextFile(world.folder.join("a.txt"), "a");
  const sluice = world.folder.join(
    "deno",
    "bin",
    Deno.build.os === "windows" ? "sluice.cmd" : "sluice",
  );
  const upload = await runCommand(sluice, ["upload", "a.txt"], { cwd: world.folder.path, env });
  assert.deepEqual([upload.code, upload.stderr], [0, ""]);
  assert.match(upload.stdout, /^uploaded a\.txt \(1 B.*\)\n$/);
  // Another program's INIT_CWD, such as npm's, is none of its business.
  const elsewhere = { ...env, INIT_CWD: "/nowhere" };
  const again = await runCommand(sluice, ["upload", "a.txt", "--as", "b.txt"], {
    cwd: world.folder.path,
    env: elsewhere,
  });
  assert.equal(again.code, 0, again.stderr);
});

async function makeWorld(): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await makeTempFolder());
  const root = stack.use(await makeTempFolder());
  const { port } = stack.use(await startTestServer({ root: root.path }));
  const address = `127.0.0.1:${port}`;
  const owned = stack.move();
  return {
    folder,
    root,
    address,
    run: (...args) => runClient(args, { cwd: folder.path, env: { SLUICE_SERVER: address } }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
