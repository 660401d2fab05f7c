import assert from "node:assert/strict";
import { SluiceClient } from "#client/mod.ts";
import { FrameType } from "#protocol/frame.ts";
import type { HistoryRecord } from "#protocol/replies.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { downloadRaw, sha256Of, uploadRaw } from "#tests/support/raw_transfer.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { done } from "./done.ts";
import { startTestServer } from "./test_server.ts";
import { until } from "./until.ts";

const { ARCHIVE, DELETE, GET, HISTORY, MKDIR, RENAME, RESTORE, STAT } = FrameType;
const BYTES = new TextEncoder().encode("metered");

Deno.test("HISTORY has every kind of change and transfer, with who, what and how much", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await uploadRaw(peer, "a", BYTES);
  await downloadRaw(peer, "a");
  await done(peer, RENAME, { from: "a", to: "b" });
  await done(peer, MKDIR, { path: "folder" });
  const { trashId } = await done(peer, DELETE, { path: "b" });
  await done(peer, RESTORE, { id: trashId });
  await done(peer, ARCHIVE, { path: "folder", format: "tar" });
  await done(peer, STAT, { path: "b" });
  const { records } = await done(peer, HISTORY);
  assert.deepEqual(
    records.map(({ operation, path, target, outcome }: HistoryRecord) =>
      [operation, path, target, outcome].join(" ")
    ),
    [
      "archive folder  done",
      "restore b  done",
      "delete b  done",
      "mkdir folder  done",
      "rename a b done",
      "download a  done",
      "upload a  done",
    ],
  );
  const upload = records.at(-1);
  assert.deepEqual([upload.bytes, upload.digest], [BYTES.byteLength, sha256Of(BYTES)]);
  assert.equal(records.at(-2).bytes, BYTES.byteLength);
  assert.match(upload.peer, /^127\.0\.0\.1:\d+$/);
  assert.ok(Math.abs(Date.now() - upload.atMs) < 60_000);
});

Deno.test("HISTORY has what failed and why, and what never happened is not in it", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  await uploadRaw(peer, "a", BYTES);
  await uploadRaw(peer, "a", BYTES);
  await uploadRaw(peer, "a", BYTES, { onConflict: "skip" });
  await peer.refused("not_found", GET, { path: "missing" });
  await peer.refused("invalid_name", GET, { path: "../a" });
  await done(peer, MKDIR, { path: "", parents: true });
  const { records } = await done(peer, HISTORY, { failed: true });
  const seen = records.map(({ operation, path, outcome }: HistoryRecord) => [
    operation,
    path,
    outcome,
  ]);
  assert.deepEqual(seen, [["download", "missing", "not_found"], ["upload", "a", "already_exists"]]);
  assert.equal((await done(peer, HISTORY)).records.length, 3);
});

Deno.test("HISTORY pages backwards and looks for names, old and new ones", async () => {
  await using place = await startTestServer();
  using peer = await RawPeer.greet(place);
  for (let n = 0; n < 10; n++) await done(peer, MKDIR, { path: `folder-${n}` });
  await done(peer, RENAME, { from: "folder-3", to: "Other" });
  const first = await done(peer, HISTORY, { limit: 4 });
  assert.equal(first.hasMore, true);
  const second = await done(peer, HISTORY, { limit: 100, before: first.records[3].id });
  assert.deepEqual([second.records.length, second.hasMore], [7, false]);
  const byTarget = await done(peer, HISTORY, { pattern: "oth*" });
  assert.deepEqual(byTarget.records.map(({ path }: HistoryRecord) => path), ["folder-3"]);
  const exact = await done(peer, HISTORY, { pattern: "folder-[37]", limit: 2 });
  assert.deepEqual([exact.records.length, exact.hasMore], [2, true]);
});

Deno.test("HISTORY survives kill -9 of the server and has the peer whose line broke", async () => {
  await using folder = await makeTempFolder();
  {
    await using server = await startServerProcess({ root: folder.path });
    using peer = await RawPeer.greet(server);
    for (let n = 0; n < 20; n++) await done(peer, MKDIR, { path: `folder-${n}` });
    // Another connection sees them when they are written.
    using other = await RawPeer.greet(server);
    await until(async () => (await done(other, HISTORY)).records.length === 20, "the records");
    server.kill("SIGKILL");
    await server.status;
  }
  await using server = await startServerProcess({ root: folder.path });
  using peer = await RawPeer.greet(server);
  assert.equal((await done(peer, HISTORY)).records.length, 20);
  {
    using leaving = await RawPeer.greet(server);
    await leaving.begin(FrameType.PUT, { path: "big", sizeBytes: 1_000_000 });
    await leaving.expectFrame(FrameType.READY, 1);
  }
  const failed = async (): Promise<HistoryRecord[]> =>
    (await done(peer, HISTORY, { failed: true })).records;
  await until(async () => (await failed()).length === 1, "the record of the upload");
  const [record] = await failed();
  assert.deepEqual([record?.path, record?.outcome], ["big", "unreachable"]);
});

Deno.test("HISTORY tells a download that was cancelled from one that failed", async () => {
  await using place = await startTestServer({ throttle: { ratePerConnection: 200_000 } });
  await using folder = await makeTempFolder();
  await Deno.writeFile(place.root.join("big"), new Uint8Array(2_000_000));
  await using client = new SluiceClient({ server: place });
  const controller = new AbortController();
  const download = client.download("big", folder.join("big"), {
    signal: controller.signal,
    compress: "off",
    onProgress: ({ doneBytes }) => doneBytes > 0 && controller.abort(),
  });
  await assert.rejects(download, { code: "cancelled" });
  using peer = await RawPeer.greet(place);
  const records = async (): Promise<HistoryRecord[]> => (await done(peer, HISTORY)).records;
  await until(async () => (await records()).length === 1, "the record of the download");
  assert.equal((await records())[0]?.outcome, "cancelled");
  assert.deepEqual((await done(peer, HISTORY, { failed: true })).records, []);
  // It stopped in order: the connection serves on.
  await client.ping();
  assert.equal(place.server.status().connections, 2);
});

Deno.test("HISTORY forgets what is too old", async () => {
  await using folder = await makeTempFolder();
  {
    await using place = await startTestServer({ root: folder.path });
    using peer = await RawPeer.greet(place);
    await done(peer, MKDIR, { path: "a" });
  }
  const timeouts = { historyKeepMs: 0 };
  await using place = await startTestServer({ root: folder.path, timeouts });
  using peer = await RawPeer.greet(place);
  await until(async () => (await done(peer, HISTORY)).records.length === 0, "the sweep");
});

Deno.test("files are served when the state database is broken", async () => {
  await using folder = await makeTempFolder();
  await Deno.mkdir(folder.join(".sluice", "state.db"), { recursive: true });
  await using place = await startTestServer({ root: folder.path });
  using peer = await RawPeer.greet(place);
  await uploadRaw(peer, "a", BYTES);
  assert.deepEqual(await downloadRaw(peer, "a"), BYTES);
  assert.deepEqual(await done(peer, HISTORY), { records: [], hasMore: false });
});
