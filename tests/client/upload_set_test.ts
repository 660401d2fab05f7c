import assert from "node:assert/strict";
import { SluiceError } from "#protocol/sluice_error.ts";
import { SluiceClient } from "#client/sluice_client.ts";
import type { FileEnd, FileJob, FileSetOptions } from "#client/file_set/file_job.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";
import { FakeServer } from "./fake_server.ts";
import { StagingServer } from "./set_scripts.ts";

Deno.test("uploadAll() stages small files without waiting and publishes them in batches", async () => {
  await using folder = await makeTempFolder();
  const staging = new StagingServer();
  const jobs = await writeFiles(folder, 2000);
  const ends = await uploadWith(staging, jobs, { atOnce: 1 });
  assert.equal(ends.size, 2000);
  for (const [path, end] of ends) assert.equal(end.kind, "done", path);
  const sizes = staging.batches.map((batch) => batch.length);
  assert.equal(sizes[0], 256);
  // Batches that take long get smaller, down to 16 files.
  assert.ok(sizes.length <= 2000 / 16 + 1 && Math.max(...sizes) <= 512, String(sizes));
  assert.equal(staging.published.size, 2000);
  assert.equal(new TextDecoder().decode(staging.published.get("t/f699")), "text 699");
});

Deno.test("uploadAll() tells why single files failed, and the others are published", async () => {
  await using folder = await makeTempFolder();
  const staging = new StagingServer();
  staging.errors["t/f1"] = "already_exists";
  const jobs = [
    ...await writeFiles(folder, 4),
    { localPath: folder.join("missing"), remotePath: "t/missing", sizeBytes: 1 },
    { localPath: folder.path, remotePath: "t/folder", sizeBytes: 1 },
    { localPath: folder.join("f0"), remotePath: "../evil", sizeBytes: 1 },
  ];
  const ends = await uploadWith(staging, jobs);
  const codes = [...ends].flatMap(([path, end]) =>
    end.kind === "failed" && end.error instanceof SluiceError ? [`${path} ${end.error.code}`] : []
  );
  assert.deepEqual(codes.sort(), [
    "../evil invalid_name",
    "t/f1 already_exists",
    "t/folder is_a_folder",
    "t/missing not_found",
  ]);
  assert.deepEqual([...staging.published.keys()].sort(), ["t/f0", "t/f2", "t/f3"]);
});

Deno.test("uploadAll() goes on with what is not published when the connection is lost", async () => {
  await using folder = await makeTempFolder();
  const staging = new StagingServer();
  staging.cutAtStaged = 7;
  const waits: number[] = [];
  const ends = await uploadWith(staging, await writeFiles(folder, 20), {
    atOnce: 1,
    onRetry: (waitMs) => waits.push(waitMs),
  });
  assert.equal([...ends.values()].filter(({ kind }) => kind === "done").length, 20);
  assert.equal(staging.published.size, 20);
  assert.equal(waits.length, 1);
});

Deno.test("uploadAll() knows its own files when the answer to PUBLISH is lost", async () => {
  await using folder = await makeTempFolder();
  const staging = new StagingServer();
  staging.losesPublished = true;
  const ends = await uploadWith(staging, await writeFiles(folder, 20), { atOnce: 1 });
  for (const [path, end] of ends) assert.equal(end.kind, "done", path);
  const puts = staging.requests.filter((request) => request.startsWith("PUT"));
  assert.equal(puts.length, 20, "nothing is sent twice");
  assert.equal(staging.requests.length, 40);
});

Deno.test("uploadAll() sends a file that was damaged on its way once more", async () => {
  await using folder = await makeTempFolder();
  const staging = new StagingServer();
  staging.damaged.add("t/f2");
  const ends = await uploadWith(staging, await writeFiles(folder, 5), { atOnce: 1 });
  for (const [path, end] of ends) assert.equal(end.kind, "done", path);
  assert.equal(staging.requests.filter((request) => request === "PUT t/f2").length, 2);
});

Deno.test("uploadAll() asks about each taken name, and then sends that file on its own", async () => {
  await using folder = await makeTempFolder();
  const staging = new StagingServer();
  staging.errors["t/f1"] = "already_exists";
  const asked: string[] = [];
  const ends = await uploadWith(staging, await writeFiles(folder, 3), {
    atOnce: 1,
    onConflict: ({ name }) => {
      asked.push(name);
      return Promise.resolve("overwrite");
    },
  });
  assert.equal(ends.get("t/f1")?.kind, "done");
  assert.ok(staging.published.has("t/f1"));
});

Deno.test("uploadAll() fails all files at once when there is no server, and stops when cancelled", async () => {
  await using folder = await makeTempFolder();
  const jobs = await writeFiles(folder, 50);
  const staging = new StagingServer();
  await using server = new FakeServer(staging.script);
  server.stopListening();
  const ends = new Map<string, FileEnd>();
  await using client = new SluiceClient({ server: server.address });
  await client.uploadAll(jobs, { onEnd: ({ remotePath }, end) => ends.set(remotePath, end) });
  assert.equal(ends.size, 50);
  for (const end of ends.values()) {
    assert.ok(end.kind === "failed" && end.error instanceof SluiceError);
    assert.equal(end.error.code, "unreachable");
  }
  const signal = AbortSignal.abort();
  await assert.rejects(client.uploadAll(jobs, { onEnd: () => {}, signal }), { code: "cancelled" });
});

async function writeFiles(folder: TempFolder, count: number): Promise<FileJob[]> {
  const jobs: FileJob[] = [];
  for (let index = 0; index < count; index++) {
    const localPath = folder.join(`f${index}`);
    const text = `text ${index}`;
    await Deno.writeTextFile(localPath, text);
    jobs.push({ localPath, remotePath: `t/f${index}`, sizeBytes: text.length });
  }
  return jobs;
}

async function uploadWith(
  staging: StagingServer,
  jobs: readonly FileJob[],
  options: Partial<FileSetOptions<FileJob>> = {},
): Promise<Map<string, FileEnd>> {
  await using server = new FakeServer(staging.script);
  const ends = new Map<string, FileEnd>();
  await using client = new SluiceClient({
    server: server.address,
    retry: { firstWaitMs: 1, mostWaitMs: 5 },
  });
  await client.uploadAll(jobs, {
    ...options,
    onEnd: ({ remotePath }, end) => {
      assert.ok(!ends.has(remotePath), `${remotePath} ends twice`);
      ends.set(remotePath, end);
    },
  });
  return ends;
}
