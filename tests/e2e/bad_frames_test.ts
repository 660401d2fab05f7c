import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { encodeControl, encodeFrame, FrameType, writeU32 } from "#protocol/frame.ts";
import { HEADER_BYTES, MAX_DATA_BYTES, MAX_REQUEST_BYTES } from "#protocol/limits.ts";
import { encodePreface } from "#protocol/preface.ts";
import { countSockets, waitUntilClosed } from "#tests/support/open_descriptors.ts";
import { concatBytes, randomBytes } from "#tests/support/random_bytes.ts";
import { assertError, RawPeer } from "#tests/support/raw_peer.ts";
import { uploadRaw } from "#tests/support/raw_transfer.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { startTestServer } from "#tests/server/test_server.ts";

const encoder = new TextEncoder();
const EMPTY = new Uint8Array(0);
const STAT_ROOT = encodeControl(FrameType.STAT, 1, { path: "" });

function changed(
  frame: Uint8Array<ArrayBuffer>,
  at: number,
  value: number,
): Uint8Array<ArrayBuffer> {
  const copy = frame.slice();
  copy[at] = value;
  return copy;
}

function withLength(type: FrameType, length: number): Uint8Array<ArrayBuffer> {
  const header = encodeFrame(type, 1, EMPTY);
  writeU32(header, 0, length);
  return header;
}

/** Frames that end the connection with ERROR 0 `protocol_error` (docs/protocol.md §3). */
const FATAL: readonly (readonly [string, Uint8Array])[] = [
  ["type 0", changed(STAT_ROOT, 4, 0)],
  ["an unknown type", changed(STAT_ROOT, 4, 0x99)],
  ["a reserved byte", changed(STAT_ROOT, 5, 1)],
  ["another reserved byte", changed(STAT_ROOT, 7, 0x80)],
  ["a request id of 0", encodeControl(FrameType.STAT, 0, { path: "" })],
  ["a PING with id 0", encodeFrame(FrameType.PING, 0, EMPTY)],
  ["a request one byte over the limit", withLength(FrameType.STAT, MAX_REQUEST_BYTES + 1)],
  ["a length of 2^32 - 1", withLength(FrameType.LIST, 0xffff_ffff)],
  ["a length of 2^31", withLength(FrameType.DATA, 0x8000_0000)],
  ["DATA one byte over the limit", withLength(FrameType.DATA, MAX_DATA_BYTES + 1)],
  ["a PING over 64 bytes", encodeFrame(FrameType.PING, 1, new Uint8Array(65))],
  ["a second HELLO", encodeControl(FrameType.HELLO, 0, { agent: "again" })],
  ["a second preface", concatBytes([encodePreface(), new Uint8Array(8)])],
  ["WELCOME", encodeControl(FrameType.WELCOME, 0, {})],
  ["RESULT", encodeControl(FrameType.RESULT, 1, {})],
  ["ERROR", encodeControl(FrameType.ERROR, 1, { code: 1, name: "internal", message: "x" })],
  ["READY", encodeControl(FrameType.READY, 1, {})],
  ["ACK", encodeFrame(FrameType.ACK, 1, new Uint8Array(8))],
  ["PONG", encodeFrame(FrameType.PONG, 1, EMPTY)],
  ["an HTTP request", encoder.encode("GET / HTTP/1.1\r\nHost: x\r\n\r\n")],
  ["zeros", new Uint8Array(1000)],
  ["random bytes", Uint8Array.from([0, 0, 0, 0, 0xee, ...randomBytes(1000)])],
];

Deno.test("each frame that breaks the layout ends its connection, and no other, with protocol_error", async () => {
  await using folder = await makeTempFolder();
  await using server = await startServerProcess({ root: folder.path });
  using bystander = await RawPeer.greet(server);
  const sockets = await countSockets(server.pid);
  for (const [what, bytes] of FATAL) {
    using peer = await RawPeer.greet(server);
    await peer.send(bytes);
    const frame = await peer.nextFrame();
    assert.equal(frame.requestId, 0, what);
    assertError(frame, "protocol_error", what);
    await peer.expectEnd();
    await assertServes(bystander);
  }
  await waitUntilClosed(server.pid, folder.path, sockets);
});

Deno.test("a connection learns why it is closed when it goes on sending", async () => {
  await using server = await startTestServer();
  using peer = await RawPeer.greet(server);
  await peer.send(concatBytes([changed(STAT_ROOT, 4, 0x99), randomBytes(3_000_000)]));
  await peer.expectRefusal("protocol_error");
});

Deno.test("requests before trailing garbage are answered", async () => {
  await using server = await startTestServer();
  for (const garbage of [encoder.encode("trailing garbage"), randomBytes(5000, 3)]) {
    using peer = await RawPeer.greet(server);
    const bad = changed(concatBytes([new Uint8Array(HEADER_BYTES), garbage]), 4, 0xee);
    const ping = encodeFrame(FrameType.PING, 2, encoder.encode("?"));
    await peer.send(concatBytes([ping, bad]));
    await peer.expectFrame(FrameType.PONG, 2);
    await peer.expectRefusal("protocol_error");
  }
});

/** Payloads that are refused, after which the connection goes on. */
const BAD_PAYLOADS: readonly (readonly [string, FrameType, Uint8Array | string])[] = [
  ["nothing", FrameType.STAT, ""],
  ["no JSON", FrameType.STAT, "path"],
  ["half of an object", FrameType.STAT, `{"path":"a"`],
  ["an array", FrameType.STAT, `["a"]`],
  ["null", FrameType.DELETE, "null"],
  ["a path that is a number", FrameType.STAT, `{"path":1}`],
  ["a path that is an object", FrameType.LIST, `{"path":{"length":1}}`],
  ["no path", FrameType.MKDIR, "{}"],
  ["a path in __proto__", FrameType.STAT, `{"__proto__":{"path":""}}`],
  ["half of a rename", FrameType.RENAME, `{"from":"a"}`],
  [
    "invalid UTF-8",
    FrameType.STAT,
    Uint8Array.from([...encoder.encode(`{"path":"`), 0xff, 0x22, 0x7d]),
  ],
  ["a byte order mark", FrameType.STAT, `\ufeff{"path":""}`],
  ["60,000 open brackets", FrameType.STAT, "[".repeat(60_000)],
  ["60,000 nested objects", FrameType.STAT, `{"path":`.repeat(8_000)],
  [
    "a huge string",
    FrameType.PUT,
    `{"path":"a","sizeBytes":1,"onConflict":"${"x".repeat(60_000)}"}`,
  ],
  ["a limit of 0", FrameType.LIST, `{"path":"","limit":0}`],
  ["a limit over the server's", FrameType.LIST, `{"path":"","limit":2001}`],
  ["a digest of no known kind", FrameType.GET, `{"path":"a","digest":"md5"}`],
  ["a policy of no known kind", FrameType.PUT, `{"path":"a","sizeBytes":1,"onConflict":"ask"}`],
  ...["-1", "0.5", "1e400", "9007199254740992", `"1"`, "null", "[]"].flatMap((size) =>
    [
      [`a size of ${size}`, FrameType.PUT, `{"path":"new","sizeBytes":${size}}`],
      [`an offset of ${size}`, FrameType.GET, `{"path":"a","offsetBytes":${size}}`],
      [`a length of ${size}`, FrameType.GET, `{"path":"a","lengthBytes":${size}}`],
    ] as const
  ),
];

Deno.test("each payload that is not what its type asks for gets invalid_request and no more", async () => {
  await using server = await startTestServer();
  using peer = await RawPeer.greet(server);
  await uploadRaw(peer, "a", encoder.encode("metered"));
  for (const [what, type, payload] of BAD_PAYLOADS) {
    const bytes = typeof payload === "string" ? encoder.encode(payload) : payload;
    const message = assertError(await peer.request(type, bytes), "invalid_request", what);
    assert.ok(message.length < 1000, what);
  }
  await assertServes(peer);
});

Deno.test("unknown and repeated keys are taken as docs/protocol.md says", async () => {
  await using server = await startTestServer();
  using peer = await RawPeer.greet(server);
  await uploadRaw(peer, "a", encoder.encode("metered"));
  for (
    const text of [
      `{"path":"none","path":"a"}`,
      `{"path":"a","later":{"deep":[1]},"__proto__":{"path":"none"},"constructor":1}`,
      ` {"path"\n:\t"\\u0061"} `,
      `{"path":"a","x":"${"y".repeat(60_000)}"}`,
      `{"path":"a","x":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
    ]
  ) {
    const { json } = await peer.request(FrameType.STAT, encoder.encode(text));
    assert.equal(json?.path, "a", text.slice(0, 80));
  }
});

Deno.test("an offset or a length past the end gets offset_out_of_range", async () => {
  await using server = await startTestServer();
  using peer = await RawPeer.greet(server);
  await uploadRaw(peer, "a", encoder.encode("metered"));
  const ranges = [
    { offsetBytes: 8 },
    { offsetBytes: Number.MAX_SAFE_INTEGER },
    { lengthBytes: 8 },
    { offsetBytes: 7, lengthBytes: 1 },
    { offsetBytes: 4, lengthBytes: Number.MAX_SAFE_INTEGER },
  ];
  for (const range of ranges) {
    const message = await peer.refused("offset_out_of_range", FrameType.GET, {
      path: "a",
      ...range,
    });
    assert.ok(message.startsWith(`Cannot download "a"`), message);
  }
  const atTheEnd = { path: "a", offsetBytes: 7, digest: "none" };
  assert.deepEqual((await peer.request(FrameType.GET, atTheEnd)).json, {});
});

Deno.test("frames are understood when they arrive byte by byte", async () => {
  await using server = await startTestServer();
  using peer = await RawPeer.greet(server);
  const bytes = encoder.encode("metered");
  const frames = concatBytes([
    encodeControl(FrameType.PUT, 5, { path: "a", sizeBytes: 7, algorithm: "sha256" }),
    encodeFrame(FrameType.DATA, 5, bytes.subarray(0, 3), crc32(bytes.subarray(0, 3))),
    encodeFrame(FrameType.DATA, 5, bytes.subarray(3), crc32(bytes.subarray(3))),
    encodeControl(FrameType.COMMIT, 5, { digest: METERED_DIGEST }),
  ]);
  for (const byte of frames) await peer.send(Uint8Array.of(byte));
  assert.equal((await peer.lastFrame(5)).json?.outcome, "created");
});

Deno.test("a thousand requests in one go are answered in their order", async () => {
  await using server = await startTestServer();
  using peer = await RawPeer.greet(server);
  const ids = Array.from({ length: 1000 }, (_, i) => i + 1);
  const request = (id: number): Uint8Array =>
    encodeControl(id % 2 === 0 ? FrameType.STAT : FrameType.LIST, id, { path: "" });
  await peer.send(concatBytes(ids.map(request)));
  for (const id of ids) await peer.expectFrame(FrameType.RESULT, id);
});

Deno.test("STATUS and PING are answered while an upload waits for its bytes", async () => {
  await using server = await startTestServer();
  using peer = await RawPeer.greet(server);
  const put = await peer.begin(FrameType.PUT, { path: "a", sizeBytes: 5 });
  await peer.expectFrame(FrameType.READY, put);
  await assertServes(peer);
  const status = await peer.begin(FrameType.STATUS);
  assert.equal((await peer.expectFrame(FrameType.RESULT, status)).json?.transfers, 1);
});

Deno.test("CANCEL of what is not under way is ignored", async () => {
  await using server = await startTestServer();
  using peer = await RawPeer.greet(server);
  for (const id of [1, 77, 0xffff_ffff]) await peer.sendFrame(FrameType.CANCEL, id);
  await assertServes(peer);
  assert.equal((await peer.request(FrameType.STAT, { path: "" })).type, FrameType.RESULT);
});

Deno.test("a client that has closed its sending side gets the replies to what it sent", async () => {
  await using server = await startTestServer();
  using peer = await RawPeer.greet(server);
  for (let id = 1; id <= 20; id++) await peer.sendFrame(FrameType.STAT, id, { path: "" });
  await peer.closeWrite();
  for (let id = 1; id <= 20; id++) await peer.expectFrame(FrameType.RESULT, id);
  await peer.expectEnd();
});

Deno.test("random bytes behind a hello end in protocol_error or an answer, and harm nobody", async () => {
  await using folder = await makeTempFolder();
  await using server = await startServerProcess({ root: folder.path });
  using bystander = await RawPeer.greet(server);
  const types = Object.values(FrameType);
  for (let seed = 1; seed <= 60; seed++) {
    using peer = await RawPeer.greet(server);
    const payload = randomBytes(seed * 7, seed);
    const type = types[seed % types.length] ?? FrameType.PING;
    await peer.send(encodeFrame(type, 1 + seed % 3, payload, seed));
    await peer.send(randomBytes(2000, seed));
    await peer.closeWrite();
    await peer.takeRest();
    await assertServes(bystander);
  }
  assert.ok(!server.stderr.text.includes("internal"), server.stderr.text);
});

const METERED_DIGEST = "sha256:1f5cb49b00bc8f3acf36f9970fd1fc0df7e479b29361421f8dadb9bf8656f65b";

async function assertServes(peer: RawPeer): Promise<void> {
  const payload = encoder.encode("still there?");
  const id = await peer.begin(FrameType.PING, payload);
  assert.deepEqual((await peer.expectFrame(FrameType.PONG, id)).payload, payload);
}
