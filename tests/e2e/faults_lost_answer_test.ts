import assert from "node:assert/strict";
import { SluiceClient } from "#client/mod.ts";
import { FrameType } from "#protocol/frame.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { FrameSpotter } from "#tests/support/frame_spotter.ts";
import { fileDigest, writeRandomFile } from "#tests/support/random_file.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { type Passages, TcpRelay, type Way } from "#tests/support/tcp_relay.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

for (const onConflict of ["error", "skip"] as const) {
  Deno.test(`upload() with ${onConflict} knows its own file when a lost COMMIT takes effect late`, async () => {
    await using folder = await makeTempFolder();
    const local = folder.join("a.bin");
    await writeRandomFile(local, 400_000);
    await using server = await startServerProcess({ root: folder.join("root") });
    await using relay = new TcpRelay(server);
    await using client = new SluiceClient({ server: relay, retry: { firstWaitMs: 5 } });
    const triedAgain = Promise.withResolvers<void>();
    const published = (): Promise<unknown> =>
      server.waitForLog((line) => line.includes(" finished: "), "published file");
    relay.passages = (connection) =>
      connection === 1
        ? withLateCommit(triedAgain.promise)
        : { up: behindRequest(triedAgain.resolve, published) };
    const upload = client.upload(local, "a.bin", { onConflict });
    const result = await withDeadline(upload, "the end of the upload");
    assert.deepEqual([result.outcome, result.remotePath], ["created", "a.bin"]);
    assert.equal(await fileDigest(folder.join("root", "a.bin")), await fileDigest(local));
  });
}

/** Ends what the client hears when it sends COMMIT, and delivers that later. */
function withLateCommit(later: Promise<void>): Passages {
  const frames = new FrameSpotter();
  let toClient: Way | undefined;
  let isEnded = false;
  return {
    up: async (bytes, way) => {
      if (frames.feed(bytes).includes(FrameType.COMMIT)) {
        isEnded = true;
        await toClient?.end();
        await later;
      }
      await way.send(bytes);
    },
    down: async (bytes, way) => {
      toClient = way;
      if (!isEnded) await way.send(bytes);
    },
  };
}

/** Says when a PUT comes by, and lets it pass when something has happened. */
function behindRequest(
  reached: () => void,
  happened: () => Promise<unknown>,
): NonNullable<Passages["up"]> {
  const frames = new FrameSpotter();
  return async (bytes, way) => {
    if (frames.feed(bytes).includes(FrameType.PUT)) {
      reached();
      await happened();
    }
    await way.send(bytes);
  };
}
