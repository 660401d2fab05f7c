import assert from "node:assert/strict";
import { join } from "node:path";
import { PROJECT_FOLDER } from "#tests/support/project_files.ts";
import { fileDigest, writeRandomFile } from "#tests/support/random_file.ts";
import { type CommandResult, hasProgram, runCommand } from "#tests/support/run_command.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

const CLIENT = join(PROJECT_FOLDER, "tests", "e2e", "sluice_client.py");
const hasPython = await hasProgram("python3");
const why = hasPython ? "" : " (skipped: python3 is not on PATH)";

function pythonTest(name: string, run: () => Promise<void>): void {
  Deno.test({ name: name + why, ignore: !hasPython, fn: run });
}

pythonTest(
  "sluice_client.py moves files both ways when it only knows docs/protocol.md",
  async () => {
    await using folder = await makeTempFolder();
    await using server = await startServerProcess({ root: folder.join("root") });
    for (const sizeBytes of [0, 1, 1_000_003, 5 * 1024 * 1024]) {
      const [local, back] = [folder.join(`${sizeBytes}.bin`), folder.join(`${sizeBytes}.back`)];
      await writeRandomFile(local, sizeBytes, sizeBytes + 1);
      const digest = await fileDigest(local, "sha256");
      const uploaded = await runPython(server, "upload", local, `${sizeBytes}.bin`);
      assert.deepEqual(uploaded, {
        outcome: "created",
        path: `${sizeBytes}.bin`,
        sizeBytes,
        digest,
        resumedFromBytes: 0,
      });
      assert.equal(await fileDigest(folder.join("root", `${sizeBytes}.bin`), "sha256"), digest);
      const downloaded = await runPython(server, "download", `${sizeBytes}.bin`, back);
      assert.deepEqual(downloaded, { sizeBytes, resumedFromBytes: 0, digest });
      assert.equal(await fileDigest(back, "sha256"), digest);
    }
  },
);

pythonTest("sluice_client.py resumes an upload from where the server says", async () => {
  await using folder = await makeTempFolder();
  await using server = await startServerProcess({ root: folder.join("root") });
  const local = folder.join("a.bin");
  await writeRandomFile(local, 4_000_000);
  const stopped = await callPython(server, "upload", local, "a.bin", "--stop-after", "3000000");
  assert.equal(stopped.code, 2, stopped.stderr);
  assert.deepEqual(await runPython(server, "list"), []);
  const result = await runPython(server, "upload", local, "a.bin");
  assert.ok(isRecord(result) && Number(result.resumedFromBytes) > 0, JSON.stringify(result));
  const published = folder.join("root", "a.bin");
  assert.equal(await fileDigest(published), await fileDigest(local));
});

pythonTest(
  "sluice_client.py starts over when its file is another than the one it began",
  async () => {
    await using folder = await makeTempFolder();
    await using server = await startServerProcess({ root: folder.join("root") });
    const local = folder.join("a.bin");
    await writeRandomFile(local, 2_000_000, 1);
    await callPython(server, "upload", local, "a.bin", "--stop-after", "1500000");
    await writeRandomFile(local, 2_000_000, 2);
    const result = await runPython(server, "upload", local, "a.bin");
    assert.ok(isRecord(result) && result.resumedFromBytes === 0, JSON.stringify(result));
    assert.equal(await fileDigest(folder.join("root", "a.bin")), await fileDigest(local));
  },
);

pythonTest(
  "sluice_client.py resumes a download, and starts over when the file has changed",
  async () => {
    await using folder = await makeTempFolder();
    await using server = await startServerProcess({ root: folder.join("root") });
    const [remote, local] = [folder.join("root", "a.bin"), folder.join("a.bin")];
    await writeRandomFile(remote, 3_000_000, 1);
    const stop = ["--stop-after", "1000000"];
    assert.equal((await callPython(server, "download", "a.bin", local, ...stop)).code, 2);
    const result = await runPython(server, "download", "a.bin", local);
    assert.ok(isRecord(result) && Number(result.resumedFromBytes) > 0, JSON.stringify(result));
    assert.equal(await fileDigest(local), await fileDigest(remote));
    assert.equal((await callPython(server, "download", "a.bin", local, ...stop)).code, 2);
    await writeRandomFile(remote, 3_100_000, 2);
    const again = await runPython(server, "download", "a.bin", local);
    assert.ok(isRecord(again) && again.resumedFromBytes === 0, JSON.stringify(again));
    assert.equal(await fileDigest(local), await fileDigest(remote));
  },
);

pythonTest("sluice_client.py lists, looks at, renames, makes and deletes", async () => {
  await using folder = await makeTempFolder();
  await using server = await startServerProcess({ root: folder.join("root") });
  const local = folder.join("a.txt");
  await Deno.writeTextFile(local, "metered");
  await runPython(server, "upload", local, "new/folder/a.txt", "--parents");
  assert.deepEqual(await runPython(server, "mkdir", "other"), {});
  assert.deepEqual(await runPython(server, "rename", "new/folder/a.txt", "other/b.txt"), {});
  assert.deepEqual(namesOf(await runPython(server, "list")), ["new", "other"]);
  const stat = await runPython(server, "stat", "other/b.txt");
  assert.ok(isRecord(stat) && stat.kind === "file" && stat.sizeBytes === 7);
  const deleted = await runPython(server, "delete", "other/b.txt");
  assert.ok(isRecord(deleted) && typeof deleted.trashId === "string");
  assert.deepEqual(await runPython(server, "delete", "other", "--permanent"), {});
  assert.deepEqual(namesOf(await runPython(server, "list")), ["new"]);
});

pythonTest("sluice_client.py searches, sums up, and brings back what was deleted", async () => {
  await using folder = await makeTempFolder();
  await using server = await startServerProcess({ root: folder.join("root") });
  const local = folder.join("a.txt");
  await Deno.writeTextFile(local, "metered");
  await runPython(server, "upload", local, "deep/down/Report.txt", "--parents");
  const found = await runPython(server, "search", "report*");
  assert.ok(Array.isArray(found) && found.length === 1, JSON.stringify(found));
  assert.equal(found[0].path, "deep/down/Report.txt");
  const sum = await runPython(server, "checksum", found[0].path, "--algorithm", "crc32");
  assert.deepEqual(sum, { digest: "crc32:2abeab11", sizeBytes: 7, isCached: false });
  await runPython(server, "delete", "deep");
  const trash = await runPython(server, "trash");
  assert.ok(Array.isArray(trash) && trash[0].path === "deep", JSON.stringify(trash));
  const restored = await runPython(server, "restore", trash[0].id);
  assert.deepEqual(restored, { outcome: "created", path: "deep" });
  const history = await runPython(server, "history");
  assert.ok(Array.isArray(history));
  assert.deepEqual(history.map(({ operation }) => operation), ["restore", "delete", "upload"]);
});

pythonTest("sluice_client.py reads a folder of many pages", async () => {
  await using folder = await makeTempFolder();
  await Deno.mkdir(folder.join("root", "many"), { recursive: true });
  const names = Array.from({ length: 2300 }, (_, i) => `file ${String(i).padStart(4, "0")}`);
  for (const name of names) await Deno.create(folder.join("root", "many", name)).then(close);
  await using server = await startServerProcess({ root: folder.join("root") });
  assert.deepEqual(namesOf(await runPython(server, "list", "many")), names);
});

pythonTest("sluice_client.py is told why a request fails", async () => {
  await using folder = await makeTempFolder();
  await using server = await startServerProcess({ root: folder.join("root") });
  const failed = await callPython(server, "stat", "nothing here");
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /^not_found: /);
  const local = folder.join("a.txt");
  await Deno.writeTextFile(local, "one");
  await runPython(server, "upload", local, "a.txt");
  assert.match((await callPython(server, "upload", local, "a.txt")).stderr, /^already_exists: /);
  const skipped = await runPython(server, "upload", local, "a.txt", "--on-conflict", "skip");
  assert.ok(isRecord(skipped) && skipped.outcome === "skipped");
  const renamed = await runPython(server, "upload", local, "a.txt", "--on-conflict", "rename");
  assert.ok(isRecord(renamed) && renamed.path === "a (1).txt");
});

pythonTest("sluice_client.py gets STATUS and PONG", async () => {
  await using folder = await makeTempFolder();
  await using server = await startServerProcess({ root: folder.join("root") });
  assert.deepEqual(await runPython(server, "ping"), { pong: true });
  // The server learns a moment later than we that the first one has left.
  await server.waitForLog((line) => line.includes("connection 1: closed"));
  const status = await runPython(server, "status");
  assert.ok(isRecord(status) && status.connections === 1, JSON.stringify(status));
});

pythonTest("sluice_client.py watches the server, and is told of a bad interval", async () => {
  await using folder = await makeTempFolder();
  await using server = await startServerProcess({ root: folder.join("root") });
  const snapshots = await runPython(server, "watch", "3", "--interval", "100");
  assert.ok(Array.isArray(snapshots) && snapshots.length === 3, JSON.stringify(snapshots));
  for (const { connections, operations } of snapshots) {
    assert.equal(connections.open, 1);
    assert.equal(operations[0].state, "watching");
  }
  const refused = await callPython(server, "watch", "1", "--interval", "99");
  assert.match(refused.stderr, /^invalid_request: /);
});

function callPython(server: ServerProcess, ...args: readonly string[]): Promise<CommandResult> {
  return runCommand("python3", [CLIENT, "--server", server.address, ...args]);
}

async function runPython(server: ServerProcess, ...args: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await callPython(server, ...args);
  assert.equal(code, 0, `${args.join(" ")}: ${stderr}\n${server.stderr.text}`);
  return JSON.parse(stdout);
}

function namesOf(list: unknown): unknown[] {
  assert.ok(Array.isArray(list));
  return list.map((entry: unknown) => isRecord(entry) ? entry.name : undefined);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function close(file: Deno.FsFile): void {
  file.close();
}
