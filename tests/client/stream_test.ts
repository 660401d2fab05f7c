import assert from "node:assert/strict";
import fc from "fast-check";
import { crc32 } from "node:zlib";
import { type OpenUpload, SluiceClient } from "#client/mod.ts";
import { FrameFiller } from "#client/frame_filler.ts";
import { readHeader } from "#protocol/frame.ts";
import { HEADER_BYTES } from "#protocol/limits.ts";
import { createDigester } from "#protocol/digest.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { startTestServer, type TestServer } from "#tests/server/test_server.ts";

const BYTES = randomBytes(3 * 1024 * 1024 + 17);

function clientOf({ hostname, port }: TestServer): SluiceClient {
  return new SluiceClient({ server: { hostname, port }, retry: { attempts: 1 } });
}

async function begin(
  client: SluiceClient,
  ...args: Parameters<SluiceClient["beginUpload"]>
): Promise<OpenUpload> {
  const upload = await client.beginUpload(...args);
  if ("outcome" in upload) throw new Error("it was skipped");
  return upload;
}

async function read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

Deno.test("read() gives the whole and any part of a file, and refuses another version", async () => {
  await using place = await startTestServer();
  await using client = clientOf(place);
  await Deno.writeFile(place.root.join("a.bin"), BYTES);
  const whole = await client.read("a.bin");
  assert.equal(whole.sizeBytes, BYTES.length);
  assert.deepEqual(await read(whole.body), BYTES);
  for (const [offsetBytes, lengthBytes] of [[0, 1], [5, 700_000], [BYTES.length - 3, 3]] as const) {
    const { version } = whole;
    const part = await client.read("a.bin", { offsetBytes, lengthBytes, version });
    assert.deepEqual(await read(part.body), BYTES.slice(offsetBytes, offsetBytes + lengthBytes));
  }
  await assert.rejects(client.read("a.bin", { version: "other" }), { code: "file_changed" });
  await assert.rejects(client.read("a.bin", { offsetBytes: 1e9 }), { code: "offset_out_of_range" });
  await assert.rejects(client.read("none"), { code: "not_found" });
});

Deno.test("read() lets go of its connection when its stream is cancelled or its signal aborts", async () => {
  await using place = await startTestServer();
  const { hostname, port } = place;
  await using client = new SluiceClient({ server: { hostname, port }, connections: 1 });
  await Deno.writeFile(place.root.join("a.bin"), BYTES);
  const first = await client.read("a.bin");
  const reader = first.body.getReader();
  await reader.read();
  await reader.cancel();
  const stop = new AbortController();
  const second = await client.read("a.bin", { signal: stop.signal });
  stop.abort();
  await assert.rejects(read(second.body), { code: "cancelled" });
  assert.equal((await client.stat("a.bin")).sizeBytes, BYTES.length);
});

Deno.test("beginUpload() takes bytes in pieces of any size and publishes them verified", async () => {
  await using place = await startTestServer();
  await using client = clientOf(place);
  const upload = await begin(client, "deep/a.bin", BYTES.length);
  for (let at = 0, step = 1; at < BYTES.length; at += step, step = step * 3 % 700_001) {
    step = Math.min(step, BYTES.length - at);
    await upload.write(BYTES.subarray(at, at + step));
  }
  await upload.flush();
  assert.equal(upload.writtenBytes, BYTES.length);
  const digester = await createDigester("xxh128");
  digester.update(BYTES);
  assert.equal(upload.bytesDigest, digester.digest());
  const { outcome, digest } = await upload.commit();
  assert.deepEqual([outcome, digest], ["created", digester.digest()]);
  assert.deepEqual(await Deno.readFile(place.root.join("deep", "a.bin")), BYTES);
  assert.equal(upload.isOpen, false);
  await assert.rejects(upload.write(BYTES), TypeError);
});

Deno.test("beginUpload() goes on with what was released, by session or by path and size", async () => {
  await using place = await startTestServer();
  await using client = clientOf(place);
  const first = await begin(client, "a.bin", BYTES.length);
  await first.write(BYTES.subarray(0, 1_000_000));
  await first.release();
  const second = await begin(client, "a.bin", BYTES.length, { resume: true });
  assert.deepEqual([second.session, second.offsetBytes], [first.session, 1_000_000]);
  assert.match(second.prefixDigest ?? "", /^xxh128:/);
  await second.write(BYTES.subarray(1_000_000, 2_000_000));
  // It is taken from whoever holds it.
  await second.flush();
  const third = await begin(client, "a.bin", BYTES.length, { session: first.session });
  assert.equal(third.offsetBytes, 2_000_000);
  await assert.rejects(second.flush(), { code: "session_taken" });
  await second.release();
  await third.write(BYTES.subarray(2_000_000));
  assert.equal((await third.commit()).outcome, "created");
  assert.deepEqual(await Deno.readFile(place.root.join("a.bin")), BYTES);
  const records = await Array.fromAsync(client.history());
  assert.ok(records.every(({ outcome, bytes }) => outcome === "done" || bytes > 0));
});

Deno.test("discard() leaves nothing on a server that is far too slow for what was handed over", async () => {
  const throttle = { chunkBytes: 16 * 1024, chunkDelayMs: 2000 };
  await using place = await startTestServer({ throttle });
  await using client = clientOf(place);
  const upload = await begin(client, "a.bin", BYTES.length);
  while (upload.writtenBytes === 0) await upload.write(BYTES.subarray(0, 8 * 1024));
  await upload.discard();
  const uploads = place.root.join(".sluice", "uploads");
  assert.deepEqual(await Array.fromAsync(Deno.readDir(uploads)), []);
  assert.equal(upload.isOpen, false);
});

Deno.test("beginUpload() without a size ends where commit() comes, and keeps nothing without it", async () => {
  await using place = await startTestServer();
  await using client = clientOf(place);
  for (const size of [0, 1, BYTES.length]) {
    const upload = await begin(client, `open-${size}`, undefined);
    await upload.write(BYTES.subarray(0, size));
    assert.equal((await upload.commit()).sizeBytes, size);
    assert.deepEqual(await Deno.readFile(place.root.join(`open-${size}`)), BYTES.slice(0, size));
  }
  const left = await begin(client, "left", undefined);
  await left.write(BYTES);
  await left.release();
  const uploads = place.root.join(".sluice", "uploads");
  assert.deepEqual(await Array.fromAsync(Deno.readDir(uploads)), []);
});

Deno.test("beginUpload() refuses more bytes than were announced, and a digest that differs", async () => {
  await using place = await startTestServer();
  await using client = clientOf(place);
  await using small = await begin(client, "small", 3);
  await assert.rejects(small.write(new Uint8Array(4)), RangeError);
  const wrong = await begin(client, "wrong", 3, { digest: `xxh128:${"0".repeat(32)}` });
  await wrong.write(new Uint8Array(3));
  await assert.rejects(wrong.commit(), { code: "checksum_mismatch" });
  await Deno.writeTextFile(place.root.join("taken"), "x");
  await assert.rejects(client.beginUpload("taken", 1), { code: "already_exists" });
  const skipped = await client.beginUpload("taken", 1, { onConflict: "skip" });
  assert.deepEqual(skipped, { outcome: "skipped", path: "taken" });
});

Deno.test("FrameFiller gathers any pieces into whole frames, in their order", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }),
    fc.integer({ min: 1, max: 16 }),
    async (pieces, frameBytes) => {
      const sent: number[] = [];
      const filler = new FrameFiller(7, frameBytes, async (frame, payload) => {
        await Promise.resolve();
        const header = readHeader(frame, 0, "client");
        assert.deepEqual([header.requestId, header.payloadBytes], [7, payload.length]);
        assert.equal(header.crc, crc32(payload));
        assert.ok(payload.length > 0 && payload.length <= frameBytes);
        assert.equal(frame.length, HEADER_BYTES + payload.length);
        sent.push(...payload);
      });
      for (const piece of pieces) await filler.add(piece);
      await filler.sendRest();
      await filler.settle();
      assert.deepEqual(sent, pieces.flatMap((piece) => [...piece]));
    },
  ));
});

Deno.test("listPage(), trashPage() and historyPage() give one page and whether there are more", async () => {
  await using place = await startTestServer();
  await using client = clientOf(place);
  for (const name of ["a", "b", "c"]) await client.mkdir(name);
  const first = await client.listPage("", { limit: 2 });
  assert.deepEqual([first.entries.map(({ name }) => name), first.hasMore], [["a", "b"], true]);
  const second = await client.listPage("", { after: "b" });
  assert.deepEqual([second.entries.map(({ name }) => name), second.hasMore], [["c"], false]);
  for (const name of ["a", "b"]) await client.delete(name);
  const trash = await client.trashPage({ limit: 1 });
  assert.deepEqual([trash.entries[0]?.path, trash.hasMore], ["b", true]);
  const older = await client.trashPage({ after: trash.entries[0]?.id });
  assert.equal(older.entries[0]?.path, "a");
  assert.equal((await client.historyPage({ limit: 1 })).records.length <= 1, true);
});

Deno.test("readArchive() packs chosen entries of a folder and refuses names that are not there", async () => {
  await using place = await startTestServer();
  await using client = clientOf(place);
  await Deno.mkdir(place.root.join("f", "sub"), { recursive: true });
  await Deno.writeTextFile(place.root.join("f", "sub", "x"), "1");
  await Deno.writeTextFile(place.root.join("f", "y"), "2");
  const { body } = await client.readArchive("f", { names: ["y", "sub"] });
  const text = new TextDecoder("latin1").decode(await read(body));
  assert.ok(text.startsWith("PK"));
  for (const name of ["y", "sub/", "sub/x"]) assert.ok(text.includes(name), name);
  assert.ok(!text.includes("f/"));
  await assert.rejects(client.readArchive("f", { names: ["none"] }), { code: "not_found" });
  for (const bad of ["..", "a/b", "", "."]) {
    await assert.rejects(client.readArchive("f", { names: [bad] }), { code: "invalid_name" }, bad);
  }
});
