import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { encodeFrame, FrameType } from "#protocol/frame.ts";
import { MAX_STAGED_BYTES } from "#protocol/limits.ts";
import { residentBytes } from "#tests/support/process_memory.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

/** Staged and never published: 100 MB, were they kept in memory. */
const STAGED = 400;
const NESTED = new TextEncoder().encode("[".repeat(65_000));
const REPEATS = 300;
/** Far below the heap at which V8 would end the process, which no worker survives alone. */
const MOST_BYTES = 300_000_000;

Deno.test("the largest that a peer may ask for does not fill a worker's memory", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  await using folder = await makeTempFolder();
  for (let n = 0; n < 1000; n++) {
    await Deno.writeTextFile(folder.join(`${n}`.padEnd(255, "x")), "");
  }
  await using server = await startServerProcess({ root: folder.path, flags: ["--workers", "1"] });
  using peer = await RawPeer.greet(server);
  await peer.request(FrameType.STAT, { path: "" });
  const before = await residentBytes(server.pid);
  const nested = encodeFrame(FrameType.STAT, 7, NESTED);
  for (let n = 0; n < REPEATS; n++) {
    await peer.send(nested);
    await peer.lastFrame(7);
  }
  for (let n = 0; n < 8; n++) {
    await peer.request(FrameType.LIST, { path: "", limit: 2000 });
    await peer.request(FrameType.FIND, { path: "", pattern: "*x".repeat(16) });
    await peer.request(FrameType.HISTORY, { limit: 2000, pattern: "*".repeat(256) });
    const names = Array.from({ length: 200 }, (_, at) => `${at}`.padEnd(255, "x"));
    await peer.request(FrameType.ARCHIVE, { path: "", format: "zip", names });
  }
  const bytes = new Uint8Array(MAX_STAGED_BYTES);
  for (let n = 0; n < STAGED; n++) {
    const put = { path: `s${n}`, sizeBytes: bytes.byteLength, stage: true };
    const requestId = await peer.begin(FrameType.PUT, put);
    await peer.send(encodeFrame(FrameType.DATA, requestId, bytes, crc32(bytes)));
    await peer.sendFrame(FrameType.COMMIT, requestId, {});
    const { json } = await peer.lastFrame(requestId);
    assert.equal(json?.outcome, "staged", JSON.stringify(json));
  }
  const grown = await residentBytes(server.pid) - before;
  console.log(`the largest requests: ${Math.round(grown / 1e6)} MB more`);
  assert.ok(grown < MOST_BYTES, `${grown} bytes more`);
});
