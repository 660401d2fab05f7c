import assert from "node:assert/strict";
import { SluiceClient } from "#client/mod.ts";
import { FrameType } from "#protocol/frame.ts";
import { cutAfter } from "#tests/support/passages.ts";
import { randomBytes } from "#tests/support/random_bytes.ts";
import { fileDigest, writeRandomFile } from "#tests/support/random_file.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { beginUpload } from "#tests/support/raw_transfer.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { untilServerRests } from "#tests/support/state_folder.ts";
import { type RelayTarget, TcpRelay } from "#tests/support/tcp_relay.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";

const PIECE_BYTES = 64 * 1024;
const SIZE_BYTES = 2_500_000;

// Without replacing, publishing gives the file its name and then takes the temporary one away. These
// tests begin with what a kill between the two leaves behind.

for (const onConflict of ["overwrite", "rename"] as const) {
  Deno.test(`download() with ${onConflict} harms no file whose part was left behind by a kill`, async () => {
    await using folder = await makeTempFolder();
    const [local, root] = [folder.join("a.bin"), folder.join("root")];
    await using server = await startServerProcess({ root });
    await using client = new SluiceClient({ server });
    await writeRandomFile(folder.join("root", "a.bin"), SIZE_BYTES);
    await leavePublishedPart(folder, server);
    const digest = await fileDigest(local);
    const result = await client.download("a.bin", local, { onConflict });
    assert.equal(await fileDigest(result.localPath), digest);
    assert.equal(await fileDigest(local), digest);
    assert.equal((await Deno.stat(local)).nlink, 1, "two names must not share one file");
    const names = await namesIn(folder.path);
    const others = onConflict === "rename" ? ["a (1).bin"] : [];
    assert.deepEqual(names, [...others, "a.bin", "root"]);
  });
}

Deno.test("download() to a free name goes on when a kill left a note and no part", async () => {
  await using folder = await makeTempFolder();
  const [local, root] = [folder.join("a.bin"), folder.join("root")];
  await using server = await startServerProcess({ root });
  await using client = new SluiceClient({ server });
  await writeRandomFile(folder.join("root", "a.bin"), SIZE_BYTES);
  await leavePublishedPart(folder, server);
  await Deno.remove(`${local}.part`);
  await Deno.remove(local);
  await client.download("a.bin", local);
  assert.deepEqual(await namesIn(folder.path), ["a.bin", "root"]);
});

for (const onConflict of ["overwrite", "rename"] as const) {
  Deno.test(`upload() with ${onConflict} harms no file whose temporary name was left behind by a kill`, async () => {
    await using folder = await makeTempFolder();
    const [local, root] = [folder.join("new.bin"), folder.join("root")];
    const published = folder.join("root", "a.bin");
    await using server = await startServerProcess({ root });
    await leavePublishedSession(server, folder);
    const digest = await fileDigest(published);
    await writeRandomFile(local, SIZE_BYTES, 99);
    await using client = new SluiceClient({ server });
    const result = await client.upload(local, "a.bin", { onConflict });
    const uploaded = folder.join("root", ...result.remotePath.split("/"));
    assert.equal(result.resumedFromBytes, 0);
    assert.equal(await fileDigest(uploaded), await fileDigest(local));
    if (onConflict === "rename") assert.equal(await fileDigest(published), digest);
    assert.deepEqual(await namesIn(folder.join("root", ".sluice", "uploads")), []);
    assert.equal((await Deno.stat(published)).nlink, 1, "two names must not share one file");
    assert.ok((await namesIn(root)).length === (onConflict === "rename" ? 3 : 2));
  });
}

/** Downloads, then adds what a kill in the last instant would have left. */
async function leavePublishedPart(folder: TempFolder, server: RelayTarget): Promise<void> {
  const local = folder.join("a.bin");
  await using relay = new TcpRelay(server);
  relay.passages = () => ({ down: cutAfter(2_000_000) });
  await using client = new SluiceClient({ server: relay, retry: { attempts: 1 } });
  await assert.rejects(client.download("a.bin", local), { code: "unreachable" });
  const note = await Deno.readTextFile(`${local}.part.json`);
  relay.passages = () => ({});
  await client.download("a.bin", local);
  await Deno.link(local, `${local}.part`);
  await Deno.writeTextFile(`${local}.part.json`, note);
}

/** Leaves an upload session with all bytes, whose temporary file has its name in root, too. */
async function leavePublishedSession(
  server: RelayTarget,
  folder: TempFolder,
): Promise<void> {
  const bytes = randomBytes(SIZE_BYTES);
  {
    using peer = await RawPeer.greet(server);
    const ready = await beginUpload(peer, { path: "a.bin", sizeBytes: SIZE_BYTES });
    assert.equal(ready.type, FrameType.READY);
    for (let at = 0; at < SIZE_BYTES; at += PIECE_BYTES) {
      await peer.sendData(ready.requestId, bytes.subarray(at, at + PIECE_BYTES));
    }
    await peer.closeWrite();
    await peer.takeRest();
  }
  await untilServerRests(server);
  const uploads = folder.join("root", ".sluice", "uploads");
  const [name] = await namesIn(uploads);
  assert.ok(name !== undefined, "the upload left no session");
  await Deno.link(`${uploads}/${name}`, folder.join("root", "a.bin"));
}

async function namesIn(path: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(path), (entry) => entry.name)).sort();
}
