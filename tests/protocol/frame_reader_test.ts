import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { encodeFrame, FrameType } from "#protocol/frame.ts";
import { FrameReader } from "#protocol/frame_reader.ts";
import { HEADER_BYTES, MAX_DATA_BYTES } from "#protocol/limits.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { concatBytes } from "#tests/support/random_bytes.ts";
import {
  CountingBuffers,
  LARGE_BYTES,
  readAllFrames,
  type ReadOutcome,
  type SeenFrame,
  SplitSource,
} from "./frame_reader_fakes.ts";

const controlType = fc.constantFrom(FrameType.LIST, FrameType.PING, FrameType.STAT);
const smallFrame = fc.record({
  type: controlType,
  requestId: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  payload: fc.uint8Array({ maxLength: 300 }),
});
const dataFrame = fc.record({
  type: fc.constant(FrameType.DATA),
  requestId: fc.integer({ min: 1, max: 9 }),
  payload: fc.integer({ min: 1, max: 200_000 }).map((length) =>
    new Uint8Array(length).fill(length % 251)
  ),
});

Deno.test("FrameReader.next() gives the frames that were sent, however the reads are split", async () => {
  const frames = fc.array(fc.oneof(smallFrame, dataFrame), { maxLength: 12 });
  const splits = fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(frames, splits, async (sent, sizes) => {
      const stream = concatBytes(sent.map(encode));
      const got = await readSplit(stream, sizes);
      assert.equal(got.end, undefined);
      assertSameFrames(got.frames, sent);
    }),
    { numRuns: 60 },
  );
});

Deno.test("FrameReader.next() gives the frames that were sent when split at every byte", async () => {
  const sent = [
    frame(FrameType.LIST, 1, 5),
    frame(FrameType.DATA, 2, 40),
    frame(FrameType.PING, 3, 0),
  ];
  const stream = concatBytes(sent.map(encode));
  for (let at = 1; at < stream.byteLength; at++) {
    const got = await readSplit(stream, [at, stream.byteLength]);
    assertSameFrames(got.frames, sent);
  }
});

Deno.test("FrameReader.next() gives null when the stream ends between frames", async () => {
  const reader = new FrameReader(
    new SplitSource(new Uint8Array(0), [1]),
    new CountingBuffers(),
    "client",
  );
  assert.equal(await reader.next(), null);
  assert.equal(reader.isMidFrame, false);
});

Deno.test("FrameReader.next() throws protocol_error when the stream ends inside a frame", async () => {
  const whole = encode(frame(FrameType.PING, 1, 8));
  const cut = encode(frame(FrameType.LIST, 2, 100));
  for (let length = 1; length < cut.byteLength; length++) {
    const stream = concatBytes([whole, cut.subarray(0, length)]);
    const got = await readSplit(stream, [stream.byteLength]);
    assert.equal(got.frames.length, 1);
    assertProtocolError(got.end);
  }
});

Deno.test("FrameReader.next() gives the frames before a bad header, however the reads are split", async () => {
  const good = [frame(FrameType.PING, 1, 8), frame(FrameType.LIST, 2, 30)];
  const bad = encode(frame(FrameType.PING, 3, 0));
  bad[4] = 0x77;
  const stream = concatBytes([...good.map(encode), bad]);
  for (let at = 1; at <= stream.byteLength; at++) {
    const got = await readSplit(stream, [at, stream.byteLength]);
    assertSameFrames(got.frames, good);
    assertProtocolError(got.end);
  }
});

Deno.test("FrameReader.next() throws protocol_error, and nothing else, for garbage", async () => {
  const garbage = fc.uint8Array({ minLength: 1, maxLength: 400 });
  const splits = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 });
  await fc.assert(fc.asyncProperty(garbage, splits, async (bytes, sizes) => {
    const buffers = new CountingBuffers();
    const got = await readSplit(bytes, sizes, buffers);
    if (got.end !== undefined) assertProtocolError(got.end);
    assert.ok(buffers.largeTaken <= 2);
  }));
});

Deno.test("FrameReader.isMidFrame is true from the first byte of a frame to its last", async () => {
  const stream = encode(frame(FrameType.LIST, 1, 20));
  const source = new SplitSource(stream, [1, 14, 1, 19, 1]);
  const reader = new FrameReader(source, new CountingBuffers(), "client");
  const seen: boolean[] = [];
  source.beforeRead = () => seen.push(reader.isMidFrame);
  await reader.next();
  assert.deepEqual(seen, [false, true, true, true, true]);
  assert.equal(reader.isMidFrame, false);
});

Deno.test("FrameReader.pendingFrameBytes is the payload's length once the header is there", async () => {
  const stream = encode(frame(FrameType.LIST, 1, 20));
  const source = new SplitSource(stream, [15, 1, 20]);
  const reader = new FrameReader(source, new CountingBuffers(), "client");
  const seen: number[] = [];
  source.beforeRead = () => seen.push(reader.pendingFrameBytes);
  await reader.next();
  assert.deepEqual(seen, [0, 0, 20]);
  assert.equal(reader.pendingFrameBytes, 0);
});

Deno.test("FrameReader.pendingFrameBytes is 0 when the header is bad", async () => {
  const bad = encode(frame(FrameType.PING, 1, 8));
  bad[5] = 1;
  const reader = new FrameReader(new SplitSource(bad, [99]), new CountingBuffers(), "client");
  await assert.rejects(reader.next());
  assert.equal(reader.pendingFrameBytes, 0);
});

Deno.test("FrameReader.next() takes a small buffer only when a connection sends small frames", async () => {
  const stream = concatBytes([1, 2, 3, 4].map((id) => encode(frame(FrameType.PING, id, 16))));
  const buffers = new CountingBuffers();
  const got = await readSplit(stream, [HEADER_BYTES + 16], buffers);
  assert.equal(got.frames.length, 4);
  assert.equal(buffers.largeTaken, 0);
});

Deno.test("FrameReader.next() waits with a small buffer again when a stream of data is over", async () => {
  const data = encode(frame(FrameType.DATA, 1, MAX_DATA_BYTES));
  const commit = encode(frame(FrameType.COMMIT, 1, 60));
  const buffers = new CountingBuffers();
  const got = await readSplit(concatBytes([data, data, commit]), [LARGE_BYTES], buffers);
  assert.equal(got.frames.length, 3);
  assert.equal(buffers.lastTaken, "small");
});

Deno.test("FrameReader.next() reads each large frame into one large buffer", async () => {
  const count = 6;
  const data = encode(frame(FrameType.DATA, 1, MAX_DATA_BYTES));
  const buffers = new CountingBuffers();
  const stream = concatBytes(Array.from({ length: count }, () => data));
  const got = await readSplit(stream, [stream.byteLength], buffers);
  assert.equal(got.frames.length, count);
  assert.ok(buffers.largeTaken <= count + 1, `${buffers.largeTaken} buffers for ${count} frames`);
});

Deno.test("FrameReader.next() never copies more than 64 KiB and a header", async () => {
  const frames = fc.array(fc.oneof(smallFrame, dataFrame), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(frames, async (sent) => {
      const stream = concatBytes(sent.map(encode));
      const got = await readSplit(stream, [stream.byteLength]);
      assertSameFrames(got.frames, sent);
      assert.ok(got.mostCarriedBytes <= 64 * 1024 + HEADER_BYTES, `${got.mostCarriedBytes}`);
    }),
    { numRuns: 40 },
  );
});

function readSplit(
  stream: Uint8Array,
  sizes: readonly number[],
  buffers: CountingBuffers = new CountingBuffers(),
): Promise<ReadOutcome> {
  const source = new SplitSource(stream, sizes);
  return readAllFrames(new FrameReader(source, buffers, "client"), source);
}

function frame(type: FrameType, requestId: number, length: number): SeenFrame {
  return { type, requestId, payload: Uint8Array.from({ length }, (_, i) => i) };
}

function encode(seen: SeenFrame): Uint8Array<ArrayBuffer> {
  return encodeFrame(seen.type, seen.requestId, seen.payload);
}

function assertSameFrames(got: readonly SeenFrame[], sent: readonly SeenFrame[]): void {
  assert.equal(got.length, sent.length);
  got.forEach((seen, i) => {
    assert.equal(seen.type, sent[i]?.type);
    assert.equal(seen.requestId, sent[i]?.requestId);
    assert.equal(Buffer.compare(seen.payload, sent[i]?.payload ?? new Uint8Array(0)), 0);
  });
}

function assertProtocolError(error: unknown): void {
  assert.ok(error instanceof SluiceError);
  assert.equal(error.code, "protocol_error");
}
