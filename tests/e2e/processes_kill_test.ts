import assert from "node:assert/strict";
import { SluiceClient } from "#client/mod.ts";
import { FrameType } from "#protocol/frame.ts";
import { done } from "#tests/server/done.ts";
import { withDeadline } from "#tests/support/deadline.ts";
import { startFleet } from "#tests/support/process_fleet.ts";
import { writeRandomFile } from "#tests/support/random_file.ts";
import { freeLowPort } from "#tests/support/server_on_port.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { checkStateFolder } from "#tests/support/state_folder.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { transferThrough } from "#tests/support/transfers_through_kill.ts";

Deno.test("twenty transfers finish when one of two processes is killed, and the process comes back", async () => {
  await using folder = await makeTempFolder();
  const root = folder.join("root");
  await Deno.mkdir(root);
  await using fleet = await startFleet(root, 2);
  const pid = await fleet.pidOf(1);
  const lost = await transferThrough(fleet.server, folder, root, () => Deno.kill(pid, "SIGKILL"));
  assert.ok(lost > 0, "the killed process had transfers");
  assert.notEqual(await fleet.pidOf(1, 2), pid);
  using peer = await fleet.peerOf(1);
  const { processes } = await done(peer, FrameType.STATUS);
  assert.deepEqual(processes, { answeredBy: 1, running: 2, count: 2 });
  await checkStateFolder(root, { isAlive: true });
});

Deno.test("no process outlives a first process that is killed, and what is under way finishes", async () => {
  await using folder = await makeTempFolder();
  const root = folder.join("root");
  await Deno.mkdir(root);
  await writeRandomFile(folder.join("root", "a.bin"), 300_000);
  await using fleet = await startFleet(
    root,
    2,
    ["--rate-per-connection", "150kB/s"],
    freeLowPort(),
  );
  const { server } = fleet;
  // A client in the middle of nothing, as most are, and one in the middle of a file.
  using _peer = await fleet.peerOf(2);
  await using client = new SluiceClient({ server, retry: { attempts: 1 } });
  const begun = Promise.withResolvers<void>();
  const download = client.download("a.bin", folder.join("a.bin"), {
    onProgress: ({ doneBytes }) => doneBytes > 0 && begun.resolve(),
  });
  await withDeadline(begun.promise, "the beginning of the download");
  server.kill("SIGKILL");
  await server.status;
  await withDeadline(download, "the end of the download");
  // All processes write to it: it ends with the last of them.
  await withDeadline(server.stderr.ended, "the end of all processes");
  await using _next = await startServerProcess({ root, port: server.port });
});

Deno.test("SIGTERM stops all processes in order and gives 0", async () => {
  await using folder = await makeTempFolder();
  await using fleet = await startFleet(folder.join("root"), 3);
  const { server } = fleet;
  server.kill("SIGTERM");
  const { code, signal } = await withDeadline(server.status, "the end of the server");
  assert.deepEqual([code, signal], [0, null]);
  await server.stderr.ended;
  assert.equal(server.stdout.lines.length, 1, "one line says that it listens");
  const stopped = server.stderr.lines.filter((line) => / process \d: stopped$/.test(line));
  assert.equal(stopped.length, 3, server.stderr.text);
});

Deno.test("a process that is told to stop by itself is started again", async () => {
  await using folder = await makeTempFolder();
  await using fleet = await startFleet(folder.join("root"), 2, ["--log-format", "json"]);
  const [first = 0] = pids(fleet.server.stderr.lines);
  Deno.kill(first, "SIGTERM");
  await fleet.server.waitForLog((line) => line.includes("starts again"), "the restart");
  const isBack = (): boolean => pids(fleet.server.stderr.lines).length === 3;
  await fleet.server.waitForLog(isBack, "the process to be back");
});

/** What processes say of themselves in a log of JSON. */
function pids(lines: readonly string[]): readonly number[] {
  return lines.flatMap((line) => {
    const { message, pid } = JSON.parse(line);
    return /accepts connections/.test(message) ? [Number(pid)] : [];
  });
}
