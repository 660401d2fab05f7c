import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { SluiceClient } from "#client/sluice_client.ts";
import type { CompressionMode } from "#protocol/compression_mode.ts";
import { encodeFrame, FrameType } from "#protocol/frame.ts";
import { packInPlace } from "#protocol/packed_data.ts";
import { startTestServer } from "#tests/server/test_server.ts";
import { concatBytes, randomBytes } from "#tests/support/random_bytes.ts";
import { textBytes } from "#tests/support/text_bytes.ts";
import { FakeServer } from "./fake_server.ts";

const TEXT = textBytes(1_500_000);
const MIXED = concatBytes([TEXT.subarray(0, 1_048_576), randomBytes(1_200_000), TEXT]);

Deno.test("read() and readArchive() are compressed when told so, with the same bytes", async () => {
  await using server = await startTestServer();
  await using client = new SluiceClient({ server });
  await Deno.mkdir(server.root.join("read"));
  await Deno.writeFile(server.root.join("read", "text"), TEXT);
  await Deno.writeFile(server.root.join("mixed"), MIXED);
  for (const compress of ["on", "auto", "off"] as const) {
    const { body } = await client.read("mixed", { compress });
    assert.deepEqual(await bytesOf(body), MIXED);
    const part = await client.read("mixed", { compress, offsetBytes: 7, lengthBytes: 2e6 });
    assert.deepEqual(await bytesOf(part.body), MIXED.subarray(7, 7 + 2e6));
  }
  const archives = (["on", "off"] as const).map(async (compress) => {
    const { body } = await client.readArchive("read", { format: "tar", compress });
    return await bytesOf(body);
  });
  const [on, off] = await Promise.all(archives);
  assert.deepEqual(on, off);
  const { body } = await client.read("read/text", { compress: "on" });
  await body.cancel();
  assert.equal((await client.stat("read/text")).sizeBytes, TEXT.byteLength);
});

Deno.test("read() refuses PACKED frames that it did not ask for, and those that are not what they say", async () => {
  const plain = textBytes(1000);
  const cases: readonly [CompressionMode, Uint8Array<ArrayBuffer>, string][] = [
    ["off", pack(plain), "protocol_error"],
    ["on", pack(textBytes(1001)), "protocol_error"],
    ["on", pack(plain).with(30, 0), "checksum_mismatch"],
  ];
  for (const [compress, payload, code] of cases) {
    await using server = new FakeServer(async (peer) => {
      await peer.hello({}, ["zstd"]);
      const get = await peer.expect(FrameType.GET);
      const sizes = { sizeBytes: 1000, offsetBytes: 0, lengthBytes: 1000 };
      await peer.send(FrameType.READY, get.id, { ...sizes, modifiedAtMs: 0, version: "v1" });
      await peer.sendRaw(encodeFrame(FrameType.PACKED, get.id, payload, crc32(plain)));
      await peer.untilClosed();
    });
    await using client = new SluiceClient({ server: server.address });
    const { body } = await client.read("a", { compress });
    await assert.rejects(bytesOf(body), { code });
  }
});

async function bytesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function pack(plain: Uint8Array): Uint8Array<ArrayBuffer> {
  const buffer = plain.slice();
  return buffer.slice(0, packInPlace(buffer));
}
