import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import type { HistoryRecord } from "#protocol/replies.ts";
import { done } from "#tests/server/done.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { beginUpload, downloadRaw, sha256Of, uploadRaw } from "#tests/support/raw_transfer.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

const BYTES = randomBytes(3_000);

Deno.test("the log tells the life of a connection and of its transfers", async () => {
  await using folder = await makeTempFolder();
  await using server = await startServerProcess({ root: folder.path });
  await transferSome(server);
  const line = await server.waitForLog((text) => text.includes("closed"));
  assert.match(line, /connection 1: closed/);
  const digest = sha256Of(BYTES);
  const expected = [
    /connection 1: accepted from 127\.0\.0\.1:\d+$/,
    /connection 1: worker \d+ leased$/,
    /connection 1: worker \d+: upload "a\.bin" started: 3\.0 kB$/,
    new RegExp(`upload "a\\.bin" finished: 3\\.0 kB in .+ s, .+/s, ${digest}, created$`),
    /download "a\.bin" started: 3\.0 kB$/,
    new RegExp(`download "a\\.bin" finished: 3\\.0 kB in .+ s, .+/s, ${digest}, sent$`),
    /rename to "b\.bin": "a\.bin" done$/,
    /delete "b\.bin" done$/,
    /download failed: not_found: Cannot download "b\.bin": /,
    /connection 1: worker \d+ released$/,
    /connection 1: closed/,
  ];
  assertInOrder(server.stderr.lines, expected);
});

Deno.test("the log is one JSON object a line when asked for", async () => {
  await using folder = await makeTempFolder();
  const flags = ["--log-format", "json"];
  await using server = await startServerProcess({ root: folder.path, flags });
  await transferSome(server);
  await server.waitForLog((text) => text.includes("closed"));
  const records = server.stderr.lines.map((line) => JSON.parse(line));
  const finished = records.find(({ kind, operation }) =>
    kind === "finished" && operation === "upload"
  );
  assert.deepEqual(
    [finished.connection, finished.path, finished.doneBytes, finished.digest],
    [1, "a.bin", BYTES.byteLength, sha256Of(BYTES)],
  );
  assert.equal(typeof finished.worker, "number");
  assert.match(finished.message, /^connection 1: worker \d+: upload "a\.bin" finished: /);
  const failed = records.find(({ kind }) => kind === "failed");
  assert.deepEqual([failed.code, failed.level], ["not_found", "warning"]);
  assert.ok(failed.message.endsWith(failed.reason), failed.message);
  assert.ok(failed.reason.endsWith(`(error ${failed.errorId})`), failed.reason);
});

Deno.test("an upload that its client lets go of is no failure, neither in the log nor in the history", async () => {
  await using folder = await makeTempFolder();
  await using server = await startServerProcess({ root: folder.path });
  using peer = await RawPeer.greet(server);
  for (const [path, keep] of [["parked", true], ["dropped", false], ["untouched", true]] as const) {
    const { requestId } = await beginUpload(peer, { path, sizeBytes: BYTES.byteLength });
    if (path !== "untouched") await peer.sendData(requestId, BYTES.subarray(0, 1000));
    await peer.sendFrame(FrameType.ABORT, requestId, { keep });
    assert.equal((await peer.lastFrame(requestId)).json?.name, "cancelled");
  }
  const { records } = await done(peer, FrameType.HISTORY, { limit: 10 });
  // Bytes that came and are gone are remembered.
  assert.deepEqual(
    records.map(({ path, outcome }: HistoryRecord) => [path, outcome]),
    [["dropped", "cancelled"]],
  );
  await server.waitForLog((text) => text.includes('"untouched" kept'));
  assertInOrder(server.stderr.lines, [
    /upload "parked" kept: 1000 of 3000 bytes, to be continued$/,
    /upload "dropped" discarded by the client$/,
    /upload "untouched" kept: 0 of 3000 bytes, to be continued$/,
  ]);
  assert.deepEqual(server.stderr.lines.filter((line) => line.includes("failed")), []);
});

for (const format of ["text", "json"]) {
  Deno.test(`no name reaches the ${format} log as it is when it could move the cursor or fake a line`, async () => {
    await using folder = await makeTempFolder();
    const flags = ["--log-format", format];
    await using server = await startServerProcess({ root: folder.path, flags });
    using peer = await RawPeer.greet(server);
    const names = ["\x1b[2J\x1b]0;owned\x07", "a\nb: {level} {", "\u202eevil\u0085", "\x9b31m"];
    for (const name of names) {
      await uploadRaw(peer, name, BYTES);
      await downloadRaw(peer, name);
      const to = `${name}2`;
      await peer.request(FrameType.RENAME, { from: name, to });
      await peer.request(FrameType.STAT, { path: `${name}/missing` });
      await peer.request(FrameType.GET, { path: `${name}\\` });
      await peer.request(FrameType.MKDIR, { path: name });
      await peer.request(FrameType.DELETE, { path: to });
    }
    await peer.begin(FrameType.WELCOME);
    await server.waitForLog((text) => text.includes("closed"));
    for (const line of server.stderr.lines) {
      // deno-lint-ignore no-control-regex -- they are what must not be there
      assert.ok(!/[\x00-\x1f\x7f-\x9f\u202e]/.test(line), JSON.stringify(line));
      if (format === "text") assert.match(line, /^\S+ \S+ .*(connection|worker|stopp)/);
    }
  });
}

Deno.test("the log of three slow downloads at once shows three workers taking turns", async () => {
  await using folder = await makeTempFolder();
  const bytes = randomBytes(18_000);
  await Deno.writeFile(folder.join("a.bin"), bytes);
  await using server = await startServerProcess({ root: folder.path, flags: ["--classroom"] });
  const peers = await Promise.all([1, 2, 3].map(() => RawPeer.greet(server)));
  try {
    const downloads = await Promise.all(peers.map((peer) => downloadRaw(peer, "a.bin")));
    for (const download of downloads) assert.deepEqual(download, bytes);
  } finally {
    for (const peer of peers) peer.close();
  }
  const progress = server.stderr.lines.flatMap((line) =>
    /connection (\d): worker (\d+): download "a\.bin" at \d+ of 18000 bytes/.exec(line) ?? []
  );
  const turns = server.stderr.lines.flatMap((line) =>
    /worker (\d+): download "a\.bin" at/.exec(line)?.[1] ?? []
  );
  assert.ok(progress.length > 0);
  assert.equal(new Set(turns).size, 3, turns.join());
  const changes = turns.filter((worker, i) => i > 0 && worker !== turns[i - 1]).length;
  assert.ok(changes >= 4, `they take turns: ${turns.join()}`);
});

async function transferSome(server: ServerProcess): Promise<void> {
  using peer = await RawPeer.greet(server);
  await uploadRaw(peer, "a.bin", BYTES);
  await downloadRaw(peer, "a.bin");
  await peer.request(FrameType.RENAME, { from: "a.bin", to: "b.bin" });
  await peer.request(FrameType.DELETE, { path: "b.bin" });
  await peer.refused("not_found", FrameType.GET, { path: "b.bin" });
}

function assertInOrder(lines: readonly string[], expected: readonly RegExp[]): void {
  let at = 0;
  for (const pattern of expected) {
    const found = lines.findIndex((line, index) => index >= at && pattern.test(line));
    assert.ok(found !== -1, `no ${pattern} behind line ${at} of:\n${lines.join("\n")}`);
    at = found + 1;
  }
}
