import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { sleep } from "#protocol/sleep.ts";
import { concatBytes, randomBytes } from "#tests/support/random_bytes.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { SeededRandom } from "#tests/support/seeded_random.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import { checkStateFolder } from "#tests/support/state_folder.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";
import { done } from "#tests/server/done.ts";
import { stageFrames } from "#tests/server/stage.ts";

const KILLS = 8;
const FILES = 200;
const FILE_BYTES = 4096;

Deno.test("kill -9 at any instant of many small uploads shows no partial file, and none that was promised is missing", async () => {
  await using folder = await makeTempFolder();
  const root = folder.join("root");
  const random = new SeededRandom(7);
  for (let kill = 0; kill < KILLS; kill++) {
    await using server = await startServerProcess({ root });
    const promised = await uploadUntilKilled(server, kill, random.between(0, 120));
    await assertWhole(folder, kill, promised);
    await checkStateFolder(root);
  }
});

/** Uploads two batches and kills the server a while after the last byte; gives whether each was published. */
async function uploadUntilKilled(
  server: ServerProcess,
  kill: number,
  afterMs: number,
): Promise<number> {
  using peer = await RawPeer.greet(server);
  let published = 0;
  try {
    for (const batch of [0, 1]) {
      await peer.send(concatBytes([...framesOf(kill, batch)]));
      const killing = batch === 1 ? killAfter(server, afterMs) : undefined;
      const { files } = await done(peer, FrameType.PUBLISH);
      assert.equal(files.length, FILES);
      published++;
      await killing;
    }
  } catch (error) {
    // The kill came before the answer; whatever the server has promised by then must hold.
    if (error instanceof assert.AssertionError) throw error;
  }
  await server.status;
  return published;
}

async function killAfter(server: ServerProcess, afterMs: number): Promise<void> {
  // The instant is the point of the test, not a wait for anything.
  await sleep(afterMs, new AbortController().signal);
  server.kill("SIGKILL");
}

function* framesOf(kill: number, batch: number): Generator<Uint8Array> {
  for (let n = 0; n < FILES; n++) {
    const path = pathOf(kill, batch, n);
    yield stageFrames(10_000 + n, { path, bytes: bytesOf(n), more: { makeParents: true } });
  }
}

/** Every name must show a whole file, and those of published batches must all be there. */
async function assertWhole(folder: TempFolder, kill: number, published: number): Promise<void> {
  for (const batch of [0, 1]) {
    for (let n = 0; n < FILES; n++) {
      const bytes = await readIfThere(folder.join("root", ...pathOf(kill, batch, n).split("/")));
      if (bytes === undefined) assert.ok(batch >= published, `${batch}/${n} is missing`);
      else assert.deepEqual(bytes, bytesOf(n), `${batch}/${n} is not whole`);
    }
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function pathOf(kill: number, batch: number, n: number): string {
  return `tree-${kill}/${batch}/${n % 7}/file-${n}`;
}

function bytesOf(n: number): Uint8Array<ArrayBuffer> {
  return randomBytes(FILE_BYTES, n + 1);
}
