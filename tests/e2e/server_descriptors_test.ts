import assert from "node:assert/strict";
import { encodeControl, encodeFrame, FrameType } from "#protocol/frame.ts";
import { waitUntilClosed } from "#tests/support/open_descriptors.ts";
import { concatBytes, randomBytes } from "#tests/support/random_bytes.ts";
import { assertError, RawPeer } from "#tests/support/raw_peer.ts";
import { beginUpload, downloadRaw, uploadRaw } from "#tests/support/raw_transfer.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { ResettingPeer } from "#tests/server/resetting_peer.ts";

const BYTES = randomBytes(3_000_000);
/** For scenarios that wait for a deadline; for others it would be one for this test, too. */
const TIMEOUTS = { stallMs: 700, frameMs: 700, tickMs: 50 };

type Scenario = (server: ServerProcess, untilClosed: () => Promise<void>) => Promise<void>;

/** What clients can do to a server, each leaving nothing behind. */
const SCENARIOS: readonly (readonly [string, Scenario])[] = [
  ["transfers that end well", async (server) => {
    using peer = await RawPeer.greet(server);
    for (let i = 0; i < 5; i++) {
      await uploadRaw(peer, "up", BYTES, { onConflict: "overwrite" });
      assert.deepEqual(await downloadRaw(peer, "up"), BYTES);
    }
  }],
  ["resets in the middle of a chunk, a download and a queue", async (server) => {
    await eachOf(30, async (i) => {
      const peer = await ResettingPeer.greet(server);
      if (i % 3 === 0) {
        const put = { path: `reset ${i}`, sizeBytes: 3_000_000 };
        await peer.begin(FrameType.PUT, 1, put);
        const frame = encodeFrame(FrameType.DATA, 1, BYTES.subarray(0, 100_000));
        await peer.send(frame.subarray(0, 3_000 * (i + 1)));
      } else {
        await peer.begin(FrameType.GET, 1, { path: "large" });
      }
      await peer.reset();
    });
  }],
  ["clients that end their sending side in the middle of a transfer", async (server) => {
    await eachOf(8, async (i) => {
      using peer = await RawPeer.greet(server);
      if (i % 2 === 0) {
        await peer.begin(FrameType.GET, { path: "small" });
        await peer.closeWrite();
        assert.equal((await peer.lastFrame(1)).json?.digest !== undefined, true);
      } else {
        const { requestId } = await beginUpload(peer, { path: `end ${i}`, sizeBytes: 10 });
        await peer.sendData(requestId, Uint8Array.of(1));
        await peer.closeWrite();
        assertError(await peer.lastFrame(requestId), "unreachable");
      }
      await peer.expectEnd();
    });
  }],
];

/** What clients can fail to do until the server loses patience. */
const SILENT_SCENARIOS: readonly (readonly [string, Scenario])[] = [
  ["readers that never read", async (server, untilClosed) => {
    const peers = await Promise.all(Array.from({ length: 8 }, () => ResettingPeer.greet(server)));
    for (const peer of peers) {
      const ids = Array.from({ length: 19 }, (_, index) => index + 1);
      // In one go: the first one may be over, and the connection with it, before the last one is sent.
      await peer.send(
        concatBytes(ids.map((id) => encodeControl(FrameType.GET, id, { path: "large" }))),
      );
    }
    await untilClosed();
    for (const peer of peers) await peer.reset();
  }],
  ["writers that never write", async (server) => {
    await eachOf(8, async (i) => {
      using peer = await RawPeer.greet(server);
      const { requestId } = await beginUpload(peer, { path: `never ${i}`, sizeBytes: 10 });
      assertError(await peer.lastFrame(requestId), "timeout");
    });
  }],
  ["frames that never end", async (server) => {
    await eachOf(8, async (i) => {
      using peer = await RawPeer.greet(server);
      const { requestId } = await beginUpload(peer, { path: `half ${i}`, sizeBytes: 10_000 });
      const frame = encodeFrame(FrameType.DATA, requestId, BYTES.subarray(0, 3_000));
      await peer.send(frame.subarray(0, 2_000));
      const reply = await peer.nextFrame();
      assertError(reply, "timeout");
    });
  }],
];

Deno.test("a server closes what it opened for clients, whatever they did", async (t) => {
  await runAll(t, SCENARIOS, { lingerMs: 0, tickMs: 50 });
});

Deno.test("a server closes what it opened for clients that fall silent", async (t) => {
  await runAll(t, SILENT_SCENARIOS, { ...TIMEOUTS, lingerMs: 0 });
});

async function runAll(
  t: Deno.TestContext,
  scenarios: readonly (readonly [string, Scenario])[],
  timeouts: Readonly<Record<string, number>>,
): Promise<void> {
  await using folder = await makeTempFolder();
  await Deno.writeFile(folder.join("small"), randomBytes(1000));
  await makeLargeFile(folder.join("large"));
  await using server = await startServerProcess({
    root: folder.path,
    flags: ["--workers", "3"],
    timeouts,
  });
  // The one that is left is the listener's.
  const untilClosed = (): Promise<void> => waitUntilClosed(server.pid, folder.path, 1);
  for (const [name, run] of scenarios) {
    await t.step(name, async () => {
      await run(server, untilClosed);
      await untilClosed();
    });
  }
  assert.ok(!/fault|internal|rror:/.test(server.stderr.text), server.stderr.text);
}

async function eachOf(count: number, run: (index: number) => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, index) => run(index)));
}

async function makeLargeFile(path: string): Promise<void> {
  using file = await Deno.create(path);
  await file.truncate(50_000_000);
}
