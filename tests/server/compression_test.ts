import assert from "node:assert/strict";
import { constants, crc32, zstdCompressSync } from "node:zlib";
import { encodeControl, encodeFrame, FrameType, writeU32 } from "#protocol/frame.ts";
import { encodePreface } from "#protocol/preface.ts";
import { packInPlace, unpack } from "#protocol/packed_data.ts";
import { residentBytes } from "#tests/support/process_memory.ts";
import { concatBytes, randomBytes } from "#tests/support/random_bytes.ts";
import { assertError, RawPeer, type ReceivedFrame } from "#tests/support/raw_peer.ts";
import { beginUpload, downloadRaw, sha256Of } from "#tests/support/raw_transfer.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { textBytes } from "#tests/support/text_bytes.ts";
import { startTestServer } from "./test_server.ts";

const TEXT = textBytes(1_500_000);
const NOISE = randomBytes(700_000);
/** Behind the place of the plain length: five bytes that zstd passes over. */
const SKIPPABLE = new Uint8Array([0, 0, 0, 0, 0x50, 0x2a, 0x4d, 0x18, 5, 0, 0, 0, 1, 2, 3, 4, 5]);
/** A frame of nine zeros in one block, as of the dictionary with number 7. */
const WITH_DICTIONARY = new Uint8Array([
  ...[0, 0, 0, 0, 0x28, 0xb5, 0x2f, 0xfd],
  ...[0x21, 7, 9, 0x4b, 0, 0, 0],
]);
const WIDE_WINDOW = concatBytes([
  new Uint8Array(4),
  zstdCompressSync(TEXT.subarray(0, 9000), { params: { [constants.ZSTD_c_windowLog]: 27 } }),
]);
const UPLOAD = { algorithm: "sha256", mayCompress: true };

Deno.test("compression, seen from the wire", async (test) => {
  await using place = await startTestServer();
  await Deno.writeFile(place.root.join("text"), TEXT);
  await Deno.writeFile(place.root.join("noise"), NOISE);
  const mixed = concatBytes([TEXT.subarray(0, 1_048_576), NOISE, TEXT]);
  await Deno.writeFile(place.root.join("mixed"), mixed);
  using peer = await RawPeer.greet(place);

  await test.step("a GET with compress on brings PACKED frames, and far fewer bytes", async () => {
    const got = await get(peer, { path: "text", digest: "sha256", compress: "on" });
    assert.deepEqual(got.bytes, TEXT);
    assert.deepEqual(got.types, new Set([FrameType.PACKED]));
    assert.ok(got.wireBytes * 3 < TEXT.byteLength, `${got.wireBytes}`);
    assert.equal(got.last.json?.digest, sha256Of(TEXT));
  });

  await test.step("what does not shrink comes as DATA, piece by piece", async () => {
    const noise = await get(peer, { path: "noise", compress: "on" });
    assert.deepEqual([noise.bytes, noise.types], [NOISE, new Set([FrameType.DATA])]);
    const both = await get(peer, { path: "mixed", compress: "on" });
    assert.deepEqual(both.bytes, mixed);
    assert.deepEqual(both.types, new Set([FrameType.PACKED, FrameType.DATA]));
  });

  await test.step("without the key, with off, and with auto on a free line, only DATA comes", async () => {
    for (const how of [{}, { compress: "off" }, { compress: "auto" }]) {
      const got = await get(peer, { path: "text", ...how });
      assert.deepEqual([got.bytes, got.types], [TEXT, new Set([FrameType.DATA])]);
    }
  });

  await test.step("an offset and a length count plain bytes", async () => {
    const part = { path: "text", offsetBytes: 600_001, lengthBytes: 700_002, digest: "none" };
    const got = await get(peer, { ...part, compress: "on" });
    assert.deepEqual(got.bytes, TEXT.subarray(600_001, 1_300_003));
    assert.deepEqual(got.types, new Set([FrameType.PACKED]));
  });

  await test.step("an archive may be compressed, too", async () => {
    const id = await peer.begin(FrameType.ARCHIVE, { path: "", format: "tar", compress: "on" });
    const got = await receive(peer, id);
    assert.equal(got.last.type, FrameType.RESULT);
    assert.ok(got.types.has(FrameType.PACKED));
    assert.ok(got.wireBytes < got.bytes.byteLength);
  });

  await test.step("an upload mixes PACKED and DATA frames of any size", async () => {
    const { requestId } = await beginUpload(peer, upload("up", TEXT));
    await peer.sendData(requestId, TEXT.subarray(0, 1000));
    await sendPacked(peer, requestId, TEXT.subarray(1000, 1_000_000));
    await peer.sendData(requestId, TEXT.subarray(1_000_000, 1_000_001));
    await sendPacked(peer, requestId, TEXT.subarray(1_000_001));
    assert.equal((await commit(peer, requestId, TEXT)).json?.digest, sha256Of(TEXT));
    assert.deepEqual(await Deno.readFile(place.root.join("up")), TEXT);
  });

  await test.step("a staged upload may be compressed", async () => {
    const bytes = TEXT.subarray(0, 200_000);
    const id = await peer.begin(FrameType.PUT, { ...upload("small", bytes), stage: true });
    await sendPacked(peer, id, bytes);
    assert.equal((await commit(peer, id, bytes)).json?.outcome, "staged");
    assert.equal((await peer.request(FrameType.PUBLISH, {})).type, FrameType.RESULT);
    assert.deepEqual(await downloadRaw(peer, "small"), bytes);
  });

  await test.step("a damaged PACKED frame ends the PUT; the bytes before it are resumed", async () => {
    const request = { ...upload("resumed", TEXT), resume: true };
    const { requestId } = await beginUpload(peer, request);
    await sendPacked(peer, requestId, TEXT.subarray(0, 500_000));
    const payload = pack(TEXT.subarray(500_000, 900_000));
    await peer.send(encodeFrame(FrameType.PACKED, requestId, payload, 12345));
    assertError(await peer.lastFrame(requestId), "checksum_mismatch");
    const again = await beginUpload(peer, request);
    assert.equal(again.json?.offsetBytes, 500_000);
    await sendPacked(peer, again.requestId, TEXT.subarray(500_000));
    assert.equal((await commit(peer, again.requestId, TEXT)).json?.outcome, "created");
  });

  const bomb = concatBytes([new Uint8Array(4), zstdCompressSync(new Uint8Array(100_000_000))]);
  const cases: readonly [string, () => Uint8Array, Parameters<typeof assertError>[1]][] = [
    ["a bomb", () => withLength(bomb, 1_000_000), "checksum_mismatch"],
    ["a length over 1 MiB", () => withLength(bomb, 1_048_577), "protocol_error"],
    ["a length of nothing", () => withLength(bomb, 0), "protocol_error"],
    ["a wrong length", () => withLength(pack(TEXT.subarray(0, 1000)), 999), "checksum_mismatch"],
    ["a frame cut short", () => pack(TEXT.subarray(0, 9000)).slice(0, -9), "checksum_mismatch"],
    ["an empty payload", () => new Uint8Array(0), "protocol_error"],
    ["noise", () => withLength(randomBytes(999), 5000), "checksum_mismatch"],
    ["a skippable frame", () => withLength(SKIPPABLE, 5000), "checksum_mismatch"],
    [
      "a frame behind a frame",
      () => concatBytes([pack(TEXT.subarray(0, 9000)), SKIPPABLE.subarray(4)]),
      "checksum_mismatch",
    ],
    ["a dictionary's number", () => withLength(WITH_DICTIONARY, 9), "checksum_mismatch"],
    ["a window of 128 MiB", () => withLength(WIDE_WINDOW, 9000), "checksum_mismatch"],
    ["more than was announced", () => pack(textBytes(1_000_001)), "invalid_request"],
  ];
  for (const [what, payload, code] of cases) {
    await test.step(`${what} in a PACKED frame gets ${code}, and the connection serves on`, async () => {
      const zeros = new Uint8Array(1_000_000);
      const { requestId } = await beginUpload(peer, upload("bad", zeros));
      await peer.send(encodeFrame(FrameType.PACKED, requestId, payload(), crc32(zeros)));
      assertError(await peer.lastFrame(requestId), code, what);
      assert.deepEqual(await downloadRaw(peer, "noise"), NOISE);
    });
  }

  await test.step("bomb after bomb leaves its memory as it was", async () => {
    // A process of its own: what else the tests of this one hold does not count.
    await using server = await startServerProcess({ root: place.root.join("own") });
    using own = await RawPeer.greet(server);
    const zeros = new Uint8Array(1_000_000);
    const before = await residentBytes(server.pid);
    for (let round = 0; round < 100; round++) {
      const { requestId } = await beginUpload(own, upload("bad", zeros));
      const payload = withLength(round % 2 === 0 ? bomb : WIDE_WINDOW, 1_000_000);
      await own.send(encodeFrame(FrameType.PACKED, requestId, payload, crc32(zeros)));
      assertError(await own.lastFrame(requestId), "checksum_mismatch");
    }
    const grown = await residentBytes(server.pid) - before;
    assert.ok(grown < 500e6, `${grown}`);
  });

  await test.step("a PACKED frame that the PUT did not announce gets protocol_error", async () => {
    const request = { path: "bad", sizeBytes: TEXT.byteLength };
    const { requestId } = await beginUpload(peer, request);
    await sendPacked(peer, requestId, TEXT.subarray(0, 1000));
    assertError(await peer.lastFrame(requestId), "protocol_error");
    assert.deepEqual(await downloadRaw(peer, "noise"), NOISE);
  });
});

Deno.test("a rate counts what travels, not what it stands for", async () => {
  const rate = 200_000;
  await using place = await startTestServer({ throttle: { rate } });
  await Deno.writeFile(place.root.join("text"), TEXT);
  using peer = await RawPeer.greet(place);
  const startedMs = performance.now();
  const got = await get(peer, { path: "text", compress: "auto" });
  const seconds = (performance.now() - startedMs) / 1000;
  assert.deepEqual(got.bytes, TEXT);
  assert.ok(got.wireBytes * 2.5 < TEXT.byteLength, `${got.wireBytes}`);
  // Not faster than the rate allows; a tenth of a second may be caught up.
  assert.ok(seconds > got.wireBytes / rate - 0.2, `${seconds} s for ${got.wireBytes} bytes`);
  const { requestId } = await beginUpload(peer, upload("up", TEXT));
  for (let at = 0; at < TEXT.byteLength; at += 50_000) {
    await sendPacked(peer, requestId, TEXT.subarray(at, at + 50_000));
  }
  assert.equal((await commit(peer, requestId, TEXT)).json?.outcome, "created");
});

for (
  const [name, options] of [
    ["told not to", { mayCompress: false }],
    ["with a pause after each chunk", { throttle: { chunkBytes: 1000, chunkDelayMs: 1 } }],
  ] as const
) {
  Deno.test(`a server ${name} does not offer compression and does not compress`, async () => {
    await using place = await startTestServer(options);
    const text = TEXT.subarray(0, 20_000);
    await Deno.writeFile(place.root.join("text"), text);
    assert.deepEqual((await welcome(place))?.compression, []);
    using peer = await RawPeer.greet(place);
    const got = await get(peer, { path: "text", compress: "on" });
    assert.deepEqual([got.bytes, got.types], [text, new Set([FrameType.DATA])]);
    const { requestId } = await beginUpload(peer, upload("up", text));
    await sendPacked(peer, requestId, text);
    assertError(await peer.lastFrame(requestId), "protocol_error");
  });
}

Deno.test("WELCOME offers zstd and states the lowest rate", async () => {
  const cases = [[0, 0, 0], [5000, 0, 5000], [0, 7000, 7000], [5000, 7000, 5000]] as const;
  for (const [rate, ratePerConnection, stated] of cases) {
    await using place = await startTestServer({ throttle: { rate, ratePerConnection } });
    const json = await welcome(place);
    assert.deepEqual(json?.compression, ["zstd"]);
    assert.equal(Object(json?.limits).rate, stated);
  }
});

async function welcome(
  place: { hostname: string; port: number },
): Promise<ReceivedFrame["json"]> {
  using peer = await RawPeer.connect(place);
  await peer.send(concatBytes([
    encodePreface(),
    encodeControl(FrameType.HELLO, 0, { agent: "raw-peer" }),
  ]));
  await peer.expectPreface();
  return (await peer.expectFrame(FrameType.WELCOME, 0)).json;
}

function upload(path: string, bytes: Uint8Array): { path: string; sizeBytes: number } {
  return { path, sizeBytes: bytes.byteLength, ...UPLOAD };
}

async function commit(
  peer: RawPeer,
  requestId: number,
  bytes: Uint8Array,
): Promise<ReceivedFrame> {
  await peer.sendFrame(FrameType.COMMIT, requestId, { digest: sha256Of(bytes) });
  return await peer.lastFrame(requestId);
}

async function sendPacked(peer: RawPeer, requestId: number, plain: Uint8Array): Promise<void> {
  await peer.send(encodeFrame(FrameType.PACKED, requestId, pack(plain), crc32(plain)));
}

function pack(plain: Uint8Array): Uint8Array<ArrayBuffer> {
  const buffer = plain.slice();
  return buffer.slice(0, packInPlace(buffer));
}

function withLength(payload: Uint8Array, plainBytes: number): Uint8Array {
  const copy = payload.slice();
  writeU32(copy, 0, plainBytes);
  return copy;
}

interface Got {
  readonly bytes: Uint8Array;
  readonly wireBytes: number;
  readonly types: ReadonlySet<number>;
  readonly last: ReceivedFrame;
}

async function get(peer: RawPeer, request: unknown): Promise<Got> {
  const got = await receive(peer, await peer.begin(FrameType.GET, request));
  assert.equal(got.last.type, FrameType.RESULT, JSON.stringify(got.last.json));
  return got;
}

/** Takes the frames of a GET or ARCHIVE as another client would. */
async function receive(peer: RawPeer, requestId: number): Promise<Got> {
  const pieces: Uint8Array[] = [];
  const types = new Set<number>();
  let wireBytes = 0;
  for (;;) {
    const frame = await peer.nextFrame();
    if (frame.type === FrameType.QUEUED || frame.type === FrameType.READY) continue;
    if (frame.type !== FrameType.DATA && frame.type !== FrameType.PACKED) {
      return { bytes: concatBytes(pieces), wireBytes, types, last: frame };
    }
    assert.equal(frame.requestId, requestId);
    types.add(frame.type);
    wireBytes += frame.payload.byteLength;
    const isPacked = frame.type === FrameType.PACKED;
    const plain = isPacked ? unpack(frame.payload, frame.crc) : frame.payload;
    assert.ok(plain !== undefined && crc32(plain) === frame.crc);
    pieces.push(plain);
  }
}
