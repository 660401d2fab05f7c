import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { startProcesses } from "#server/processes/start_processes.ts";
import { done } from "#tests/server/done.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

const LOG = { hasColor: false, isVerbose: false };

Deno.test("startProcesses() kills a process that hangs, and starts another one", async () => {
  await using folder = await makeTempFolder();
  const server = await startProcesses({ root: folder.path, port: 0, spareWorkers: 0 }, {
    count: 2,
    logFormat: "json",
    log: LOG,
    silenceMs: 3_000,
  });
  try {
    const before = server.pids;
    assert.equal(before.length, 2);
    const [hung = 0] = before;
    Deno.kill(hung, "SIGSTOP");
    const replaced = async (): Promise<void> => {
      while (server.pids.includes(hung) || server.pids.length < 2) {
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    };
    await withDeadline(replaced(), "another process in place of the one that hangs");
    using peer = await RawPeer.greet(server);
    assert.equal((await done(peer, FrameType.STATUS)).processes.count, 2);
  } finally {
    await server.stop();
  }
});

Deno.test("startProcesses() lets go of the folder when it cannot listen", async () => {
  await using folder = await makeTempFolder();
  const options = { root: folder.path, port: 0, host: "192.0.2.1" };
  const processes = { count: 2, logFormat: "json", log: LOG } as const;
  await assert.rejects(startProcesses(options, processes));
  const server = await startProcesses({ root: folder.path, port: 0, spareWorkers: 0 }, processes);
  await server.stop();
});
