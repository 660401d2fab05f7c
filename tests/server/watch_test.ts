import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { MAX_SNAPSHOT_OPERATIONS } from "#protocol/limits.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { assertError, RawPeer } from "#tests/support/raw_peer.ts";
import { beginUpload, sha256Of, uploadRaw } from "#tests/support/raw_transfer.ts";
import { startTestServer } from "./test_server.ts";
import { until } from "./until.ts";
import { Watcher } from "./watching.ts";

Deno.test("WATCH gives the first snapshot at once, then one each interval, and leases no worker", async () => {
  await using place = await startTestServer();
  // The second would come in a minute.
  using slow = await Watcher.begin(place, 60_000);
  const first = await slow.next();
  assert.equal(first.connections.open, 1);
  assert.equal(first.operations[0]?.state, "watching");
  assert.deepEqual(first.connections.max, place.server.status().maxConnections);
  using quick = await Watcher.begin(place, 100);
  const beganMs = performance.now();
  const sequences: number[] = [];
  for (let i = 0; i < 4; i++) sequences.push((await quick.next()).sequence);
  const elapsedMs = performance.now() - beganMs;
  assert.deepEqual(sequences, [...new Set(sequences)].sort((a, b) => a - b));
  // Three intervals; timers may fire a little early, and never much.
  assert.ok(elapsedMs > 200, `${elapsedMs} ms`);
  assert.equal(place.server.status().workers.leased, 0);
});

Deno.test("WATCH refuses an interval out of its range and a second watch, and the connection goes on", async () => {
  await using place = await startTestServer();
  using watcher = await Watcher.begin(place, 60_000);
  await watcher.next();
  const { peer } = watcher;
  for (const intervalMs of [99, 60_001, 100.5, "100", undefined]) {
    await peer.refused("invalid_request", FrameType.WATCH, { intervalMs });
  }
  await peer.refused("invalid_request", FrameType.WATCH, { intervalMs: 1000 });
  assert.equal((await peer.request(FrameType.STAT, { path: "" })).type, FrameType.RESULT);
});

Deno.test("WATCH ends by CANCEL with `cancelled`, and another may follow", async () => {
  await using place = await startTestServer();
  using watcher = await Watcher.begin(place);
  const { peer, requestId } = watcher;
  await watcher.next();
  await peer.sendFrame(FrameType.CANCEL, requestId + 1);
  await watcher.next();
  await peer.sendFrame(FrameType.CANCEL, requestId);
  assertError(await peer.lastFrame(requestId), "cancelled");
  // No snapshot comes between these.
  const stat = await peer.begin(FrameType.STAT, { path: "" });
  await peer.expectFrame(FrameType.RESULT, stat);
  const again = await peer.begin(FrameType.WATCH, { intervalMs: 60_000 });
  await peer.expectFrame(FrameType.SNAPSHOT, again);
  assert.equal(place.server.status().connections, 1);
});

Deno.test("WATCH sees three transfers at once with three workers, and their bytes going up", async () => {
  await using place = await startTestServer({ throttle: { ratePerConnection: 200_000 } });
  await Deno.writeFile(place.root.join("down.bin"), new Uint8Array(50_000_000));
  using watcher = await Watcher.begin(place);
  using three = await greetThree(place);
  const [a, b, c] = three;
  const uploads = await Promise.all(
    [a, b].map((peer, index) => beginUpload(peer, { path: `up ${index}`, sizeBytes: 1_000_000 })),
  );
  await Promise.all(
    [a, b].map((peer, index) => peer.sendData(uploads[index]?.requestId ?? 0, randomBytes(50_000))),
  );
  await c.begin(FrameType.GET, { path: "down.bin", digest: "none" });
  const seen = await watcher.until(
    ({ operations }) => operations.filter(({ doneBytes = 0 }) => doneBytes > 0).length === 3,
    "three transfers",
  );
  const working = seen.operations.filter(({ state }) => state === "working");
  assert.equal(new Set(working.map(({ worker }) => worker)).size, 3);
  const shown = working.map(({ operation, path, totalBytes }) => ({ operation, path, totalBytes }));
  assert.deepEqual(shown.sort((x, y) => `${x.path}` < `${y.path}` ? -1 : 1), [
    { operation: "download", path: "down.bin", totalBytes: 50_000_000 },
    { operation: "upload", path: "up 0", totalBytes: 1_000_000 },
    { operation: "upload", path: "up 1", totalBytes: 1_000_000 },
  ]);
  assert.equal(seen.transfers, 3);
  assert.equal(seen.throttle.ratePerConnection, 200_000);
  const doneIn = (operations: typeof working): number =>
    operations.find(({ path }) => path === "down.bin")?.doneBytes ?? 0;
  const later = await watcher.until(
    ({ operations, rates }) => doneIn([...operations]) > doneIn(working) && rates.down > 0,
    "progress",
  );
  assert.ok(later.bytes.up >= 100_000, JSON.stringify(later.bytes));
  assert.ok(later.bytes.down > 0, JSON.stringify(later.bytes));
});

Deno.test("WATCH shows who waits for a worker, in the order of their places, also on the connection itself", async () => {
  await using place = await startTestServer({ workers: 1 });
  using watcher = await Watcher.begin(place);
  using three = await greetThree(place);
  const [holder, second, third] = three;
  const { requestId } = await beginUpload(holder, { path: "held", sizeBytes: 1 });
  await second.begin(FrameType.STAT, { path: "" });
  await watcher.until(({ waiting }) => waiting === 1, "one that waits");
  await third.begin(FrameType.STAT, { path: "" });
  const seen = await watcher.until(({ waiting }) => waiting === 2, "two that wait");
  const list = seen.operations.map(({ state, position }) => [state, position]);
  assert.deepEqual(list, [
    ["working", undefined],
    ["waiting", 1],
    ["waiting", 2],
    ["watching", undefined],
  ]);
  await holder.sendData(requestId, Uint8Array.of(1));
  await holder.sendFrame(FrameType.COMMIT, requestId, { digest: sha256Of(Uint8Array.of(1)) });
  await watcher.until(({ waiting }) => waiting === 0, "an empty queue");
});

Deno.test("WATCH counts changes of the tree and records of the history", async () => {
  await using place = await startTestServer();
  using watcher = await Watcher.begin(place);
  using peer = await RawPeer.greet(place);
  let { changes, historyRecords } = await watcher.next();
  assert.deepEqual([changes, historyRecords], [0, 0]);
  const changesBy = async (what: string, act: () => Promise<unknown>): Promise<void> => {
    await act();
    const seen = await watcher.until((snapshot) => snapshot.changes > changes, `change: ${what}`);
    assert.equal(seen.changes, changes + 1, what);
    changes = seen.changes;
  };
  const done = async (type: FrameType, payload: unknown): Promise<void> => {
    const reply = await peer.request(type, payload);
    assert.equal(reply.type, FrameType.RESULT, JSON.stringify(reply.json));
  };
  await changesBy("upload", () => uploadRaw(peer, "a", randomBytes(10)));
  await changesBy("mkdir", () => done(FrameType.MKDIR, { path: "d" }));
  await changesBy("rename", () => done(FrameType.RENAME, { from: "a", to: "d/b" }));
  let trashId: unknown;
  await changesBy("delete", async () => {
    trashId = (await peer.request(FrameType.DELETE, { path: "d" })).json?.trashId;
  });
  await changesBy("restore", () => done(FrameType.RESTORE, { id: trashId }));
  await changesBy("delete for good", () => done(FrameType.DELETE, { path: "d", permanent: true }));
  await changesBy("staged uploads", async () => {
    for (const path of ["s1", "s2"]) {
      assert.equal(
        (await uploadRaw(peer, path, randomBytes(5), { stage: true })).type,
        FrameType.RESULT,
      );
    }
    await done(FrameType.PUBLISH, {});
  });
  // An upload, a folder, a rename, two deletes, a restore and two uploads.
  historyRecords =
    (await watcher.until((seen) => seen.historyRecords >= 8, "records")).historyRecords;
  const history = (await peer.request(FrameType.HISTORY, {})).json?.records;
  assert.ok(Array.isArray(history) && history.length === historyRecords);
  // What only looks, and what fails, changes nothing.
  await done(FrameType.LIST, { path: "" });
  await peer.refused("already_exists", FrameType.MKDIR, { path: "s1" });
  await done(FrameType.MKDIR, { path: "deep/er", parents: true });
  const seen = await watcher.until((snapshot) => snapshot.changes > changes, "new folders");
  assert.equal(seen.changes, changes + 2, "a missing parent and the folder");
});

Deno.test("WATCH keeps its connection open beyond the idle timeout, and other requests on it are served", async () => {
  await using place = await startTestServer({ timeouts: { idleMs: 150, lingerMs: 50 } });
  using watcher = await Watcher.begin(place, 100);
  using idle = await RawPeer.greet(place);
  await idle.expectRefusal("timeout");
  for (let i = 0; i < 5; i++) await watcher.next();
  const { peer, requestId } = watcher;
  const reply = await uploadRaw(peer, "a", randomBytes(100_000));
  assert.equal(reply.json?.outcome, "created");
  await watcher.until(({ workers }) => workers.leased === 0, "the end of the linger");
  await peer.sendFrame(FrameType.CANCEL, requestId);
  assertError(await peer.lastFrame(requestId), "cancelled");
  await peer.expectRefusal("timeout");
});

Deno.test("WATCH ends when the client ends its sending side, and when the server stops", async () => {
  await using place = await startTestServer();
  using leaver = await Watcher.begin(place, 60_000);
  await leaver.next();
  await leaver.peer.closeWrite();
  await leaver.peer.expectEnd();
  using stayer = await Watcher.begin(place, 60_000);
  await stayer.next();
  const stopped = place.server.stop();
  await stayer.peer.expectRefusal("stopping");
  stayer.peer.close();
  await stopped;
});

Deno.test("a watcher that takes no byte is closed like any other slow reader, and harms no other", async () => {
  await using place = await startTestServer({ timeouts: { stallMs: 700 } });
  await Deno.truncate(await newFile(place.root.join("large")), 200_000_000);
  using reader = await Watcher.begin(place);
  using stalled = await Watcher.begin(place);
  await stalled.peer.begin(FrameType.GET, { path: "large", digest: "none" });
  await reader.until(({ connections }) => connections.open === 2, "the other");
  await reader.until(({ connections }) => connections.open === 1, "its end");
});

Deno.test("three hundred connections, some of which watch, make a bounded list and hold no worker", async () => {
  await using place = await startTestServer({ workers: 2 });
  const peers = await Promise.all(Array.from({ length: 290 }, () => RawPeer.greet(place)));
  const watchers = await Promise.all(Array.from({ length: 10 }, () => Watcher.begin(place, 1000)));
  try {
    await until(() => place.server.status().connections === 300, "all connections");
    const snapshots = await Promise.all(watchers.map((watcher) => {
      return watcher.until(({ connections, operations }) => {
        const watching = operations.filter(({ state }) => state === "watching");
        return connections.open === 300 && watching.length === 10;
      }, "all connections");
    }));
    for (const { operations, workers } of snapshots) {
      assert.equal(operations.length, MAX_SNAPSHOT_OPERATIONS);
      assert.equal(workers.leased, 0);
    }
  } finally {
    for (const one of [...peers, ...watchers.map(({ peer }) => peer)]) one.close();
  }
});

async function greetThree(
  place: { readonly hostname: string; readonly port: number },
): Promise<[RawPeer, RawPeer, RawPeer] & Disposable> {
  const peers: [RawPeer, RawPeer, RawPeer] = [
    await RawPeer.greet(place),
    await RawPeer.greet(place),
    await RawPeer.greet(place),
  ];
  const close = (): void => peers.forEach((peer) => peer.close());
  return Object.assign(peers, { [Symbol.dispose]: close });
}

async function newFile(path: string): Promise<string> {
  (await Deno.create(path)).close();
  return path;
}
