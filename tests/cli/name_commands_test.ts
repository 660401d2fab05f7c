import assert from "node:assert/strict";
import { SluiceError } from "#protocol/sluice_error.ts";
import { runWithFakes } from "./cli_run.ts";
import { FakeClient } from "./fake_client.ts";

const ROOT = { "a.txt": 946, docs: { "b.bin": 12_345_678, deep: {} }, "evil\n\x1b[2J": 1 };

Deno.test("list prints names, folders with a slash, and escapes what would reach the terminal", async () => {
  const { code, terminal, client } = await runWithFakes(["list"], { client: new FakeClient(ROOT) });
  assert.equal(code, 0);
  assert.equal(terminal.stdout, "a.txt\ndocs/\nevil\\n\\u{1b}[2J\n");
  assert.equal(terminal.stderr, "");
  assert.equal(client.isClosed, true);
});

Deno.test("list --long aligns kind, size, time and name", async () => {
  const { terminal } = await runWithFakes(["ls", "-l", "/docs/"], { client: new FakeClient(ROOT) });
  const lines = terminal.stdout.trimEnd().split("\n");
  assert.match(lines[0] ?? "", /^file {5}12\.3 MB {2}2026-01-0\d \d\d:04 {2}b\.bin$/);
  assert.match(lines[1] ?? "", /^folder {9}- {2}2026-01-0\d \d\d:04 {2}deep\/$/);
});

Deno.test("list --recursive walks all folders", async () => {
  const { terminal } = await runWithFakes(["list", "-r"], { client: new FakeClient(ROOT) });
  assert.deepEqual(terminal.stdout.split("\n").slice(0, 6), [
    "a.txt",
    "docs/",
    "evil\\n\\u{1b}[2J",
    "docs/b.bin",
    "docs/deep/",
    "",
  ]);
});

Deno.test("list --json prints one object per entry, with the raw name", async () => {
  const { terminal } = await runWithFakes(["--json", "list"], { client: new FakeClient(ROOT) });
  assert.deepEqual(terminal.records[0], {
    type: "result",
    name: "a.txt",
    path: "a.txt",
    kind: "file",
    sizeBytes: 946,
    modifiedAtMs: Date.UTC(2026, 0, 2, 3, 4),
  });
  assert.equal(terminal.records[2]?.name, "evil\n\x1b[2J");
});

Deno.test("stat prints what the server knows, one value per line", async () => {
  const { terminal } = await runWithFakes(["stat", "/docs/b.bin"], {
    client: new FakeClient(ROOT),
  });
  assert.match(
    terminal.stdout,
    /^name {6}docs\/b\.bin\nkind {6}file\nsize {6}12345678 bytes \(12\.3 MB\)\nmodified {2}2026-.*\ndigest {4}xxh128:00\n$/,
  );
});

Deno.test("rename, mkdir and delete pass remote paths as people type them", async () => {
  const client = new FakeClient(ROOT);
  await runWithFakes(["rename", "/a.txt", "docs/c.txt/"], { client });
  await runWithFakes(["mkdir", "new/"], { client });
  await runWithFakes(["mkdir", "-p", "x/y"], { client });
  await runWithFakes(["rm", "--yes", "a.txt", "/docs/"], { client });
  await runWithFakes(["rm", "-y", "--permanent", "a.txt"], { client });
  assert.deepEqual(client.calls, [
    "rename a.txt docs/c.txt",
    "mkdir new",
    "mkdir x/y with parents",
    "delete a.txt",
    "delete docs",
    "delete a.txt for good",
  ]);
});

Deno.test("delete asks on a terminal, and no means that nothing happens", async () => {
  for (const [answer, calls] of [["n", []], ["y", ["delete a.txt"]]] as const) {
    const client = new FakeClient(ROOT);
    const options = { client, isInteractive: true, answers: [answer] };
    const { code, terminal } = await runWithFakes(["delete", "a.txt"], options);
    assert.equal(code, 0);
    assert.match(terminal.stderr, /^Delete "a\.txt"\? \[y\/N\] /);
    assert.deepEqual(client.calls, calls);
  }
});

Deno.test("delete without a terminal needs --yes", async () => {
  const { code, terminal, client } = await runWithFakes(["delete", "a.txt"]);
  assert.equal(code, 2);
  assert.match(terminal.stderr, /^sluice: Cannot delete without asking: add --yes/);
  assert.deepEqual(client.calls, []);
});

Deno.test("delete goes on after a failure and ends with the first one's code", async () => {
  const client = new FakeClient(ROOT);
  const { code, terminal } = await runWithFakes(["rm", "-y", "nix", "a.txt"], { client });
  assert.equal(code, 3);
  assert.equal(terminal.stdout, "deleted a.txt, kept in the server's trash\n");
  assert.match(terminal.stderr, /^sluice: Cannot find "nix": no such file or folder\n$/);
});

Deno.test("status shows a readable block", async () => {
  const { code, terminal, client } = await runWithFakes(["status", "--server", "box:7"]);
  assert.equal(code, 0);
  assert.equal(client.connected?.server, "box:7");
  assert.equal(
    terminal.stdout,
    [
      "server       box:7 is up",
      "version      sluice/0.1.0",
      "uptime       1:01:40",
      "connections  2 of 1024",
      "workers      1 busy, 3 idle, at most 64",
      "waiting      0",
      "transfers    1",
      "throttle     5.0 kB/s per connection, 1.0 kB each 200 ms",
      "",
    ].join("\n"),
  );
});

Deno.test("a missing name is asked for on a terminal and is a usage error elsewhere", async () => {
  const client = new FakeClient(ROOT);
  await runWithFakes(["rename", "a.txt"], { client, isInteractive: true, answers: ["b.txt"] });
  assert.deepEqual(client.calls, ["rename a.txt b.txt"]);
  for (const command of ["stat", "rename", "mkdir", "upload", "download", "delete"]) {
    const { code, terminal } = await runWithFakes([command]);
    assert.equal(code, 2, command);
    assert.match(terminal.stderr, /^sluice: Cannot .* is missing\n$/, command);
  }
});

Deno.test("status says who answered when a server has several processes", async () => {
  const client = new FakeClient();
  const before = await client.status();
  const processes = { answeredBy: 2, running: 3, count: 4 };
  client.status = () => Promise.resolve({ ...before, serverName: "a", processes });
  const { terminal } = await runWithFakes(["status"], { client });
  assert.match(terminal.stdout, /^answered by +server "a", process 2 of 4, 3 running$/m);
});

Deno.test("throttle changes what is given, lifts with none, and shows what holds", async () => {
  const client = new FakeClient(ROOT);
  const set = await runWithFakes(["throttle", "--rate", "5MB/s", "--per-connection", "none"], {
    client,
  });
  assert.equal(set.terminal.stdout, "5.0 MB/s in all\n");
  const shown = await runWithFakes(["throttle", "--json"], { client });
  assert.deepEqual(client.calls, [
    'throttle {"rate":5000000,"ratePerConnection":0}',
    "throttle {}",
  ]);
  const [record] = shown.terminal.records;
  assert.deepEqual([record?.type, record?.rate], ["result", 1_000_000]);
  const wrong = await runWithFakes(["throttle", "--rate", "fast"], { client });
  assert.equal(wrong.code, 2);
});

Deno.test("a failure's error id stands in the JSON and not in the sentence", async () => {
  const client = new FakeClient(ROOT);
  const error = new SluiceError("not_found", "Cannot ask: it is gone", { errorId: "1f2e3d4c" });
  client.status = () => Promise.reject(error);
  const { terminal } = await runWithFakes(["status", "--json"], { client });
  assert.equal(terminal.records[0]?.errorId, "1f2e3d4c");
  assert.equal(terminal.stderr, "sluice: Cannot ask: it is gone\n");
});
