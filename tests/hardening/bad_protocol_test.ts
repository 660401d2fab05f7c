import assert from "node:assert/strict";
import { encodeControl, encodeFrame, FrameType, writeU32 } from "#protocol/frame.ts";
import { HEADER_BYTES } from "#protocol/limits.ts";
import { encodePreface } from "#protocol/preface.ts";
import { concatBytes, randomBytes } from "#tests/support/random_bytes.ts";
import { assertError, RawPeer } from "#tests/support/raw_peer.ts";
import { beginUpload, downloadRaw, uploadRaw } from "#tests/support/raw_transfer.ts";
import { badInputTests, type BadPlace } from "./bad_inputs/bad_input.ts";

/** Long enough for a peer that a busy machine slows down, which must not be taken for a silent one. */
const FRAME_MS = 5_000;
const badInput = badInputTests({ frameMs: FRAME_MS, helloMs: FRAME_MS, tickMs: 50 });
const encoder = new TextEncoder();
const STAT_KEPT = encodeControl(FrameType.STAT, 1, { path: "kept" });
const GREETING = concatBytes([
  encodePreface(),
  encodeControl(FrameType.HELLO, 0, { agent: "bad" }),
]);

/** A frame with some of its header changed. */
function changed(frame: Uint8Array, at: number, value: number): Uint8Array {
  const copy = frame.slice();
  copy[at] = value;
  return copy;
}

/** Sends bytes on a connection of their own, on which the server says why it ends. */
async function endsWith(
  { server }: BadPlace,
  bytes: Uint8Array,
  code: "protocol_error" | "timeout" | "unsupported_version",
): Promise<void> {
  using peer = await RawPeer.connect(server);
  await peer.send(bytes);
  await peer.expectPreface();
  await peer.expectRefusal(code);
}

/** Payloads that are not what their type asks for: the connection goes on. */
async function refusePayloads(
  { peer }: BadPlace,
  payloads: readonly (readonly [FrameType, string])[],
): Promise<void> {
  for (const [type, text] of payloads) {
    const message = assertError(await peer.request(type, encoder.encode(text)), "invalid_request");
    assert.ok(message.length < 1_000);
  }
}

badInput("a length of zero", async ({ peer }) => {
  for (const type of [FrameType.STAT, FrameType.PUT, FrameType.RENAME, FrameType.FIND]) {
    assertError(await peer.request(type, new Uint8Array(0)), "invalid_request");
  }
  assert.equal((await uploadRaw(peer, "empty", new Uint8Array(0))).json?.outcome, "created");
  assert.deepEqual(await downloadRaw(peer, "empty"), new Uint8Array(0));
  await peer.request(FrameType.DELETE, { path: "empty", permanent: true });
});

badInput("numbers that are negative, fractional or over 2^53", async (place) => {
  const sizes = ["-1", "0.5", "1e400", "9007199254740992", "-0.1", '"1"', "null", "[]", "NaN"];
  await refusePayloads(
    place,
    sizes.flatMap((size) => [
      [FrameType.PUT, `{"path":"new","sizeBytes":${size}}`],
      [FrameType.GET, `{"path":"kept","offsetBytes":${size}}`],
      [FrameType.GET, `{"path":"kept","lengthBytes":${size}}`],
      [FrameType.LIST, `{"path":"","limit":${size}}`],
    ]),
  );
});

badInput("a length that is wrong either way", async (place) => {
  for (const length of [0x1_0001, 0x10_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) {
    const long = STAT_KEPT.slice();
    writeU32(long, 0, length);
    await endsWith(place, concatBytes([GREETING, long]), "protocol_error");
  }
  // Shorter than what follows: the rest is no frame.
  const short = STAT_KEPT.slice();
  writeU32(short, 0, 3);
  await endsWith(place, concatBytes([GREETING, short, new Uint8Array(64)]), "protocol_error");
  // Longer: the rest never comes.
  const waiting = STAT_KEPT.slice();
  writeU32(waiting, 0, 200);
  await endsWith(place, concatBytes([GREETING, waiting]), "timeout");
});

badInput("a declared size that is not kept", async ({ peer }) => {
  const few = await beginUpload(peer, { path: "few", sizeBytes: 100 });
  await peer.sendData(few.requestId, new Uint8Array(99));
  await peer.sendFrame(FrameType.COMMIT, few.requestId, {});
  assertError(await peer.lastFrame(few.requestId), "invalid_request");
  assertError(await peer.request(FrameType.STAT, { path: "few" }), "not_found");
});

badInput("more than was declared", async ({ peer }) => {
  const many = await beginUpload(peer, { path: "many", sizeBytes: 10 });
  await peer.sendData(many.requestId, new Uint8Array(11));
  await peer.sendFrame(FrameType.COMMIT, many.requestId, {});
  assertError(await peer.lastFrame(many.requestId), "invalid_request");
  assertError(await peer.request(FrameType.STAT, { path: "many" }), "not_found");
});

badInput("an offset past the end", async ({ peer }) => {
  for (const range of [{ offsetBytes: 14 }, { offsetBytes: 2 ** 53 - 1 }, { lengthBytes: 14 }]) {
    await peer.refused("offset_out_of_range", FrameType.GET, { path: "kept", ...range });
  }
});

badInput("a frame split at every byte", async ({ server }) => {
  const all = concatBytes([GREETING, STAT_KEPT]);
  for (let at = 1; at < all.byteLength; at += 3) {
    using peer = await RawPeer.connect(server);
    await peer.send(all.subarray(0, at));
    await peer.send(all.subarray(at));
    await peer.expectPreface();
    await peer.expectFrame(FrameType.WELCOME, 0);
    assert.equal((await peer.lastFrame(1)).json?.sizeBytes, 13);
  }
  using peer = await RawPeer.connect(server);
  for (const byte of all) await peer.send(Uint8Array.of(byte));
  await peer.expectPreface();
  assert.equal((await peer.lastFrame(1)).json?.sizeBytes, 13);
});

badInput("one byte a second", async (place) => {
  // Bytes that come now and then do not move the deadline.
  const begun = encodeFrame(FrameType.STAT, 1, new Uint8Array(99));
  await Promise.all([drip(place, GREETING, 0), drip(place, begun, GREETING.byteLength)]);
});

/** Sends bytes one by one, behind so many of the greeting at once. */
async function drip({ server }: BadPlace, bytes: Uint8Array, greetedBytes: number): Promise<void> {
  using peer = await RawPeer.connect(server);
  await peer.send(GREETING.subarray(0, greetedBytes));
  let sent = 0;
  const dripping = setInterval(() => {
    peer.send(bytes.subarray(sent, ++sent)).catch(() => {
      // Closed by the server, as it should be.
    });
  }, FRAME_MS / 10);
  try {
    await peer.expectPreface();
    if (greetedBytes > 0) await peer.expectFrame(FrameType.WELCOME, 0);
    await peer.expectRefusal("timeout");
  } finally {
    clearInterval(dripping);
  }
}

badInput("an endless header", async ({ server }) => {
  for (const start of ["GET /", "xx", "SLUIC"]) {
    using peer = await RawPeer.connect(server);
    const line = encoder.encode("x".repeat(64 * 1024));
    await peer.send(encoder.encode(start));
    // It is dropped for a moment, so that the refusal arrives; then the line is closed.
    const flood = async (): Promise<void> => {
      for (;;) await peer.send(line);
    };
    await assert.rejects(flood(), /reset|broken pipe|connection/i);
  }
});

badInput("pipelined requests", async ({ peer }) => {
  const requests = Array.from({ length: 1_000 }, (_, n) => {
    return encodeControl(FrameType.STAT, n + 1, { path: "kept" });
  });
  const sending = peer.send(concatBytes(requests));
  for (let n = 1; n <= 1_000; n++) assert.equal((await peer.lastFrame(n)).json?.sizeBytes, 13);
  await sending;
});

badInput("trailing garbage", async ({ peer }) => {
  const garbage = changed(concatBytes([new Uint8Array(HEADER_BYTES), randomBytes(5_000)]), 4, 0xee);
  await peer.send(concatBytes([encodeFrame(FrameType.PING, 2, encoder.encode("?")), garbage]));
  await peer.expectFrame(FrameType.PONG, 2);
  await peer.expectRefusal("protocol_error");
});

badInput("deep or huge JSON", async (place) => {
  await refusePayloads(place, [
    [FrameType.STAT, "[".repeat(60_000)],
    [FrameType.STAT, '{"path":'.repeat(8_000)],
    [FrameType.LIST, `{"path":${"[".repeat(30_000)}${"]".repeat(30_000)}}`],
    [FrameType.PUT, `{"path":"a","sizeBytes":1,"onConflict":"${"x".repeat(60_000)}"}`],
    [FrameType.STAT, `{${'"path":"a",'.repeat(5_000)}}`],
  ]);
});

badInput("duplicate keys", async ({ peer }) => {
  const text = '{"path":"none","path":"kept"}';
  assert.equal((await peer.request(FrameType.STAT, encoder.encode(text))).json?.path, "kept");
});

badInput("__proto__", async ({ peer, ...place }) => {
  await refusePayloads({ peer, ...place }, [
    [FrameType.STAT, '{"__proto__":{"path":"kept"}}'],
    [FrameType.STAT, '{"constructor":{"prototype":{"path":"kept"}}}'],
  ]);
  const text = '{"path":"kept","__proto__":{"path":"none"},"constructor":1,"toString":2}';
  assert.equal((await peer.request(FrameType.STAT, encoder.encode(text))).json?.path, "kept");
});

badInput("an unknown version", async (place) => {
  for (const version of [0, 2, 256, 0xffff]) {
    await endsWith(place, encodePreface(version), "unsupported_version");
  }
});

badInput("an unknown frame", async (place) => {
  for (const type of [0x00, 0x03, 0x28, 0x3f, 0x49, 0x99, 0xff]) {
    await endsWith(place, concatBytes([GREETING, changed(STAT_KEPT, 4, type)]), "protocol_error");
  }
});

badInput("TLS on the port", async ({ server }) => {
  using peer = await RawPeer.connect(server);
  await peer.send(Uint8Array.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, ...randomBytes(500)]));
  const alert = Uint8Array.of(0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46);
  assert.deepEqual(await peer.takeRest(), alert);
});

badInput("HTTP on the port", async ({ server }) => {
  for (const line of ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"]) {
    using peer = await RawPeer.connect(server);
    await peer.send(encoder.encode(line));
    assert.match(
      new TextDecoder().decode(await peer.takeRest()),
      /^HTTP\/1\.1 400 Bad Request\r\n/,
    );
  }
});

badInput("random bytes", async (place) => {
  for (let seed = 1; seed <= 20; seed++) {
    const bytes = randomBytes(seed * seed * 10, seed);
    bytes[0] = 0x80 | seed;
    await endsWith(place, bytes, "protocol_error");
  }
});
