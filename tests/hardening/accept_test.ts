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
/** Refused connections that a good client is measured beside. */
const REFUSED = 3_000;
/** Of them, at the same time. */
const LANES = 20;

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

Deno.test(`a good client is served beside ${REFUSED} connections that are refused`, async () => {
  await using folder = await makeTempFolder();
  const flags = ["--trusted-addresses", "none", "--max-connections-per-address", "1"];
  await using server = await startServerProcess({ root: folder.path, flags });
  using peer = await RawPeer.greet(server);
  let left = REFUSED;
  const lanes = Array.from({ length: LANES }, async () => {
    while (left-- > 0) {
      using other = await RawPeer.connect(server);
      // Some read to the end, some leave at once, some ask before they listen.
      if (left % 3 === 0) await other.takeRest().catch(() => {});
      if (left % 3 === 1) await other.sendFrame(FrameType.STAT, 1, { path: "" }).catch(() => {});
    }
  });
  const over = Promise.all(lanes);
  const waitsMs: number[] = [];
  const beganMs = performance.now();
  while (left > 0) {
    const askedMs = performance.now();
    assert.equal((await peer.request(FrameType.STAT, { path: "" })).type, FrameType.RESULT);
    waitsMs.push(performance.now() - askedMs);
  }
  await over;
  const rate = Math.round(REFUSED / (performance.now() - beganMs) * 1000);
  const waits = waitsMs.toSorted((a, b) => a - b);
  const worst = waits.at(-1) ?? 0;
  const middle = waits[Math.floor(waits.length / 2)] ?? 0;
  console.log(
    `${rate} refused a second; answers in ${middle.toFixed(1)} ms, ${worst.toFixed(0)} at worst`,
  );
  assert.ok(worst < 5_000, `an answer took ${worst} ms`);
  // A line for each would let anybody fill the disk.
  const lines = server.stderr.text.split("\n").filter((line) => line.includes("refused"));
  assert.ok(lines.length < REFUSED / 10, `${lines.length} lines`);
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
