import assert from "node:assert/strict";
import { SluiceClient } from "#client/sluice_client.ts";
import { FakeServer } from "./fake_server.ts";
import { namesIn, pattern, serveGet, temporaryFolder, xxh128 } from "./file_scripts.ts";

Deno.test("download() writes the file with its time and leaves nothing else", async () => {
  await using folder = await temporaryFolder();
  const file = pattern(3_000_000);
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    await serveGet(peer, file, { chunkBytes: 100_000 });
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address });
  const result = await client.download("a.bin", `${folder.path}/sub/a.bin`);
  assert.equal(result.outcome, "created");
  assert.equal(result.digest, await xxh128(file));
  assert.deepEqual(await Deno.readFile(`${folder.path}/sub/a.bin`), file);
  assert.deepEqual(namesIn(`${folder.path}/sub`), ["a.bin"]);
  const { mtime } = await Deno.stat(`${folder.path}/sub/a.bin`);
  assert.equal(mtime?.getTime(), 1_600_000_000_000);
});
