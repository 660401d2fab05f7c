import assert from "node:assert/strict";
import { encodePreface } from "#protocol/preface.ts";
import { FrameType, writeU32 } from "#protocol/frame.ts";
import { SluiceClient } from "#client/sluice_client.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { freeLowPort } from "#tests/support/server_on_port.ts";
import { type FakePeer, FakeServer } from "./fake_server.ts";

const STATUS = {
  agent: "fake/1",
  uptimeSeconds: 1,
  connections: 1,
  maxConnections: 10,
  workers: { leased: 0, idle: 1, limit: 4 },
  waiting: 0,
  transfers: 0,
  throttle: { chunkBytes: 1, chunkDelayMs: 0, rate: 0, ratePerConnection: 0 },
};

async function answerStatus(peer: FakePeer): Promise<void> {
  const { id } = await peer.expect(FrameType.STATUS);
  await peer.send(FrameType.RESULT, id, STATUS);
}

Deno.test("a client says that nobody listens", async () => {
  const port = freeLowPort();
  await using client = new SluiceClient({ server: { hostname: "127.0.0.1", port } });
  await assert.rejects(client.status(), {
    code: "unreachable",
    message: `Cannot reach 127.0.0.1:${port}: connection refused; is the server running?`,
  });
});

const STRANGERS: readonly (readonly [string, Uint8Array, string])[] = [
  ["HTTP", new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"), "protocol_error"],
  ["TLS", new Uint8Array([0x15, 3, 1, 0, 2, 2, 0x46]), "protocol_error"],
  ["random bytes", randomBytes(100), "protocol_error"],
  ["another version", encodePreface(2), "unsupported_version"],
  ["half a preface", encodePreface().subarray(0, 5), "unreachable"],
  ["nothing", new Uint8Array(0), "unreachable"],
];

for (const [what, bytes, code] of STRANGERS) {
  Deno.test(`a client refuses a server that answers with ${what}`, async () => {
    await using server = new FakeServer(async (peer) => {
      await peer.readPreface();
      await peer.expect(FrameType.HELLO);
      await peer.sendRaw(bytes);
    });
    await using client = new SluiceClient({ server: server.address });
    await assert.rejects(client.status(), { code });
  });
}

Deno.test("a client gives up a server that never says hello", async () => {
  await using server = new FakeServer(async (peer) => {
    await peer.readPreface();
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address, connectTimeoutMs: 30 });
  await assert.rejects(client.status(), {
    code: "unreachable",
    message: /no answer within 0\.03 s/,
  });
});

Deno.test("a client gives up a server that is silent while a reply is due", async () => {
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address, replyTimeoutMs: 30 });
  await assert.rejects(client.stat("a"), { code: "timeout", message: /it was silent for 0\.03 s/ });
});

Deno.test("a client waits in the queue for as long as the server answers its pings", async () => {
  let pings = 0;
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    const stat = await peer.expect(FrameType.STAT);
    await peer.send(FrameType.QUEUED, stat.id, { position: 1 });
    while (pings < 4) {
      const ping = await peer.expect(FrameType.PING);
      pings++;
      await peer.send(FrameType.PONG, ping.id);
    }
    await peer.sendError(stat.id, "not_found");
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address, replyTimeoutMs: 300 });
  await assert.rejects(client.stat("a"), { code: "not_found" });
  assert.equal(pings, 4);
});

Deno.test("a client gives up a server that is silent in the queue and answers no ping", async () => {
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    const stat = await peer.expect(FrameType.STAT);
    await peer.send(FrameType.QUEUED, stat.id, { position: 1 });
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address, replyTimeoutMs: 60 });
  await assert.rejects(client.stat("a"), { code: "timeout" });
});

Deno.test("a client reports the refusal that comes instead of a welcome", async () => {
  await using server = new FakeServer(async (peer) => {
    await peer.readPreface();
    await peer.expect(FrameType.HELLO);
    await peer.sendRaw(encodePreface());
    await peer.sendError(0, "busy", "Cannot serve: too many connections");
  });
  await using client = new SluiceClient({ server: server.address });
  await assert.rejects(client.status(), {
    code: "busy",
    message: "Cannot serve: too many connections",
  });
});

/** Answers that break the protocol, on the place of the answer to a STAT. */
const GARBAGE: readonly (readonly [string, (peer: FakePeer, id: number) => Promise<void>])[] = [
  ["random bytes", (peer) => peer.sendRaw(randomBytes(5000))],
  ["a frame that is too long", (peer) => {
    const header = new Uint8Array(16);
    writeU32(header, 0, 0xffff_ffff);
    header[4] = FrameType.RESULT;
    return peer.sendRaw(header);
  }],
  ["data", (peer, id) => peer.sendData(id, randomBytes(10))],
  ["data for nobody", (peer, id) => peer.sendData(id + 1, randomBytes(10))],
  ["an answer for nobody", (peer, id) => peer.send(FrameType.RESULT, id + 1, {})],
  ["a request", (peer, id) => peer.send(FrameType.LIST, id, {})],
  ["another shape", (peer, id) => peer.send(FrameType.RESULT, id, { sizeBytes: -1 })],
  ["READY", (peer, id) => peer.send(FrameType.READY, id, {})],
  ["no JSON", (peer, id) => {
    const frame = new Uint8Array(20).fill(0xff);
    writeU32(frame, 0, 4);
    frame.set([FrameType.RESULT, 0, 0, 0], 4);
    writeU32(frame, 8, id);
    return peer.sendRaw(frame);
  }],
  ["a short ACK", (peer, id) => peer.send(FrameType.ACK, id, {})],
];

for (const [what, answer] of GARBAGE) {
  Deno.test(`a client ends with protocol_error when the server answers with ${what}`, async () => {
    await using server = new FakeServer(async (peer) => {
      await peer.hello();
      const { id } = await peer.expect(FrameType.STAT);
      await answer(peer, id);
      await peer.untilClosed();
    });
    await using client = new SluiceClient({ server: server.address });
    await assert.rejects(client.stat("a"), { code: "protocol_error" });
  });
}

Deno.test("a client takes a frame that is cut short for a lost connection", async () => {
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    await peer.expect(FrameType.STAT);
    await peer.sendRaw(new Uint8Array([0, 0, 0, 50, FrameType.RESULT, 0, 0]));
  });
  await using client = new SluiceClient({ server: server.address });
  await assert.rejects(client.stat("a"), { code: "unreachable" });
});

Deno.test("a client reads replies that come one byte at a time", async () => {
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    const { id } = await peer.expect(FrameType.STAT);
    const frame = [0, 0, 0, 0, FrameType.ACK, 0, 0, 0, 0, 0, 0, id, 0, 0, 0, 0];
    frame[3] = 8;
    frame.push(0, 0, 0, 0, 0, 0, 0, 1);
    for (const byte of frame) await peer.sendRaw(new Uint8Array([byte]));
    await peer.sendError(id, "not_found");
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address });
  await assert.rejects(client.stat("a"), { code: "not_found" });
});

Deno.test("a client keeps its connection and uses it again", async () => {
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    for (;;) await answerStatus(peer);
  });
  await using client = new SluiceClient({ server: server.address });
  assert.deepEqual(await client.status(), STATUS);
  assert.deepEqual(await client.status(), STATUS);
  assert.equal(server.connections, 1);
});

Deno.test("a client repeats a question when its idle connection turns out to be dead", async () => {
  await using server = new FakeServer(
    async (peer) => {
      await peer.hello();
      await answerStatus(peer);
      await peer.expect(FrameType.STATUS);
    },
    async (peer) => {
      await peer.hello();
      for (;;) await answerStatus(peer);
    },
  );
  await using client = new SluiceClient({ server: server.address });
  await client.status();
  assert.deepEqual(await client.status(), STATUS);
  assert.equal(server.connections, 2);
});

Deno.test("a client does not repeat a rename", async () => {
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    await answerStatus(peer);
    await peer.expect(FrameType.RENAME);
  });
  await using client = new SluiceClient({ server: server.address });
  await client.status();
  await assert.rejects(client.rename("a", "b"), { code: "unreachable" });
  assert.equal(server.connections, 1);
});

Deno.test("a client opens no more connections than it may, and serves in order", async () => {
  const order: string[] = [];
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    for (;;) {
      const { id, json } = await peer.expect(FrameType.STAT);
      order.push(json.path);
      await peer.sendError(id, "not_found");
    }
  });
  await using client = new SluiceClient({ server: server.address, connections: 1 });
  const paths = ["a", "b", "c", "d"];
  await Promise.allSettled(paths.map((path) => client.stat(path)));
  assert.deepEqual(order, paths);
  assert.equal(server.connections, 1);
});

Deno.test("status() goes between the frames of others when no connection is free", async () => {
  const asked = Promise.withResolvers<void>();
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    const stat = await peer.expect(FrameType.STAT);
    asked.resolve();
    await answerStatus(peer);
    await peer.sendError(stat.id, "not_found");
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address, connections: 1 });
  const stat = assert.rejects(client.stat("a"), { code: "not_found" });
  await asked.promise;
  assert.deepEqual(await client.status(), STATUS);
  await stat;
});

Deno.test("ping() measures a round trip", async () => {
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    const { id } = await peer.expect(FrameType.PING);
    await peer.send(FrameType.PONG, id);
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address });
  assert.ok(await client.ping() >= 0);
});

Deno.test("close() ends calls under way and those that wait", async () => {
  const asked = Promise.withResolvers<void>();
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    await peer.expect(FrameType.STAT);
    asked.resolve();
    await peer.untilClosed();
  });
  const client = new SluiceClient({ server: server.address, connections: 1 });
  const calls = [client.stat("a"), client.stat("b")].map((call) =>
    assert.rejects(call, { code: "cancelled" })
  );
  await asked.promise;
  await client.close();
  await client.close();
  await Promise.all(calls);
  await assert.rejects(client.stat("c"), { code: "cancelled" });
});

Deno.test("new SluiceClient() refuses less than one connection", () => {
  assert.throws(() => new SluiceClient({ connections: 0 }), RangeError);
});
