import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { FrameType } from "#protocol/frame.ts";
import { startGatewayProcess } from "#tests/support/gateway_process.ts";
import { RawPeer } from "#tests/support/raw_peer.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server_process.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

/** Fewer than the system queues before a program accepts them. */
const RESETS = 60;

Deno.test("peers that reset before a server accepts them keep nobody waiting", async () => {
  await using folder = await makeTempFolder();
  await using server = await startServerProcess({ root: folder.path });
  await resetWhileStopped(server);
  using peer = await RawPeer.greet(server);
  assert.equal((await peer.request(FrameType.STAT, { path: "" })).type, FrameType.RESULT);
  // Behind each such line the server used to wait for 100 ms.
  assert.ok(!server.stderr.text.includes("cannot accept"), server.stderr.text);
});

Deno.test("peers that reset before a gateway accepts them do not end it", async () => {
  await using folder = await makeTempFolder();
  await using server = await startServerProcess({ root: folder.path });
  await using gateway = await startGatewayProcess({ server: server.address });
  await resetWhileStopped({ ...gateway, hostname: "127.0.0.1" });
  const response = await fetch(`${gateway.url}/api/status`);
  assert.equal(response.status, 200, await response.text());
});

/** What a process would be too busy for at some instant, it cannot do at all while it is stopped. */
async function resetWhileStopped(
  process: Pick<ServerProcess, "hostname" | "port" | "kill">,
): Promise<void> {
  process.kill("SIGSTOP");
  try {
    for (let n = 0; n < RESETS; n++) {
      const socket = connect(process.port, process.hostname);
      await once(socket, "connect");
      const closed = once(socket, "close");
      socket.resetAndDestroy();
      await closed;
    }
  } finally {
    process.kill("SIGCONT");
  }
}
