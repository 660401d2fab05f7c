import assert from "node:assert/strict";
import { SluiceClient } from "#client/mod.ts";
import { FrameType } from "#protocol/frame.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { FrameSpotter } from "#tests/support/frame_spotter.ts";
import { fileDigest, writeRandomFile } from "#tests/support/random_file.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { checkStateFolder } from "#tests/support/state_folder.ts";
import { type Passages, TcpRelay } from "#tests/support/tcp_relay.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

for (const onConflict of ["error", "overwrite", "rename", "skip"] as const) {
  Deno.test(`an upload with policy ${onConflict} is done once when the server dies before it can say so`, async () => {
    await using folder = await makeTempFolder();
    const [local, root] = [folder.join("a.bin"), folder.join("root")];
    await writeRandomFile(local, 400_000);
    await using relay = new TcpRelay();
    relay.passages = mutedBehindCommit;
    await using client = new SluiceClient({ server: relay, retry: { firstWaitMs: 5 } });
    const upload = client.upload(local, "a.bin", { onConflict });
    upload.catch(() => {}); // Whoever waits for it gets the error.
    await publishAndDie(root, relay);
    relay.passages = () => ({});
    await using server = await startServerProcess({ root });
    relay.connectTo(server);
    const result = await withDeadline(upload, "the end of the upload");
    assert.deepEqual([result.outcome, result.remotePath], ["created", "a.bin"]);
    assert.equal(await fileDigest(folder.join("root", "a.bin")), await fileDigest(local));
    const names = await Array.fromAsync(Deno.readDir(root), (entry) => entry.name);
    assert.deepEqual(names.sort(), [".sluice", "a.bin"]);
    await checkStateFolder(root, { isAlive: true });
  });
}

/** Runs a server up to the instant at which it has published a file. */
async function publishAndDie(root: string, relay: TcpRelay): Promise<void> {
  await using server = await startServerProcess({ root });
  relay.connectTo(server);
  await server.waitForLog((line) => line.includes(" finished: "), "published file");
  relay.disconnect();
  server.kill("SIGKILL");
}

/** Passes all that the client sends, and nothing that the server says to its COMMIT. */
function mutedBehindCommit(): Passages {
  const frames = new FrameSpotter();
  let isMuted = false;
  return {
    up: async (bytes, way) => {
      isMuted ||= frames.feed(bytes).includes(FrameType.COMMIT);
      await way.send(bytes);
    },
    down: async (bytes, way) => {
      if (!isMuted) await way.send(bytes);
    },
  };
}
