import assert from "node:assert/strict";
import { encodeControl, encodeFrame, FrameType } from "#protocol/frame.ts";
import { encodePreface } from "#protocol/preface.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { concatBytes, randomBytes } from "#tests/support/random_bytes.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { hasProgram, runCommand } from "#tests/support/run_command.ts";
import { startTestServer, type TestServer } from "#tests/server/test_server.ts";

const encoder = new TextEncoder();
const hasCurl = await hasProgram("curl");
const HELLO = concatBytes([encodePreface(), encodeControl(FrameType.HELLO, 0, { agent: "test" })]);
const TLS_ALERT = Uint8Array.of(0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46);

Deno.test("the server answers HTTP with a small 400 when a browser finds its port", async () => {
  await using server = await startTestServer();
  const starts = [
    "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST /upload HTTP/1.1\r\n",
    "HEAD /",
    "PRI * HTTP/2.0\r\n",
  ];
  for (const start of starts) {
    using peer = await RawPeer.connect(server);
    await peer.send(encoder.encode(start));
    assertHttp400(await peer.takeRest());
  }
  await assertServesOn(server);
});

Deno.test("the server answers an HTTP upload of some MB without reading it all", async () => {
  await using server = await startTestServer();
  using peer = await RawPeer.connect(server);
  const head = encoder.encode("POST / HTTP/1.1\r\nContent-Length: 3000000\r\n\r\n");
  await peer.send(head);
  const sending = peer.send(randomBytes(3_000_000)).catch(() => {
    // The server may close before it has all; what counts is that the answer arrives.
  });
  assertHttp400(await peer.takeRest());
  peer.close();
  await sending;
  await assertServesOn(server);
});

Deno.test("the server gives curl an answer that curl understands", {
  ignore: !hasCurl,
}, async () => {
  await using server = await startTestServer();
  const { code, stdout } = await runCommand("curl", [
    "-sS",
    "-i",
    `http://127.0.0.1:${server.port}/x`,
  ]);
  assert.equal(code, 0);
  assertHttp400(encoder.encode(stdout));
});

Deno.test("the server answers TLS with the alert protocol_version", async () => {
  await using server = await startTestServer();
  using peer = await RawPeer.connect(server);
  await peer.send(Uint8Array.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, ...randomBytes(500)]));
  assert.deepEqual(await peer.takeRest(), TLS_ALERT);
  await assertServesOn(server);
});

Deno.test("the server refuses random bytes with protocol_error at the first wrong byte", async () => {
  await using server = await startTestServer();
  for (let seed = 1; seed <= 20; seed++) {
    const bytes = randomBytes(seed * seed * 10, seed);
    bytes[0] = 0x80 | seed;
    using peer = await RawPeer.connect(server);
    await peer.send(bytes);
    await peer.expectPreface();
    await peer.expectRefusal("protocol_error");
  }
  await assertServesOn(server);
});

Deno.test("the server states its version and refuses another one", async () => {
  await using server = await startTestServer();
  for (const version of [0, 2, 256, 0xffff]) {
    using peer = await RawPeer.connect(server);
    await peer.send(encodePreface(version));
    await peer.expectPreface();
    await peer.expectRefusal("unsupported_version");
  }
  await assertServesOn(server);
});

const BAD_FIRST_FRAMES: readonly (readonly [string, Uint8Array])[] = [
  ["a request before HELLO", encodeControl(FrameType.STAT, 1, { path: "" })],
  ["PING before HELLO", encodeFrame(FrameType.PING, 1, new Uint8Array(0))],
  ["WELCOME", encodeControl(FrameType.WELCOME, 0, {})],
  ["a frame of no known type", Uint8Array.of(0, 0, 0, 0, 0x99, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)],
];
for (const [what, frame] of BAD_FIRST_FRAMES) {
  Deno.test(`the server refuses a connection that begins with ${what}`, async () => {
    await using server = await startTestServer();
    using peer = await RawPeer.connect(server);
    await peer.send(concatBytes([encodePreface(), frame]));
    await peer.expectPreface();
    await peer.expectRefusal("protocol_error");
    await assertServesOn(server);
  });
}

Deno.test("the server takes a hello that arrives byte by byte", async () => {
  await using server = await startTestServer();
  using peer = await RawPeer.connect(server);
  for (const byte of HELLO) await peer.send(Uint8Array.of(byte));
  await peer.expectPreface();
  await peer.expectFrame(FrameType.WELCOME, 0);
});

const SLOW_STARTS: readonly (readonly [string, Uint8Array])[] = [
  ["says nothing", new Uint8Array(0)],
  ["sends half a preface", encodePreface().subarray(0, 4)],
  ["sends half a hello", HELLO.subarray(0, HELLO.byteLength - 1)],
  ["sends half a method of HTTP", encoder.encode("GE")],
];
Deno.test("the server closes with timeout when no hello has come by the deadline", async () => {
  await using server = await startTestServer({ timeouts: { helloMs: 1_000, tickMs: 50 } });
  await Promise.all(SLOW_STARTS.map(async ([_what, start]) => {
    using peer = await RawPeer.connect(server);
    await peer.send(start);
    await peer.expectPreface();
    await peer.expectRefusal("timeout");
  }));
  await assertServesOn(server);
});

Deno.test("the server's deadline for the hello is not moved by a byte now and then", async () => {
  await using server = await startTestServer({ timeouts: { helloMs: 700, tickMs: 50 } });
  using peer = await RawPeer.connect(server);
  // At this pace it would take a minute.
  const hello = concatBytes([
    encodePreface(),
    encodeControl(FrameType.HELLO, 0, { agent: "t".repeat(1000) }),
  ]);
  let sent = 0;
  const dripping = setInterval(() => {
    const byte = hello.subarray(sent++, sent);
    peer.send(byte).catch(() => {
      // Closed by the server, as it should.
    });
  }, 60);
  try {
    await peer.expectPreface();
    await peer.expectRefusal("timeout");
    assert.ok(sent < hello.byteLength);
  } finally {
    clearInterval(dripping);
  }
});

Deno.test("the server closes with timeout when a frame does not arrive whole in time", async () => {
  await using server = await startTestServer({ timeouts: { frameMs: 1_000, tickMs: 50 } });
  const frame = encodeControl(FrameType.STAT, 1, { path: "" });
  await Promise.all([1, 15, frame.byteLength - 1].map(async (cut) => {
    using peer = await RawPeer.greet(server);
    await peer.send(frame.subarray(0, cut));
    await peer.expectRefusal("timeout");
  }));
});

Deno.test("the server closes with timeout when a connection asks for nothing", async () => {
  await using server = await startTestServer({ timeouts: { idleMs: 1_000, tickMs: 50 } });
  using peer = await RawPeer.greet(server);
  await peer.expectRefusal("timeout");
});

Deno.test("the server reads an endless header to no end", async () => {
  await using server = await startTestServer();
  for (const start of [encoder.encode("GET /"), HELLO.subarray(0, 20), encoder.encode("xx")]) {
    using peer = await RawPeer.connect(server);
    await peer.send(start);
    const flood = sendUntilClosed(peer);
    await peer.takeRest().catch(() => {
      // Reset, because it sent more than was read: closed all the same.
    });
    peer.close();
    assert.ok(await flood < 100e6);
  }
  await assertServesOn(server);
});

Deno.test("the server refuses connections over the limit with busy and takes others when one goes", async () => {
  await using server = await startTestServer({ maxConnections: 2 });
  using _first = await RawPeer.greet(server);
  const second = await RawPeer.greet(server);
  try {
    using third = await RawPeer.connect(server);
    await third.send(HELLO);
    await third.expectPreface();
    await third.expectRefusal("busy");
  } finally {
    second.close();
  }
  using _fourth = await withDeadline(greetWhenFree(server), "a place of those that left");
});

Deno.test("the server survives peers that connect and leave", async () => {
  await using server = await startTestServer();
  for (let i = 0; i < 100; i++) {
    using peer = await RawPeer.connect(server);
    if (i % 3 === 1) await peer.send(HELLO.subarray(0, i % HELLO.byteLength));
    if (i % 3 === 2) await peer.closeWrite();
  }
  await assertServesOn(server);
});

function assertHttp400(bytes: Uint8Array): void {
  const text = new TextDecoder().decode(bytes);
  assert.match(text, /^HTTP\/1\.1 400 /);
  assert.match(text, /\r\nContent-Length: \d+\r\n/);
  assert.match(text, /\r\nConnection: close\r\n/);
  assert.match(text, /Sluice/);
  assert.ok(text.length < 1000);
}

/** Sends until the server has closed or 100 MB are gone; gives the bytes sent. */
async function sendUntilClosed(peer: RawPeer): Promise<number> {
  const piece = new Uint8Array(64 * 1024).fill(0x61);
  let sentBytes = 0;
  try {
    while (sentBytes < 100e6) {
      await peer.send(piece);
      sentBytes += piece.byteLength;
    }
  } catch {
    // Closed by the server.
  }
  return sentBytes;
}

/** Tries again while the server is busy: it learns a moment later than we that a peer has left. */
async function greetWhenFree(server: TestServer): Promise<RawPeer> {
  for (;;) {
    const peer = await RawPeer.connect(server);
    await peer.send(HELLO);
    await peer.expectPreface();
    if ((await peer.nextFrame()).type === FrameType.WELCOME) return peer;
    peer.close();
  }
}

async function assertServesOn(server: TestServer): Promise<void> {
  using peer = await RawPeer.greet(server);
  const { json } = await peer.request(FrameType.STAT, { path: "" });
  assert.equal(json?.kind, "folder");
}
