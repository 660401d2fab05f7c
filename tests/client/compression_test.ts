import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { SluiceClient } from "#client/sluice_client.ts";
import type { FileEnd, FileJob, FileSetOptions } from "#client/file_set/file_job.ts";
import { RateLimit } from "#client/rate_limit.ts";
import type { TransferResult } from "#client/types.ts";
import type { CompressionMode } from "#protocol/compression_mode.ts";
import { encodeFrame, FrameType, writeU32 } from "#protocol/frame.ts";
import { packInPlace } from "#protocol/packed_data.ts";
import { startTestServer } from "#tests/server/test_server.ts";
import { concatBytes, randomBytes } from "#tests/support/random_bytes.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { textBytes } from "#tests/support/text_bytes.ts";
import { FakeServer } from "./fake_server.ts";
import { serveGet, takePut, writeLocal, xxh128 } from "./file_scripts.ts";

const TEXT = textBytes(2_500_000);
const NOISE = randomBytes(1_200_000);
const MIXED = concatBytes([TEXT.subarray(0, 1_048_576), NOISE, TEXT]);

Deno.test("transfers between real sides, compressed", async (test) => {
  await using folder = await makeTempFolder();
  await using server = await startTestServer();
  await using client = new SluiceClient({ server });
  const files = { text: TEXT, noise: NOISE, mixed: MIXED };
  for (const [name, bytes] of Object.entries(files)) {
    await Deno.writeFile(folder.join(name), bytes);
  }
  /** There and back. */
  const roundTrip = async (
    name: keyof typeof files,
    compress: CompressionMode,
  ): Promise<readonly [TransferResult, TransferResult]> => {
    const path = `${name}-${compress}`;
    const up = await client.upload(folder.join(name), path, { compress });
    assert.deepEqual(await Deno.readFile(server.root.join(path)), files[name]);
    const down = await client.download(path, folder.join(path), { compress });
    assert.deepEqual(await Deno.readFile(folder.join(path)), files[name]);
    assert.equal(up.digest, down.digest);
    return [up, down];
  };

  await test.step("on: fewer bytes travel for text, both ways", async () => {
    for (const { wireBytes = 0 } of await roundTrip("text", "on")) {
      assert.ok(wireBytes > 0 && wireBytes * 3 < TEXT.byteLength, `${wireBytes}`);
    }
  });

  await test.step("on: noise travels as it is, and mixed content in part", async () => {
    for (const { wireBytes } of await roundTrip("noise", "on")) {
      assert.equal(wireBytes, NOISE.byteLength);
    }
    for (const { wireBytes = 0 } of await roundTrip("mixed", "on")) {
      assert.ok(wireBytes > NOISE.byteLength && wireBytes * 1.8 < MIXED.byteLength, `${wireBytes}`);
    }
  });

  await test.step("off: all bytes travel", async () => {
    for (const { wireBytes } of await roundTrip("text", "off")) {
      assert.equal(wireBytes, TEXT.byteLength);
    }
  });

  await test.step("auto is right whatever it does", async () => {
    for (const name of ["text", "noise", "mixed"] as const) await roundTrip(name, "auto");
  });

  await test.step("an upload under its own limit compresses by itself and keeps to it", async () => {
    const limitRate = 400_000;
    const { seconds, wireBytes = 0 } = await client.upload(folder.join("text"), "slow", {
      limitRate,
    });
    assert.ok(wireBytes * 3 < TEXT.byteLength, `${wireBytes}`);
    assert.ok(seconds > wireBytes / limitRate - 0.2, `${seconds} s for ${wireBytes} bytes`);
  });

  await test.step("auto follows a limit that comes and goes while an upload runs", async () => {
    const limit = new RateLimit(100_000);
    let slowBytes = 0;
    const { wireBytes = 0 } = await client.upload(folder.join("text"), "followed", {
      limitRate: limit,
      onProgress: ({ doneBytes }) => {
        if (limit.bytesPerSecond === 0 || doneBytes < 200_000) return;
        slowBytes = doneBytes;
        limit.bytesPerSecond = 0;
      },
    });
    assert.ok(slowBytes > 0 && wireBytes < TEXT.byteLength, `${slowBytes} ${wireBytes}`);
    assert.deepEqual(await Deno.readFile(server.root.join("followed")), TEXT);
  });

  await test.step("progress of a slow download counts bytes of the file, and never goes back", async () => {
    const seen: number[] = [];
    const { wireBytes = 0 } = await client.download("text-on", folder.join("slowly"), {
      compress: "on",
      limitRate: 300_000,
      onProgress: ({ doneBytes }) => void seen.push(doneBytes),
    });
    assert.ok(wireBytes * 3 < TEXT.byteLength, `${wireBytes}`);
    assert.deepEqual(seen, seen.toSorted((a, b) => a - b));
    assert.equal(seen.at(-1), TEXT.byteLength);
    // A frame holds half a MiB: more reports than frames show how it comes.
    assert.ok(new Set(seen).size > TEXT.byteLength / 524_288 + 1, `${seen}`);
  });

  await test.step("a download with on goes on in the middle of a part", async () => {
    const target = folder.join("resumed");
    const abort = new AbortController();
    const broken = client.download("mixed-on", target, {
      compress: "on",
      limitRate: 600_000,
      signal: abort.signal,
      onProgress: ({ doneBytes }) => {
        if (doneBytes > 1_000_000) abort.abort();
      },
    });
    await assert.rejects(broken, { code: "cancelled" });
    const result = await client.download("mixed-on", target, { compress: "on" });
    assert.ok(result.resumedFromBytes >= 1_000_000, `${result.resumedFromBytes}`);
    assert.deepEqual(await Deno.readFile(target), MIXED);
  });

  await test.step("small files of a set are compressed with on, both ways", async () => {
    const jobs: FileJob[] = [];
    for (let index = 0; index < 20; index++) {
      const bytes = index % 2 === 0 ? TEXT.subarray(index, index + 9000) : NOISE.subarray(0, 5000);
      const localPath = folder.join(`small${index}`);
      await Deno.writeFile(localPath, bytes);
      jobs.push({ localPath, remotePath: `set/${index}`, sizeBytes: bytes.byteLength });
    }
    const ends: FileEnd[] = [];
    const options: FileSetOptions<FileJob> = {
      compress: "on",
      onEnd: (_job, end) => void ends.push(end),
    };
    await client.uploadAll(jobs, options);
    const back = jobs.map((job) => ({ ...job, localPath: folder.join("back", job.remotePath) }));
    await client.downloadAll(back, { ...options, folder: folder.join("back") });
    assert.deepEqual(ends.map(({ kind }) => kind), Array(40).fill("done"));
    for (const [index, { localPath }] of back.entries()) {
      const sent = await Deno.readFile(jobs[index]?.localPath ?? "");
      assert.deepEqual(await Deno.readFile(localPath), sent);
    }
  });

  await test.step("an archive is the same with and without", async () => {
    await client.upload(folder.join("text"), "tree/text");
    const archives: Uint8Array[] = [];
    for (const compress of ["on", "off"] as const) {
      const path = folder.join(`${compress}.tar`);
      await client.archive("tree", path, { format: "tar", compress });
      archives.push(await Deno.readFile(path));
    }
    assert.deepEqual(archives[0], archives[1]);
  });
});

Deno.test("transfers under a server's rate are compressed by auto from the first bytes on", async () => {
  await using folder = await makeTempFolder();
  await using server = await startTestServer({ throttle: { rate: 1_000_000 } });
  await using client = new SluiceClient({ server });
  const local = await writeLocal(folder, TEXT);
  const up = await client.upload(local, "text");
  const down = await client.download("text", folder.join("back"));
  for (const { wireBytes = 0 } of [up, down]) {
    assert.ok(wireBytes * 2.5 < TEXT.byteLength, `${wireBytes}`);
  }
  assert.deepEqual(await Deno.readFile(folder.join("back")), TEXT);
  const small = { localPath: local, remotePath: "small", sizeBytes: 200_000 };
  await Deno.writeFile(local, TEXT.subarray(0, 200_000));
  await client.uploadAll([small], { onEnd: (_job, end) => assert.equal(end.kind, "done") });
  assert.equal((await Deno.stat(server.root.join("small"))).size, 200_000);
});

Deno.test("a server that does not offer compression is not asked for it", async () => {
  await using folder = await makeTempFolder();
  const local = await writeLocal(folder, TEXT);
  const requests: unknown[] = [];
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    requests.push((await takePut(peer)).put.json);
    requests.push((await serveGet(peer, TEXT, { chunkBytes: 500_000 })).json);
  });
  await using client = new SluiceClient({ server: server.address });
  await client.upload(local, "a", { compress: "on" });
  await client.download("a", folder.join("b"), { compress: "on" });
  for (const request of requests) {
    assert.ok(!/compress/i.test(JSON.stringify(request)), JSON.stringify(request));
  }
});

Deno.test("download() fetches a damaged PACKED frame again, and goes on behind what is good", async () => {
  await using folder = await makeTempFolder();
  const half = TEXT.byteLength / 2;
  const offsets: unknown[] = [];
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    for (;;) {
      const isDamaged = offsets.length === 0;
      const get = await peer.expect(FrameType.GET);
      const { offsetBytes = 0 } = get.json;
      offsets.push(offsetBytes);
      await peer.send(FrameType.READY, get.id, {
        sizeBytes: TEXT.byteLength,
        modifiedAtMs: 0,
        version: "v1",
        offsetBytes,
        lengthBytes: TEXT.byteLength - offsetBytes,
      });
      for (let at: number = offsetBytes; at < TEXT.byteLength; at += half / 2) {
        const plain = TEXT.subarray(at, at + half / 2);
        const crc = crc32(plain) ^ (isDamaged && at === half ? 1 : 0);
        await peer.sendRaw(encodeFrame(FrameType.PACKED, get.id, pack(plain), crc));
      }
      await peer.send(FrameType.RESULT, get.id, { digest: await xxh128(TEXT) });
    }
  });
  await using client = new SluiceClient({ server: server.address });
  await client.download("a", folder.join("a"));
  assert.deepEqual(await Deno.readFile(folder.join("a")), TEXT);
  assert.deepEqual(offsets, [0, half]);
});

Deno.test("download() refuses PACKED frames that state more than is to come, or an impossible length", async () => {
  for (const stated of [0, 1001, 0xffff_ffff]) {
    await using folder = await makeTempFolder();
    await using server = new FakeServer(async (peer) => {
      await peer.hello();
      const get = await peer.expect(FrameType.GET);
      const sizes = { sizeBytes: 1000, offsetBytes: 0, lengthBytes: 1000 };
      await peer.send(FrameType.READY, get.id, { ...sizes, modifiedAtMs: 0, version: "v1" });
      const payload = pack(textBytes(1001));
      writeU32(payload, 0, stated);
      await peer.sendRaw(encodeFrame(FrameType.PACKED, get.id, payload, 0));
      await peer.untilClosed();
    });
    await using client = new SluiceClient({ server: server.address });
    await assert.rejects(client.download("a", folder.join("a")), { code: "protocol_error" });
  }
});

function pack(plain: Uint8Array): Uint8Array<ArrayBuffer> {
  const buffer = plain.slice();
  return buffer.slice(0, packInPlace(buffer));
}
