import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import type { FoundEntry } from "#protocol/replies.ts";
import { residentBytes } from "#tests/support/process_memory.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";
import { done } from "./done.ts";
import { startTestServer, type TestServer } from "./test_server.ts";

const { ENTRIES, FIND, MKDIR, RESULT, STAT } = FrameType;
const WHEN_MS = 1_500_000_000_000;

Deno.test("FIND streams all that lies below a folder, a folder before what it holds", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await fill(place);
  const { entries, result } = await find(peer, { path: "" });
  assert.deepEqual(result, { found: 7, isCut: false });
  assert.deepEqual(
    entries.map(({ path, kind }) => `${path} ${kind}`),
    [
      "folder folder",
      "link symlink",
      "README.md file",
      "folder/a.txt file",
      "folder/sub folder",
      "folder/sub/B.TXT file",
      "folder/sub/c.md file",
    ].sort((a, b) =>
      entries.findIndex((e) => a.startsWith(`${e.path} `)) -
      entries.findIndex((e) => b.startsWith(`${e.path} `))
    ),
  );
  for (const { path } of entries) {
    const parent = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    const before = entries.slice(0, entries.findIndex((entry) => entry.path === path));
    assert.ok(parent === "" || before.some((entry) => entry.path === parent), path);
  }
  const readme = entries.find(({ path }) => path === "README.md");
  assert.deepEqual([readme?.sizeBytes, readme?.modifiedAtMs], [3, WHEN_MS]);
});

Deno.test("FIND looks for globs and parts of names, with and without case", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await fill(place);
  const cases: [Record<string, unknown>, string[]][] = [
    [{ pattern: "*.txt" }, ["folder/a.txt", "folder/sub/B.TXT"]],
    [{ pattern: "*.txt", isCaseSensitive: true }, ["folder/a.txt"]],
    [{ pattern: "read" }, ["README.md"]],
    [{ pattern: "folder/*" }, ["folder/a.txt", "folder/sub"]],
    [{ pattern: "**/*.md" }, ["README.md", "folder/sub/c.md"]],
    [{ pattern: "[bc].*" }, ["folder/sub/B.TXT", "folder/sub/c.md"]],
    [{ path: "folder", pattern: "sub/*" }, ["folder/sub/B.TXT", "folder/sub/c.md"]],
    [{ pattern: "nothing" }, []],
  ];
  for (const [request, expected] of cases) {
    const { entries } = await find(peer, { path: "", ...request });
    assert.deepEqual(entries.map(({ path }) => path).sort(), expected, JSON.stringify(request));
  }
});

Deno.test("FIND stops at its limit, and refuses what is no folder", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await fill(place);
  const cut = await find(peer, { path: "", limit: 3 });
  assert.deepEqual([cut.entries.length, cut.result], [3, { found: 3, isCut: true }]);
  const exact = await find(peer, { path: "", limit: 7 });
  assert.deepEqual(exact.result, { found: 7, isCut: false });
  await peer.refused("not_found", FIND, { path: "missing" });
  await peer.refused("not_a_folder", FIND, { path: "README.md" });
  await peer.refused("permission_denied", FIND, { path: "link" });
});

Deno.test("FIND on 100,000 files answers at once, ends with CANCEL and keeps memory flat", async () => {
  await using folder = await makeTempFolder();
  fillMany(folder, 100_000);
  // A process of its own: what else the tests of this one hold does not count.
  await using server = await startServerProcess({ root: folder.path });
  using peer = await RawPeer.greet(server);
  await find(peer, { path: "", pattern: "file-1" });
  const before = await residentBytes(server.pid);
  const startMs = performance.now();
  const { entries, result } = await find(peer, { path: "", pattern: "file-*99" });
  const wholeMs = performance.now() - startMs;
  assert.deepEqual([entries.length, result.found], [1000, 1000]);
  const firstMs: number[] = [];
  for (let run = 0; run < 3; run++) {
    const runMs = performance.now();
    const requestId = await peer.begin(FIND, { path: "" });
    await peer.expectFrame(ENTRIES, requestId);
    firstMs.push(performance.now() - runMs);
    await peer.sendFrame(FrameType.CANCEL, requestId);
    assert.equal((await peer.lastFrame(requestId)).json?.name, "cancelled");
  }
  const grown = await residentBytes(server.pid) - before;
  // Load only ever adds to a time; a machine that is slow all the time is slow with the whole, too.
  const mostMs = Math.max(200, wholeMs / 5);
  assert.ok(Math.min(...firstMs) < mostMs, `the first entries took ${firstMs.join(", ")} ms`);
  assert.ok(grown < 100e6, `memory grew by ${grown} bytes`);
});

Deno.test("MKDIR gives a folder its modification time, also one that is there", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  for (const modifiedAtMs of [WHEN_MS, WHEN_MS + 1000]) {
    await done(peer, MKDIR, { path: "a/b", parents: true, modifiedAtMs });
    assert.equal((await done(peer, STAT, { path: "a/b" })).modifiedAtMs, modifiedAtMs);
  }
});

async function find(
  peer: RawPeer,
  request: Readonly<Record<string, unknown>>,
): Promise<{ readonly entries: FoundEntry[]; readonly result: Record<string, unknown> }> {
  await peer.begin(FIND, request);
  const entries: FoundEntry[] = [];
  for (;;) {
    const { type, json } = await peer.nextFrame();
    if (type === RESULT) return { entries, result: { ...json } };
    assert.equal(type, ENTRIES, JSON.stringify(json));
    entries.push(...(json as unknown as { entries: FoundEntry[] }).entries);
  }
}

async function fill(place: TestServer): Promise<void> {
  const at = (path: string): string => place.root.join(...path.split("/"));
  await Deno.mkdir(at("folder/sub"), { recursive: true });
  for (const path of ["README.md", "folder/a.txt", "folder/sub/B.TXT", "folder/sub/c.md"]) {
    await Deno.writeTextFile(at(path), "abc");
    await Deno.utime(at(path), WHEN_MS / 1000, WHEN_MS / 1000);
  }
  await Deno.symlink("folder", at("link"));
}

/** Hard links: as many names, made faster. A file may have 65,000 of them on ext4. */
function fillMany(root: TempFolder, count: number): void {
  const sources = ["source-0", "source-1"].map((name) => root.join(name));
  for (const source of sources) Deno.writeTextFileSync(source, "abc");
  for (let n = 0; n < count; n++) {
    const folder = root.join(`folder-${n % 100}`);
    if (n < 100) Deno.mkdirSync(folder);
    Deno.linkSync(sources[n % 2] ?? "", `${folder}/file-${n}`);
  }
}
