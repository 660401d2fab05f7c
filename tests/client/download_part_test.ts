import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { SluiceClient } from "#client/sluice_client.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { FakeServer } from "./fake_server.ts";
import { namesIn, serveFile, serveGet } from "./file_scripts.ts";

Deno.test("download() reconnects and continues when the connection is lost", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(200_000);
  const offsets: unknown[] = [];
  await using server = new FakeServer(
    async (peer) => {
      await peer.hello();
      const get = await serveGet(peer, file, { cutAtBytes: 100_000 });
      offsets.push(get.json.offsetBytes);
    },
    async (peer) => {
      await peer.hello();
      const get = await serveGet(peer, file);
      offsets.push(get.json.offsetBytes);
    },
  );
  const states: string[] = [];
  await using client = new SluiceClient({ server: server.address, retry: { firstWaitMs: 1 } });
  const result = await client.download("a", folder.join("a"), {
    onProgress: ({ state }) => states.at(-1) === state || states.push(state),
  });
  assert.deepEqual(await Deno.readFile(folder.join("a")), file);
  assert.deepEqual(offsets, [undefined, 100_000]);
  assert.equal(result.resumedFromBytes, 0);
  assert.ok(states.includes("retrying"), states.join());
});

Deno.test("download() keeps the part when it gives up, and the next one continues it", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(200_000);
  const target = folder.join("a");
  await using server = new FakeServer(
    async (peer) => {
      await peer.hello();
      await serveGet(peer, file, { cutAtBytes: 100_000 });
    },
    serveFile(file),
  );
  const hasty = new SluiceClient({ server: server.address, retry: { attempts: 1 } });
  await assert.rejects(hasty.download("a", target), { code: "unreachable" });
  await hasty.close();
  assert.deepEqual(namesIn(folder.path), ["a.part", "a.part.json"]);
  await using client = new SluiceClient({ server: server.address });
  const result = await client.download("a", target);
  assert.equal(result.resumedFromBytes, 100_000);
  assert.deepEqual(await Deno.readFile(target), file);
  assert.deepEqual(namesIn(folder.path), ["a"]);
});

/** Leaves a part as an interrupted download of `a`, version `v1`, does. */
async function leavePart(target: string, bytes: Uint8Array, version = "v1"): Promise<void> {
  await Deno.writeFile(`${target}.part`, bytes);
  const sidecar = { sluice: "unfinished download", remotePath: "a", version, sizeBytes: 50_000 };
  await Deno.writeTextFile(`${target}.part.json`, JSON.stringify(sidecar));
}

Deno.test("download() begins anew when the remote file is another by now", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(50_000);
  await leavePart(folder.join("a"), randomBytes(20_000, 9), "v0");
  await using server = new FakeServer(serveFile(file));
  await using client = new SluiceClient({ server: server.address });
  const result = await client.download("a", folder.join("a"));
  assert.equal(result.resumedFromBytes, 0);
  assert.deepEqual(await Deno.readFile(folder.join("a")), file);
});

Deno.test("download() begins anew when the part holds other bytes", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(50_000);
  await leavePart(folder.join("a"), randomBytes(20_000, 9));
  await using server = new FakeServer(serveFile(file));
  await using client = new SluiceClient({ server: server.address });
  assert.equal((await client.download("a", folder.join("a"))).resumedFromBytes, 0);
  assert.deepEqual(await Deno.readFile(folder.join("a")), file);
});

Deno.test("download() verifies and publishes a part that is whole already", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(50_000);
  await leavePart(folder.join("a"), file);
  await using server = new FakeServer(serveFile(file));
  await using client = new SluiceClient({ server: server.address });
  assert.equal((await client.download("a", folder.join("a"))).resumedFromBytes, 50_000);
  assert.deepEqual(namesIn(folder.path), ["a"]);
});

Deno.test("download() with resume: false ignores the part", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(50_000);
  await leavePart(folder.join("a"), file.subarray(0, 20_000));
  let get: unknown;
  await using server = new FakeServer(async (peer) => {
    await peer.hello();
    get = (await serveGet(peer, file)).json;
  });
  await using client = new SluiceClient({ server: server.address });
  await client.download("a", folder.join("a"), { resume: false });
  assert.deepEqual(get, { path: "a", digest: "xxh128" });
  assert.deepEqual(await Deno.readFile(folder.join("a")), file);
});

Deno.test("download() never touches a .part file that is not its own", async () => {
  await using folder = await makeTempFolder();
  await Deno.writeTextFile(folder.join("a.part"), "mine");
  await using server = new FakeServer(serveFile(randomBytes(10)));
  await using client = new SluiceClient({ server: server.address });
  const refusal = {
    code: "already_exists",
    message: 'Cannot download "a": "a.part" exists and is not an unfinished download',
  };
  await assert.rejects(client.download("a", folder.join("a")), refusal);
  await assert.rejects(client.download("a", folder.join("a"), { resume: false }), refusal);
  assert.equal(await Deno.readTextFile(folder.join("a.part")), "mine");
  await Deno.remove(folder.join("a.part"));
  await Deno.writeTextFile(folder.join("a.part.json"), '{"mine": true}');
  await assert.rejects(client.download("a", folder.join("a")), { code: "already_exists" });
  assert.deepEqual(namesIn(folder.path), ["a.part.json"]);
});

Deno.test("download() never writes into a published file that is still called .part", async () => {
  await using folder = await makeTempFolder();
  const old = randomBytes(50_000, 5);
  const target = folder.join("a");
  await leavePart(target, old, "v0");
  // What a kill between link and remove leaves: one file with two names.
  await Deno.link(`${target}.part`, target);
  const file = randomBytes(50_000);
  await using server = new FakeServer(serveFile(file));
  await using client = new SluiceClient({ server: server.address });
  const result = await client.download("a", target, { onConflict: "rename" });
  assert.equal(result.localPath, folder.join("a (1)"));
  assert.deepEqual(await Deno.readFile(target), old);
  assert.deepEqual(await Deno.readFile(folder.join("a (1)")), file);
});

Deno.test("download() cleans up behind a kill between link and remove", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(50_000);
  const target = folder.join("a");
  await leavePart(target, file);
  await Deno.link(`${target}.part`, target);
  await using server = new FakeServer(serveFile(file));
  await using client = new SluiceClient({ server: server.address });
  await client.download("a", target, { onConflict: "overwrite" });
  assert.deepEqual(await Deno.readFile(target), file);
  assert.deepEqual(namesIn(folder.path), ["a"]);
});

Deno.test("download() refuses a part that another transfer is writing", async () => {
  await using folder = await makeTempFolder();
  using held = await Deno.open(folder.join("a.part"), { write: true, createNew: true });
  await held.lock(true);
  await using server = new FakeServer(serveFile(randomBytes(10)));
  await using client = new SluiceClient({ server: server.address });
  await assert.rejects(client.download("a", folder.join("a")), {
    code: "busy",
    message: 'Cannot download "a": another transfer is writing "a.part"',
  });
});

Deno.test("download() refuses a damaged frame and continues behind the good ones", async () => {
  await using folder = await makeTempFolder();
  const file = randomBytes(20_000);
  let offset: unknown;
  await using server = new FakeServer(
    async (peer) => {
      await peer.hello();
      const get = await peer.expect(FrameType.GET);
      const ready = { sizeBytes: 20_000, modifiedAtMs: 0, version: "v1" };
      await peer.send(FrameType.READY, get.id, { ...ready, offsetBytes: 0, lengthBytes: 20_000 });
      await peer.sendData(get.id, file.subarray(0, 8000));
      const damaged = file.slice(8000, 20_000);
      await Promise.resolve();
      // As large as this it comes in a batch of its own, so that the frame before it is kept.
      await peer.sendData(get.id, damaged, 12345);
      await peer.untilClosed();
    },
    async (peer) => {
      await peer.hello();
      offset = (await serveGet(peer, file)).json.offsetBytes ?? 0;
    },
  );
  await using client = new SluiceClient({ server: server.address });
  await client.download("a", folder.join("a"));
  assert.ok(offset === 8000 || offset === 0, `continued at ${offset}`);
  assert.deepEqual(await Deno.readFile(folder.join("a")), file);
});
