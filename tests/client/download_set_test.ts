import assert from "node:assert/strict";
import { SluiceClient } from "#client/sluice_client.ts";
import type { DownloadSetOptions, FileEnd, FileJob } from "#client/file_set/file_job.ts";
import { FrameType } from "#protocol/frame.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";
import { FakeServer, type Script } from "./fake_server.ts";
import { answerGet, type GetBehaviour } from "./file_scripts.ts";
import { serveFiles } from "./set_scripts.ts";

const ENCODER = new TextEncoder();

Deno.test("downloadAll() brings small files, with their times, and leaves nothing else behind", async () => {
  await using folder = await makeTempFolder();
  const files = makeFiles(300);
  const ends = await downloadWith(folder, files, [serveFiles(files, () => ({ chunkBytes: 3 }))]);
  assert.equal(ends.size, 300);
  for (const [path, end] of ends) assert.equal(end.kind, "done", path);
  assert.deepEqual(names(folder), [...files.keys()].sort());
  assert.equal(Deno.readTextFileSync(folder.join("f7")), "text 7");
  assert.equal(Deno.statSync(folder.join("f7")).mtime?.getTime(), 1_600_000_000_000);
});

Deno.test("downloadAll() asks for many files ahead of the first answer", async () => {
  await using folder = await makeTempFolder();
  const files = makeFiles(40);
  const script: Script = async (peer) => {
    await peer.hello();
    const gets = [];
    for (let index = 0; index < 40; index++) gets.push(await peer.expect(FrameType.GET));
    for (const get of gets) await answerGet(peer, get, files.get(get.json.path) ?? NOTHING);
    await peer.untilClosed();
  };
  const ends = await downloadWith(folder, files, [script], { atOnce: 1 });
  assert.equal([...ends.values()].filter(({ kind }) => kind === "done").length, 40);
});

Deno.test("downloadAll() goes on with what has not arrived when the connection is lost", async () => {
  await using folder = await makeTempFolder();
  const files = makeFiles(30);
  const cut: GetBehaviour = { cutAtBytes: 2 };
  const first = serveFiles(files, (path) => path === "f11" ? cut : {});
  const ends = await downloadWith(folder, files, [first, serveFiles(files)], { atOnce: 1 });
  for (const [path, end] of ends) assert.equal(end.kind, "done", path);
  assert.equal(ends.size, 30);
});

Deno.test("downloadAll() fetches a file that is not what it should be once more on its own", async () => {
  await using folder = await makeTempFolder();
  const files = makeFiles(5);
  let isFirst = true;
  const script = serveFiles(files, (path) => {
    if (path !== "f3" || !isFirst) return {};
    isFirst = false;
    return { digest: "xxh128:00" };
  });
  const ends = await downloadWith(folder, files, [script], { atOnce: 1 });
  for (const [path, end] of ends) assert.equal(end.kind, "done", path);
  assert.equal(Deno.readTextFileSync(folder.join("f3")), "text 3");
  assert.deepEqual(names(folder), [...files.keys()].sort());
});

Deno.test("downloadAll() follows the conflict policy file by file", async () => {
  const files = makeFiles(3);
  const expected = { error: "mine", skip: "mine", overwrite: "text 1", rename: "mine" } as const;
  for (const policy of ["error", "skip", "overwrite", "rename"] as const) {
    await using folder = await makeTempFolder();
    await Deno.writeTextFile(folder.join("f1"), "mine");
    const ends = await downloadWith(folder, files, [serveFiles(files)], { onConflict: policy });
    assert.equal(Deno.readTextFileSync(folder.join("f1")), expected[policy]);
    assert.equal(ends.get("f1")?.kind, policy === "error" ? "failed" : "done");
    const extra = policy === "rename" ? ["f1 (1)"] : [];
    assert.deepEqual(names(folder), ["f0", "f1", ...extra, "f2"]);
  }
});

Deno.test("downloadAll() asks about a taken name", async () => {
  await using folder = await makeTempFolder();
  await Deno.writeTextFile(folder.join("f1"), "mine");
  const files = makeFiles(3);
  await downloadWith(folder, files, [serveFiles(files)], {
    onConflict: () => Promise.resolve("overwrite"),
  });
  assert.equal(Deno.readTextFileSync(folder.join("f1")), "text 1");
});

Deno.test("downloadAll() takes over what a dead process left, and touches nothing else", async () => {
  await using folder = await makeTempFolder();
  const stale = folder.join(".sluice-incoming-1.part");
  const text =
    "Files of a Sluice download that are not whole yet. The next download removes them.\n";
  await Deno.mkdir(stale);
  await Deno.writeTextFile(`${stale}/lock`, text);
  await Deno.writeTextFile(`${stale}/17`, "half");
  await Deno.mkdir(`${stale}/18`);
  await Deno.writeTextFile(`${stale}/18/19`, "half");
  await Deno.mkdir(folder.join(".sluice-incoming-2.part"));
  const files = makeFiles(2);
  await downloadWith(folder, files, [serveFiles(files)]);
  assert.deepEqual(names(folder), [".sluice-incoming-2.part", "f0", "f1"]);
  const path = ".sluice-incoming-2.part/x";
  const ends = await downloadWith(folder, new Map([[path, NOTHING]]), [serveFiles(files)]);
  assert.equal(ends.get(path)?.kind, "failed", "the name is reserved");
});

Deno.test("downloadAll() publishes what has arrived when it is cancelled", async () => {
  await using folder = await makeTempFolder();
  const files = makeFiles(10);
  const stop = new AbortController();
  const script: Script = async (peer) => {
    await peer.hello();
    for (let index = 0; index < 5; index++) {
      const get = await peer.expect(FrameType.GET);
      await answerGet(peer, get, files.get(get.json.path) ?? NOTHING);
    }
    // Its end is told at once, so the files before it have been taken by then.
    await peer.sendError((await peer.expect(FrameType.GET)).id, "not_found");
    await peer.untilClosed();
  };
  const onEnd = (_job: FileJob, { kind }: FileEnd): void => {
    if (kind === "failed") stop.abort();
  };
  await using server = new FakeServer(script);
  await using client = new SluiceClient({ server: server.address });
  const options = { atOnce: 1, signal: stop.signal, folder: folder.path, onEnd };
  await assert.rejects(client.downloadAll(jobsFor(folder, files), options), { code: "cancelled" });
  assert.deepEqual(names(folder), ["f0", "f1", "f2", "f3", "f4"]);
});

const NOTHING = new Uint8Array(0);

function makeFiles(count: number): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (let index = 0; index < count; index++) {
    files.set(`f${index}`, index % 50 === 49 ? NOTHING : ENCODER.encode(`text ${index}`));
  }
  return files;
}

function names(folder: TempFolder): string[] {
  return [...Deno.readDirSync(folder.path)].map(({ name }) => name).sort();
}

async function downloadWith(
  folder: TempFolder,
  files: ReadonlyMap<string, Uint8Array>,
  scripts: readonly Script[],
  options: Partial<DownloadSetOptions<FileJob>> = {},
): Promise<Map<string, FileEnd>> {
  await using server = new FakeServer(...scripts);
  const ends = new Map<string, FileEnd>();
  await using client = new SluiceClient({
    server: server.address,
    retry: { firstWaitMs: 1, mostWaitMs: 5 },
  });
  await client.downloadAll(jobsFor(folder, files), {
    ...options,
    folder: folder.path,
    onEnd: ({ remotePath }, end) => {
      assert.ok(!ends.has(remotePath), `${remotePath} ends twice`);
      ends.set(remotePath, end);
    },
  });
  return ends;
}

function jobsFor(folder: TempFolder, files: ReadonlyMap<string, Uint8Array>): FileJob[] {
  return [...files].map(([remotePath, { byteLength }]) => ({
    localPath: folder.join(remotePath),
    remotePath,
    sizeBytes: byteLength,
  }));
}
