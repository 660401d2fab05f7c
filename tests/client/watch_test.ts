import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { SluiceClient } from "#client/sluice_client.ts";
import { makeOperation, makeSnapshot } from "#tests/support/snapshots.ts";
import { type FakePeer, FakeServer, type Script } from "./fake_server.ts";

Deno.test("watch() gives validated snapshots, and leaving the loop closes its connection", async () => {
  const closed = Promise.withResolvers<void>();
  await using world = connect(async (peer) => {
    const id = await beginWatch(peer, 250);
    await sendSnapshot(peer, id, 1);
    await sendSnapshot(peer, id, 2);
    await peer.untilClosed();
    closed.resolve();
  });
  const seen: number[] = [];
  for await (const snapshot of world.client.watch({ intervalMs: 250 })) {
    assert.deepEqual(snapshot.operations, [makeOperation()]);
    seen.push(snapshot.sequence);
    if (snapshot.sequence === 2) break;
  }
  await closed.promise;
  // The first may have been replaced by the second before the loop asked for it.
  assert.equal(seen.at(-1), 2);
});

Deno.test("watch() waits behind no busy connection: it has one of its own", async () => {
  const busy = Promise.withResolvers<void>();
  await using world = connect(async (peer) => {
    await peer.hello();
    await peer.expect(FrameType.STAT);
    busy.resolve();
    await peer.untilClosed();
  }, async (peer) => {
    await sendSnapshot(peer, await beginWatch(peer, 1000), 1);
    await peer.untilClosed();
  });
  const stat = world.client.stat("a");
  stat.catch(() => {}); // Looked at below.
  await busy.promise;
  for await (const { sequence } of world.client.watch()) {
    assert.equal(sequence, 1);
    break;
  }
  await world.client.close();
  await assert.rejects(stat, { code: "cancelled" });
});

Deno.test("watch() gives a slow loop the newest snapshot", async () => {
  const allSent = Promise.withResolvers<void>();
  const isFirstSeen = Promise.withResolvers<void>();
  await using world = connect(async (peer) => {
    const id = await beginWatch(peer, 100);
    await sendSnapshot(peer, id, 1);
    await isFirstSeen.promise;
    for (let sequence = 2; sequence <= 50; sequence++) await sendSnapshot(peer, id, sequence);
    // Answered behind the snapshots, so that they have arrived.
    await peer.sendError(id, "stopping");
    allSent.resolve();
    await peer.untilClosed();
  });
  const seen: number[] = [];
  const watching = (async () => {
    for await (const { sequence } of world.client.watch({ intervalMs: 100 })) {
      seen.push(sequence);
      isFirstSeen.resolve();
      await allSent.promise;
    }
  })();
  await assert.rejects(watching, { code: "stopping" });
  assert.ok(seen.length < 10, `${seen}`);
});

Deno.test("watch() ends without an error when its signal aborts: before, while connecting, while waiting", async () => {
  await using world = connect(async (peer) => {
    await sendSnapshot(peer, await beginWatch(peer, 60_000), 1);
    await peer.untilClosed();
  });
  const { client } = world;
  assert.deepEqual(await Array.fromAsync(client.watch({ signal: AbortSignal.abort() })), []);
  assert.equal(world.server.connections, 0);
  const abort = new AbortController();
  const seen: number[] = [];
  for await (const { sequence } of client.watch({ intervalMs: 60_000, signal: abort.signal })) {
    seen.push(sequence);
    queueMicrotask(() => abort.abort());
  }
  assert.deepEqual(seen, [1]);
});

Deno.test("watch() ends without an error when its signal aborts before the hello", async () => {
  const abort = new AbortController();
  await using world = connect(async (peer) => {
    await peer.readPreface();
    abort.abort();
    await peer.untilClosed();
  });
  assert.deepEqual(await Array.fromAsync(world.client.watch({ signal: abort.signal })), []);
});

Deno.test("watch() fails with `unreachable` when the server goes, and when there is none", async () => {
  await using world = connect(async (peer) => {
    await sendSnapshot(peer, await beginWatch(peer, 1000), 1);
  });
  const watching = Array.fromAsync(world.client.watch());
  await assert.rejects(watching, { code: "unreachable" });
  world.server.stopListening();
  await assert.rejects(Array.fromAsync(world.client.watch()), { code: "unreachable" });
});

Deno.test("watch() asks a server for a sign of life when an interval is longer than a silence may be", async () => {
  await using world = connect(async (peer) => {
    const id = await beginWatch(peer, 60_000);
    const ping = await peer.expect(FrameType.PING);
    await peer.send(FrameType.PONG, ping.id);
    await sendSnapshot(peer, id, 1);
    await peer.untilClosed();
  });
  for await (const { sequence } of world.client.watch({ intervalMs: 60_000 })) {
    assert.equal(sequence, 1);
    break;
  }
});

Deno.test("watch() refuses an interval out of its range and a reply that is no snapshot", async () => {
  await using world = connect(async (peer) => {
    await peer.send(FrameType.SNAPSHOT, await beginWatch(peer, 1000), { changes: 1 });
    await peer.untilClosed();
  }, async (peer) => {
    await peer.send(FrameType.RESULT, await beginWatch(peer, 1000), {});
    await peer.untilClosed();
  });
  for (const intervalMs of [99, 60_001, 0.5, Number.NaN]) {
    await assert.rejects(Array.fromAsync(world.client.watch({ intervalMs })), RangeError);
  }
  for (let i = 0; i < 2; i++) {
    await assert.rejects(Array.fromAsync(world.client.watch()), { code: "protocol_error" });
  }
});

interface World extends AsyncDisposable {
  readonly server: FakeServer;
  readonly client: SluiceClient;
}

function connect(...scripts: readonly Script[]): World {
  const server = new FakeServer(...scripts);
  const client = new SluiceClient({
    server: server.address,
    connections: 1,
    replyTimeoutMs: 2000,
    retry: { attempts: 1 },
  });
  return {
    server,
    client,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function beginWatch(peer: FakePeer, intervalMs: number): Promise<number> {
  await peer.hello();
  const { id, json } = await peer.expect(FrameType.WATCH);
  assert.deepEqual(json, { intervalMs });
  return id;
}

async function sendSnapshot(peer: FakePeer, id: number, sequence: number): Promise<void> {
  const snapshot = makeSnapshot({ sequence, operations: [makeOperation()] });
  await peer.send(FrameType.SNAPSHOT, id, snapshot);
}
