import assert from "node:assert/strict";
import { SluiceClient } from "#client/sluice_client.ts";
import { FakeServer } from "./fake_server.ts";
import { pattern, type TakenUpload, takePut, temporaryFolder, xxh128 } from "./file_scripts.ts";

Deno.test("upload() sends the whole file with its digest, time and path", async () => {
  await using folder = await temporaryFolder();
  const file = pattern(3_000_000);
  const local = `${folder.path}/a.bin`;
  await Deno.writeFile(local, file);
  let taken: TakenUpload | undefined;
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    taken = await takePut(peer);
    await peer.untilClosed();
  });
  await using client = new SluiceClient({ server: server.address });
  const result = await client.upload(local, "docs/a.bin");
  assert.equal(result.outcome, "created");
  assert.equal(result.digest, await xxh128(file));
  assert.deepEqual(taken?.bytes, file);
  assert.equal(taken?.put.json.path, "docs/a.bin");
  assert.equal(taken?.put.json.makeParents, true);
});
