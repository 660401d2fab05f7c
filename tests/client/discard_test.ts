import assert from "node:assert/strict";
import { SluiceClient } from "#client/mod.ts";
import type { TransferOptions, TransferProgress } from "#client/types.ts";
import { startTestServer } from "#tests/server/test_server.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { writeRandomFile } from "#tests/support/random_file.ts";

const SIZE_BYTES = 8 * 1024 * 1024;

Deno.test("discardUpload() leaves nothing to continue, also where the name is taken by now", async () => {
  await using place = await startTestServer();
  await using folder = await makeTempFolder();
  const local = folder.join("a.bin");
  await writeRandomFile(local, SIZE_BYTES);
  await using client = new SluiceClient({ server: place });
  await assert.rejects(client.upload(local, "a.bin", interrupted()), { code: "cancelled" });
  await Deno.writeTextFile(place.root.join("a.bin"), "quicker");
  assert.ok(await client.discardUpload("a.bin", SIZE_BYTES) > 0, "there was nothing");
  assert.equal(await client.discardUpload("a.bin", SIZE_BYTES), 0);
  assert.equal(await client.discardUpload("no/such/folder/a.bin", SIZE_BYTES), 0);
  const { resumedFromBytes } = await client.upload(local, "a.bin", { onConflict: "overwrite" });
  assert.equal(resumedFromBytes, 0);
});

Deno.test("discardUpload() leaves the unfinished uploads of other files alone", async () => {
  await using place = await startTestServer();
  await using folder = await makeTempFolder();
  const local = folder.join("a.bin");
  await writeRandomFile(local, SIZE_BYTES);
  await using client = new SluiceClient({ server: place });
  await assert.rejects(client.upload(local, "a.bin", interrupted()), { code: "cancelled" });
  assert.equal(await client.discardUpload("a.bin", SIZE_BYTES - 1), 0);
  assert.equal(await client.discardUpload("b.bin", SIZE_BYTES), 0);
  const { resumedFromBytes } = await client.upload(local, "a.bin");
  assert.ok(resumedFromBytes > 0, "it began anew");
});

Deno.test("discardUpload() with a session leaves what others have begun, under the same name too", async () => {
  await using place = await startTestServer();
  await using folder = await makeTempFolder();
  const local = folder.join("a.bin");
  await writeRandomFile(local, SIZE_BYTES);
  await using client = new SluiceClient({ server: place });
  const others = await client.beginUpload("a.bin", SIZE_BYTES);
  assert.ok(!("outcome" in others));
  await others.write(new Uint8Array(1024));
  await others.flush();
  const sessions = new Set<string | undefined>();
  const options = interrupted(({ session }) => sessions.add(session));
  await assert.rejects(client.upload(local, "a.bin", options), { code: "cancelled" });
  const [session] = [...sessions].filter((one) => one !== undefined);
  assert.ok(session !== undefined && session !== others.session);
  // Held by somebody, it is not taken from them.
  assert.ok(await client.discardUpload("a.bin", SIZE_BYTES, { session }) > SIZE_BYTES / 4);
  assert.ok(others.isOpen);
  await others.release();
  assert.equal(await client.discardUpload("a.bin", SIZE_BYTES, { session }), 0);
  const again = await client.beginUpload("a.bin", SIZE_BYTES, { resume: true });
  assert.ok(!("outcome" in again) && again.offsetBytes === 1024, "it was discarded");
  await again.discard();
});

Deno.test("discardDownload() removes the part and its note, and no other file's", async () => {
  await using place = await startTestServer();
  await using folder = await makeTempFolder();
  await writeRandomFile(place.root.join("a.bin"), SIZE_BYTES);
  await using client = new SluiceClient({ server: place });
  const local = folder.join("a.bin");
  await assert.rejects(client.download("a.bin", local, interrupted()), { code: "cancelled" });
  assert.equal(await client.discardDownload("b.bin", local), 0);
  assert.deepEqual(namesIn(folder.path), ["a.bin.part", "a.bin.part.json"]);
  assert.ok(await client.discardDownload("a.bin", local) > 0, "there was nothing");
  assert.deepEqual(namesIn(folder.path), []);
  assert.equal(await client.discardDownload("a.bin", local), 0);
});

/** Options of a transfer that ends when some of it is across. */
function interrupted(look: (progress: TransferProgress) => void = () => {}): TransferOptions {
  const stop = new AbortController();
  return {
    signal: stop.signal,
    limitRate: 4 * 1024 * 1024,
    onProgress: (progress) => {
      look(progress);
      if (progress.doneBytes > SIZE_BYTES / 4) stop.abort();
    },
  };
}

function namesIn(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}
