import assert from "node:assert/strict";
import { sumLine } from "#client/cli/commands/checksum.ts";
import { decodeText, hexLines, textLines } from "#client/cli/output/head_text.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { runWithFakes } from "./cli_run.ts";
import { FakeClient } from "./fake_client.ts";

const ROOT = { "a.txt": 9, docs: { "B.TXT": 1, "evil\x1b[2J": 2 } };
const ENTRY = { id: "t1", path: "docs/x", kind: "file", sizeBytes: 9, deletedAtMs: 0 } as const;

Deno.test("search prints paths as they are found, escaped, and passes its flags on", async () => {
  const client = new FakeClient(ROOT);
  const { code, terminal } = await runWithFakes(["search", "*", "/docs/"], { client });
  assert.deepEqual([code, terminal.stdout], [0, "docs/B.TXT\ndocs/evil\\u{1b}[2J\n"]);
  const cut = await runWithFakes(["search", "txt", "--limit", "1"], { client });
  assert.equal(cut.terminal.both, "a.txt\nstopped after 1: there are more\n");
  const sensitive = await runWithFakes(["search", ".txt", "--case-sensitive"], { client });
  assert.equal(sensitive.terminal.stdout, "a.txt\n");
  const json = await runWithFakes(["--json", "search", "b.txt"], { client });
  assert.equal(json.terminal.records[0]?.path, "docs/B.TXT");
  const none = await runWithFakes(["search", "nix"], { client });
  assert.deepEqual([none.code, none.terminal.stderr], [0, "nothing was found\n"]);
  assert.equal((await runWithFakes(["search", "x", "--limit", "0"])).code, 2);
});

Deno.test("checksum prints lines for sha256sum -c, and escapes them only for a terminal", async () => {
  const client = new FakeClient({ ...ROOT, "new\nline": 1, "esc\x1b": 1 });
  const args = ["checksum", "a.txt", "new\nline", "nix", "esc\x1b"];
  const { code, terminal } = await runWithFakes(args, { client });
  assert.equal(code, 3);
  assert.equal(terminal.stdout, "00ff  a.txt\n\\00ff  new\\nline\n00ff  esc\x1b\n");
  const seen = await runWithFakes(["checksum", "esc\x1b"], { client, isInteractive: true });
  assert.equal(seen.terminal.stdout, "00ff  esc\\u{1b}\n");
  const json = await runWithFakes(["--json", "checksum", "a.txt", "-a", "crc32"], { client });
  assert.deepEqual(json.terminal.records.map(({ type }) => type), ["progress", "result"]);
  assert.equal(json.terminal.records[1]?.digest, "crc32:00ff");
});

Deno.test("sumLine() escapes as GNU sha256sum does", () => {
  assert.equal(sumLine("00", "a b"), "00  a b");
  assert.equal(sumLine("00", "a\\b\n\r"), "\\00  a\\\\b\\n\\r");
});

Deno.test("preview shows text with its lines and escapes, and all else as bytes", async () => {
  const client = new FakeClient(ROOT);
  client.head = new TextEncoder().encode("one\ttwo\r\n\x1b[31mred\n");
  const text = await runWithFakes(["preview", "a.txt"], { client });
  assert.equal(text.terminal.both, "one\ttwo\n\\u{1b}[31mred\n");
  client.head = new Uint8Array([0, 1, 65, 255]);
  const binary = await runWithFakes(["preview", "a.txt", "--bytes", "3"], { client });
  assert.match(binary.terminal.stdout, /^00000000 {2}00 01 41 +\|\.\.A\|\n$/);
  assert.equal(binary.terminal.stderr, "the first 3 B of 4 B\n");
  const json = await runWithFakes(["preview", "a.txt", "--json"], { client });
  assert.equal(json.terminal.records[0]?.base64, "AAFB/w==");
  assert.equal((await runWithFakes(["preview", "a.txt", "--bytes", "2MiB"], { client })).code, 0);
});

Deno.test("decodeText() takes a cut character at the end for text, and damage for bytes", () => {
  const bytes = new TextEncoder().encode("grün");
  assert.equal(decodeText(bytes.subarray(0, 3), false), "gr");
  assert.equal(decodeText(bytes.subarray(0, 3), true), undefined);
  assert.equal(decodeText(new Uint8Array([65, 0]), true), undefined);
  assert.equal(textLines("a\r\nb\n"), "a\nb");
  assert.equal(hexLines(new Uint8Array(17)).split("\n").length, 2);
});

Deno.test("history prints a line per record and passes its flags on", async () => {
  const client = new FakeClient();
  const base = { atMs: 0, peer: "1.2.3.4:5", bytes: 0, seconds: 0, outcome: "done" };
  client.records = [
    { ...base, id: 2, operation: "rename", path: "a\x1b", target: "b" },
    { ...base, id: 1, operation: "upload", path: "c", bytes: 946, outcome: "disk_full" },
  ];
  const args = ["history", "-n", "5", "--failed", "--name", "*.txt"];
  const { terminal } = await runWithFakes(args, { client });
  assert.deepEqual(client.calls, ["history 5 true *.txt"]);
  const [rename, upload] = terminal.stdout.split("\n");
  assert.match(rename ?? "", /^1970-.* {2}rename {10}- {2}a\\u\{1b\} to b \(1\.2\.3\.4:5\)$/);
  assert.match(upload ?? "", /upload {6}946 B {2}c \(1\.2\.3\.4:5, failed: disk_full\)$/);
});

Deno.test("trash lists, restores and empties; global flags may stand anywhere", async () => {
  const client = new FakeClient();
  client.trashed = [ENTRY];
  const list = await runWithFakes(["trash", "list"], { client });
  assert.match(list.terminal.stdout, /^t1 {2}1970-.* {4}9 B {2}docs\/x\n$/);
  for (const args of [["--json", "trash", "list"], ["trash", "--json", "list"]]) {
    const { terminal } = await runWithFakes(args, { client });
    assert.equal(terminal.records[0]?.id, "t1");
  }
  const restore = await runWithFakes(
    ["trash", "restore", "nix", "t1", "--on-conflict", "rename"],
    { client },
  );
  assert.deepEqual([restore.code, restore.terminal.stdout], [3, "restored docs/x\n"]);
  assert.equal((await runWithFakes(["trash", "empty"], { client })).code, 2);
  const no = { client, isInteractive: true, answers: ["n"] };
  assert.match((await runWithFakes(["trash", "empty"], no)).terminal.stderr, /nothing was removed/);
  const yes = await runWithFakes(["trash", "empty", "t1", "-y"], { client });
  assert.equal(yes.terminal.stdout, "removed 1 entry for good\n");
  assert.deepEqual(client.calls, ["restore nix rename", "restore t1 rename", "empty t1"]);
  const help = await runWithFakes(["--server", "box", "trash", "--help"], { client });
  assert.match(help.terminal.stdout, /restore/);
});

Deno.test("download --archive saves each folder as one file", async () => {
  await using folder = await makeTempFolder();
  const client = new FakeClient(ROOT);
  const options = { client, workingFolder: folder.path };
  const { code, terminal } = await runWithFakes(["download", "docs", "--archive", "tar"], options);
  assert.deepEqual([code, terminal.stdout], [0, "downloaded docs.tar (7 B)\n"]);
  await runWithFakes(["download", "/", "--archive", "zip"], options);
  assert.deepEqual(client.calls, ["archive docs tar", "archive  zip"]);
});

Deno.test("--dry-run prints what would be moved", async () => {
  await using folder = await makeTempFolder();
  await Deno.writeTextFile(folder.join("a.txt"), "abc");
  const client = new FakeClient(ROOT);
  const options = { client, workingFolder: folder.path };
  const up = await runWithFakes(["upload", "a.txt", "--to", "d", "--dry-run"], options);
  assert.equal(up.terminal.stdout, "would upload a.txt to d/a.txt (3 B)\n");
  const down = await runWithFakes(["download", "docs", "-r", "--dry-run", "--json"], options);
  assert.deepEqual(down.terminal.records.map(({ dryRun }) => dryRun), [true, true]);
  assert.ok(client.calls.every((call) => !/^(upload|download|mkdir)/.test(call)));
});

Deno.test("completions offer the ids of the trash", async () => {
  const client = new FakeClient();
  client.trashed = [ENTRY, { ...ENTRY, id: "u2" }];
  const words = ["__complete", "--", "trash", "restore", "t"];
  assert.equal((await runWithFakes(words, { client })).terminal.stdout.split("\t")[0], "t1");
  const verbs = await runWithFakes(["__complete", "--", "trash", ""], { client });
  assert.match(verbs.terminal.stdout, /^list\t.*\nrestore\t.*\nempty\t/);
});
